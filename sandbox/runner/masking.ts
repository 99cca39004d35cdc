/** What the runner writes where a secret stood. */
export const MASK = '***';

interface Range {
  readonly start: number;
  readonly end: number;
}

/**
 * The runner's list of secrets. A secret is hidden from the moment it is added, so text that was masked
 * earlier still shows it: that is what makes a late `add-mask` visible.
 */
export class Masker {
  readonly #secrets = new Set<string>();

  /** Adds a secret and, since logs are masked line by line, each line of it. Blank text is no secret. */
  add(secret: string): void {
    for (const part of [secret, ...secret.split(/[\r\n]+/)]) {
      if (part.trim() !== '') this.#secrets.add(part);
    }
  }

  /** The text with every occurrence of a secret replaced; overlapping and touching ones become one mask. */
  mask(text: string): string {
    const ranges: Range[] = [];
    for (const secret of this.#secrets) {
      // The search moves on by one, not by the secret's length: "aa" hides all of "aaa".
      for (let at = text.indexOf(secret); at >= 0; at = text.indexOf(secret, at + 1)) {
        ranges.push({ start: at, end: at + secret.length });
      }
    }
    let masked = '';
    let position = 0;
    for (const range of merge(ranges)) {
      masked += text.slice(position, range.start) + MASK;
      position = range.end;
    }
    return masked + text.slice(position);
  }
}

function merge(ranges: readonly Range[]): readonly Range[] {
  const merged: Range[] = [];
  for (const range of [...ranges].sort((one, other) => one.start - other.start)) {
    const last = merged.at(-1);
    if (last !== undefined && range.start <= last.end) {
      merged[merged.length - 1] = { start: last.start, end: Math.max(last.end, range.end) };
    } else {
      merged.push(range);
    }
  }
  return merged;
}
