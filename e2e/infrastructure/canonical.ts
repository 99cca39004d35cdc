/**
 * A policy in one form, as text: one value and a list of it are the same to IAM, so are a number and its text, and
 * the order of names and of the values of a list says nothing. Statements keep their order.
 */
export function canonicalPolicy(policy: unknown): string {
  return JSON.stringify(canonical(policy), null, 1);
}

function canonical(value: unknown): unknown {
  if (Array.isArray(value)) {
    const items = value.map(canonical);
    if (items.length === 1) return items[0];
    return items.every((item) => typeof item === 'string') ? [...items].sort() : items;
  }
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
    return Object.fromEntries(entries.map(([name, item]) => [name, canonical(item)]));
  }
  return String(value);
}
