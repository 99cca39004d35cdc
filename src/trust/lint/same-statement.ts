import type { Condition, Statement } from '../language/policy.js';
import type { Text } from '../language/text.js';

/** Whom a statement is for and what it lets them do, whatever the order and case it is written in. */
export function scopeOf({ effect, actions, notAction, principals, notPrincipal }: Statement): string {
  const who = principals.map(({ type, text }) => `${type} ${text}`).sort();
  const what = sorted(actions).map((one) => one.toLowerCase());
  return JSON.stringify([effect, what, notAction, who, notPrincipal]);
}

/** The same for each of its conditions. */
export function conditionTexts({ conditions }: Statement): readonly string[] {
  return conditions
    .map(({ operator, key, values }: Condition) =>
      JSON.stringify([operator.written.toLowerCase(), key.text.toLowerCase(), sorted(values)]),
    )
    .sort();
}

function sorted(texts: readonly Text[]): readonly string[] {
  return texts.map(({ text }) => text).sort();
}
