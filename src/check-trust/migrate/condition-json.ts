import { asciiJson } from '../../trust/explain/suggest.js';
import type { Condition } from '../../trust/language/policy.js';

/** A Condition element as JSON. What only the deployment knows stands there as `${NAME}`. */
export function conditionJson(conditions: readonly Condition[]): string {
  const operators = [...new Set(conditions.map(({ operator }) => operator.written))];
  const block = operators.map((written) => {
    const own = conditions.filter(({ operator }) => operator.written === written);
    return [written, Object.fromEntries(own.map((one) => [one.key.text, valuesOf(one)]))] as const;
  });
  return asciiJson({ Condition: Object.fromEntries(block) });
}

function valuesOf({ values }: Condition): string | readonly string[] {
  const texts = values.map(({ text }) => text);
  const [first, ...others] = texts;
  return first !== undefined && others.length === 0 ? first : texts;
}
