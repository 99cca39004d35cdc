/**
 * Counts which of the named outcomes a property test reached. A property whose generator only ever reaches one side
 * of a condition passes without checking the other.
 */
export class Tally<Name extends string> {
  readonly #counts: Map<Name, number>;

  constructor(...names: readonly Name[]) {
    this.#counts = new Map(names.map((name) => [name, 0]));
  }

  count(name: Name): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
  }

  /** Fails with the outcomes that no run reached. */
  expectAllReached(): void {
    const missed = [...this.#counts].filter(([, count]) => count === 0).map(([name]) => name);
    expect(missed).toEqual([]);
  }
}
