import { listed, quote } from '../../text.js';
import type { ConditionResult, Outcome } from '../evaluate/condition.js';
import { hasWildcard } from '../evaluate/pattern.js';
import { variablesIn } from '../evaluate/variables.js';
import type { Classic, FailedCondition, Failure, Reason, Situation } from './failure.js';
import { fixForAbsent, KEY_CLASSICS } from './mistakes/keys.js';
import { subjectClassic } from './mistakes/subject.js';
import { VALUE_CLASSICS } from './mistakes/values.js';
import { unknownKey } from './unknown.js';

const CLASSICS: readonly Classic[] = [
  ...KEY_CLASSICS,
  nothingListed,
  ...VALUE_CLASSICS.slice(0, 3),
  subjectClassic,
  ...VALUE_CLASSICS.slice(3),
];

function nothingListed(...[failed]: Parameters<Classic>): ReturnType<Classic> {
  if (failed.wanted.length > 0) return undefined;
  return { id: 'no-value', why: 'No value is listed, so that nothing matches.', fix: addition(failed) };
}

/** A condition that does not hold, with the first reason that fits. */
export function explainCondition(result: ConditionResult, situation: Situation): Failure {
  const { key, operator, values } = result.condition;
  const colon = key.text.lastIndexOf(':');
  const failed: FailedCondition = {
    ...result,
    prefix: key.text.slice(0, Math.max(colon, 0)),
    claim: key.text.slice(colon + 1),
    wanted: values.map(({ text }) => text),
  };
  const reason = firstReason(failed, situation);
  return {
    ...reason,
    part: 'condition',
    at: key.at,
    operator: operator.written,
    key: key.text,
    wanted: failed.wanted,
    got: result.actual,
  };
}

/** A condition of a Deny that applies, which is what keeps the caller out. */
export function explainHeld({ condition, actual }: ConditionResult): Failure {
  const { key, operator, values } = condition;
  const isNegated = /Not/.test(operator.name);
  return {
    id: 'denied',
    part: 'condition',
    at: key.at,
    operator: operator.written,
    key: key.text,
    wanted: values.map(({ text }) => text),
    got: actual,
    why: actual === undefined ? 'It holds of a request without this key.' : 'It holds.',
    fix:
      isNegated && actual !== undefined
        ? `If the caller may have the role, add ${listed(actual.map((one) => quote(one)))} to the values.`
        : 'If the caller may have the role, change this condition so that it does not hold.',
  };
}

function firstReason(failed: FailedCondition, situation: Situation): Reason {
  const unknown = unknownKey(failed);
  if (unknown !== undefined) return unknown;
  // Without a token there is nothing to say of its claims.
  const isOfToken = failed.outcome === 'absent' && situation.issuer !== '';
  const isPlain = isOfToken || (failed.outcome === 'mismatch' && !isNegated(failed));
  for (const classic of isPlain ? CLASSICS : []) {
    const reason = classic(failed, situation);
    if (reason !== undefined) return withStar(reason, failed);
  }
  const fix = plainFix(failed);
  const plain = { id: failed.outcome, why: plainly(failed), ...(fix !== undefined && { fix }) };
  return failed.outcome === 'mismatch' ? withStar(plain, failed) : plain;
}

/** A star where it is none is a fault of its own, which would show only after the other has been mended. */
function withStar(reason: Reason, { condition: { operator }, wanted }: FailedCondition): Reason {
  const isEqual = ['StringEquals', 'StringEqualsIgnoreCase'].includes(operator.name);
  if (!isEqual || reason.id === 'star-in-equals' || !wanted.some(hasWildcard)) return reason;
  const star = `And ${operator.written} takes a * or ? for just that character: patterns need StringLike.`;
  return { ...reason, why: `${reason.why} ${star}` };
}

/** What to do where no classic fits. */
function plainFix(failed: FailedCondition): string | undefined {
  const { operator, key } = failed.condition;
  switch (failed.outcome) {
    case 'mismatch':
      if (isNegated(failed))
        return 'If the caller may have the role, take the value that fits out of the list.';
      return /^(String|Arn)/.test(operator.name) ? addition(failed) : undefined;
    case 'several-values':
      return `Write ${isNegated(failed) ? 'ForAllValues' : 'ForAnyValue'}:${operator.written}.`;
    case 'absent':
      return fixForAbsent(key.text);
    default:
      return undefined;
  }
}

function addition({ actual, condition }: FailedCondition): string {
  if (/^sts:ExternalId$/i.test(condition.key.text)) {
    return 'Send the external id that the policy wants (input role-external-id), or change it in the policy.';
  }
  const got = listed((actual ?? []).map((one) => quote(one)));
  return `If the caller may have the role, add ${got} to the values.`;
}

function isNegated({ condition }: FailedCondition): boolean {
  return /Not/.test(condition.operator.name);
}

function plainly(failed: FailedCondition): string {
  const got = listed((failed.actual ?? []).map((one) => quote(one, 120)));
  const sayings: Readonly<Record<Outcome, string>> = {
    holds: 'It holds.',
    absent: 'The request does not have this key.',
    present: 'The key must be absent, but the request has it.',
    mismatch: isNegated(failed)
      ? `The value must be none of those listed, and ${got} is.`
      : `${got} is none of the values that the policy wants.`,
    'several-values':
      'The key has several values, and then the operator needs ForAnyValue: or ForAllValues: before it.',
    'unfit-value': `A value is not of the kind that ${failed.condition.operator.name} compares.`,
    'unresolved-variable': `The policy variable ${listed(
      failed.wanted.flatMap(variablesIn).map((one) => quote(one)),
      'or',
    )} has no value in this request, so nothing matches it.`,
  };
  return sayings[failed.outcome];
}
