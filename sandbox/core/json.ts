/** A JSON object whose values are still unchecked. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Whether a value is a JSON object (not null, not a list). */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value as an object. Throws an Error naming `where` if it is anything else. */
export function objectAt(value: unknown, where: string): JsonObject {
  if (!isObject(value)) throw new Error(`${where} must be an object`);
  return value;
}

/** The value as an object, or an empty one where it is absent. */
export function optionalObjectAt(value: unknown, where: string): JsonObject {
  return value === undefined ? {} : objectAt(value, where);
}

/** The value as a list. Throws an Error naming `where` if it is anything else. */
export function listAt(value: unknown, where: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new Error(`${where} must be a list`);
  return value;
}

/** The value as text. Throws an Error naming `where` if it is anything else. */
export function textAt(value: unknown, where: string): string {
  if (typeof value !== 'string') throw new Error(`${where} must be text`);
  return value;
}

/** The value as a whole number, or undefined where it is absent. Throws an Error naming `where` otherwise. */
export function optionalIntegerAt(value: unknown, where: string): number | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== 'number' || !Number.isInteger(value))
    throw new Error(`${where} must be a whole number`);
  return value;
}

/** One text or a list of texts, as IAM writes them. Throws an Error naming `where` if it is anything else. */
export function textsAt(value: unknown, where: string): readonly string[] {
  return (Array.isArray(value) ? value : [value]).map((item, index) => textAt(item, `${where}[${index}]`));
}
