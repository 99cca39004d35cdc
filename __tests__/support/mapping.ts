/** A YAML or JSON mapping, unchecked. */
export type Mapping = Readonly<Record<string, unknown>>;

/** The value as a mapping; an empty one where it is none. */
export function mappingAt(value: unknown): Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

/** The value as a list; an empty one where it is none. */
export function listAt(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
