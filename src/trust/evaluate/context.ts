/** The values of a condition key: one, or a list where the key can have several. */
export type ContextValue = string | readonly string[];

/** What is known about a request, by condition key. Keys are case-insensitive, values are not. */
export class Context {
  readonly #values = new Map<string, ContextValue>();

  /** Later entries win. A key whose value is undefined or an empty list is absent. */
  constructor(entries: Iterable<readonly [string, ContextValue | undefined]> = []) {
    for (const [key, value] of entries) {
      if (value !== undefined && (typeof value === 'string' || value.length > 0)) {
        this.#values.set(key.toLowerCase(), value);
      }
    }
  }

  /** The key's values; undefined where the request does not have the key. */
  get(key: string): readonly string[] | undefined {
    const value = this.#values.get(key.toLowerCase());
    return typeof value === 'string' ? [value] : value;
  }

  /** The keys in lower case. */
  keys(): readonly string[] {
    return [...this.#values.keys()];
  }
}
