import { type Condition, isKnownOnlyToAws, type Keys, type TrustPolicy, variablesOf } from './evaluator.js';

/** Tries of the evaluator for one token: enough for a few keys, and soon over. */
const MAX_TRIES = 600;

/** Finds values of the keys that only AWS knows with which a token gets in; undefined where none was found. */
export function findKeys(
  policy: TrustPolicy,
  numbers: ReadonlySet<number>,
  texts: readonly string[],
  accepts: (keys: Keys) => boolean,
): Keys | undefined {
  const candidates = [...candidatesOf(policy, numbers, texts)];
  let tries = 0;
  const from = (index: number, chosen: Keys): Keys | undefined => {
    const next = candidates[index];
    if (next === undefined) return ++tries <= MAX_TRIES && accepts(chosen) ? chosen : undefined;
    const [key, values] = next;
    for (const value of [undefined, ...values]) {
      if (tries > MAX_TRIES) return undefined;
      const found = from(index + 1, value === undefined ? chosen : [...chosen, [key, value]]);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return from(0, []);
}

/** By key in lower case, the values that may make a difference. */
function candidatesOf(
  { statements, version }: TrustPolicy,
  numbers: ReadonlySet<number>,
  texts: readonly string[],
): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  const add = (key: string, values: readonly string[]): void => {
    const all = found.get(key.toLowerCase()) ?? new Set();
    for (const value of values) all.add(value);
    found.set(key.toLowerCase(), all);
  };
  for (const { conditions } of statements.filter(({ number }) => numbers.has(number))) {
    for (const condition of conditions) {
      const key = condition.key.text;
      if (isKnownOnlyToAws(key)) add(key, valuesFor(condition));
      for (const name of variablesOf(condition, version)) {
        if (isKnownOnlyToAws(name)) add(name, texts);
      }
    }
  }
  return found;
}

/** Values on both sides of what a condition compares with. */
function valuesFor({ operator, values }: Condition): readonly string[] {
  const each = (near: (text: string) => readonly string[]): readonly string[] =>
    values.flatMap(({ text }) => near(text));
  switch (operator.kind) {
    case 'ip':
      return [...each((text) => [text.replace(/\/.*$/, '')]), '203.0.113.7'];
    case 'number':
      return each((text) => [Number(text) - 1, Number(text), Number(text) + 1].map(String));
    case 'date':
      return each((text) => [text, '2000-01-01T00:00:00Z', '2100-01-01T00:00:00Z']);
    case 'boolean':
      return ['true', 'false'];
    case 'null':
    case 'binary':
      return [...each((text) => [text]), 'x'];
    case 'string':
    case 'arn': {
      const other = operator.kind === 'arn' ? 'arn:aws:iam::999999999999:x' : 'x';
      return [
        ...each((text) => [text, text.replaceAll('*', '').replaceAll('?', 'x'), text.replace(/[*?]/g, 'x')]),
        other,
      ];
    }
  }
}
