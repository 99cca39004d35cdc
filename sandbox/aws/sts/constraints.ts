import { validationError } from './errors.js';

/** The limits of one text parameter. */
export interface TextLimits {
  readonly min?: number;
  readonly max?: number;
  /** Must match the whole text. */
  readonly pattern?: RegExp;
  /** How AWS writes the pattern in its message. */
  readonly patternText?: string;
}

/** Gathers every limit that a request breaks, then refuses it once, the way AWS words it. */
export class Constraints {
  readonly #broken: string[] = [];

  /** Checks a text; undefined passes. `at` is AWS's name of the place, such as `roleSessionName`. */
  text(at: string, value: string | undefined, { min = 0, max, pattern, patternText }: TextLimits): void {
    if (value === undefined) return;
    // STS counts characters, not UTF-16 units.
    const length = Array.from(value).length;
    if (length < min) this.#add(`'${value}'`, at, `Member must have length greater than or equal to ${min}`);
    if (max !== undefined && length > max)
      this.#add(`'${value}'`, at, `Member must have length less than or equal to ${max}`);
    if (pattern !== undefined && !pattern.test(value)) {
      this.#add(
        `'${value}'`,
        at,
        `Member must satisfy regular expression pattern: ${patternText ?? pattern.source}`,
      );
    }
  }

  /** Checks that a parameter was sent at all. */
  required(at: string, value: string | undefined): void {
    if (value === undefined) this.#add('null', at, 'Member must not be null');
  }

  /** Checks a number; undefined passes. */
  number(at: string, value: number | undefined, min: number, max: number): void {
    if (value === undefined) return;
    if (value < min) this.#add(`'${value}'`, at, `Member must have value greater than or equal to ${min}`);
    if (value > max) this.#add(`'${value}'`, at, `Member must have value less than or equal to ${max}`);
  }

  /** Checks how many items a list has. */
  count(at: string, items: readonly unknown[], max: number): void {
    if (items.length > max)
      this.#add(`'${JSON.stringify(items)}'`, at, `Member must have length less than or equal to ${max}`);
  }

  /** Throws one ValidationError that names everything broken. */
  enforce(): void {
    const count = this.#broken.length;
    if (count === 0) return;
    throw validationError(
      `${count} validation error${count === 1 ? '' : 's'} detected: ${this.#broken.join('; ')}`,
    );
  }

  #add(value: string, at: string, constraint: string): void {
    this.#broken.push(`Value ${value} at '${at}' failed to satisfy constraint: ${constraint}`);
  }
}
