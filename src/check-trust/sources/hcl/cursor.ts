import { TrustSyntaxError } from '../../../trust/language/json.js';
import type { Position } from '../../../trust/language/text.js';

/** So that no text makes the readers' stack too deep. */
const MAX_DEPTH = 200;

const BLANKS = /(?:[ \t\r]+|#[^\n]*|\/\/[^\n]*|\/\*[\s\S]*?\*\/)+/y;
const BLANKS_AND_LINES = /(?:\s+|#[^\n]*|\/\/[^\n]*|\/\*[\s\S]*?\*\/)+/y;

/** A place in a text of HCL, moved forward by whoever reads it. */
export class Cursor {
  index: number;
  readonly #lineStarts: readonly number[];

  /**
   * @param end where the part to read ends
   * @param fixed the position of everything, for a text that is itself a value in another document
   */
  constructor(
    readonly text: string,
    readonly path: string | undefined,
    start = text.startsWith('\uFEFF') ? 1 : 0,
    readonly end = text.length,
    readonly fixed?: Position,
    lineStarts?: readonly number[],
    readonly depth = { value: 0 },
  ) {
    this.index = start;
    this.#lineStarts = lineStarts ?? [0, ...Array.from(text.matchAll(/\n/g), (found) => found.index + 1)];
  }

  /** A cursor for a part of the same text. */
  part(start: number, end: number): Cursor {
    return new Cursor(this.text, this.path, start, end, this.fixed, this.#lineStarts, this.depth);
  }

  position(index = this.index): Position {
    if (this.fixed !== undefined) return this.fixed;
    let low = 0;
    let high = this.#lineStarts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#lineStarts[middle] ?? 0) <= index) low = middle;
      else high = middle - 1;
    }
    const column = index - (this.#lineStarts[low] ?? 0) + 1;
    return { line: low + 1, column, ...(this.path !== undefined && { path: this.path }) };
  }

  get isAtEnd(): boolean {
    return this.index >= this.end;
  }

  peek(text: string): boolean {
    return this.text.startsWith(text, this.index) && this.index + text.length <= this.end;
  }

  /** What a sticky pattern matches here, and moves past it. */
  take(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.index;
    const found = pattern.exec(this.text);
    if (found === null || this.index + found[0].length > this.end) return undefined;
    this.index += found[0].length;
    return found;
  }

  takeText(text: string): boolean {
    if (!this.peek(text)) return false;
    this.index += text.length;
    return true;
  }

  expect(text: string): void {
    if (!this.takeText(text)) this.fail(`expected "${text}"`);
  }

  /** Blanks and comments; with `lines` also line breaks, which end things outside brackets. */
  skip(lines: boolean): void {
    this.take(lines ? BLANKS_AND_LINES : BLANKS);
  }

  /** What was read since an index, in one line and not too long. */
  since(start: number): string {
    const text = this.text
      .slice(start, Math.min(this.index, start + 200))
      .replace(/\s+/g, ' ')
      .trim();
    return text.length > 80 ? `${text.slice(0, 79)}…` : text;
  }

  /** Reads something nested. */
  nested<T>(read: () => T): T {
    if (++this.depth.value > MAX_DEPTH) this.fail('nested too deeply');
    const result = read();
    this.depth.value--;
    return result;
  }

  fail(problem: string, index = this.index): never {
    throw new TrustSyntaxError(problem, this.position(index));
  }
}
