import { listed, quote } from '../../text.js';
import type { ConditionResult } from '../evaluate/condition.js';
import { variablesIn } from '../evaluate/variables.js';
import type { Reason } from './failure.js';

/**
 * Keys that AWS sets for a request and that nobody knows beforehand: where it comes from, and what the organisation and
 * tags of caller and role are (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html).
 */
const ONLY_AWS_KNOWS = new RegExp(
  `^(aws:(${[
    'sourceip|vpcsourceip|sourcevpc(e|arn)?|vpce.+|securetransport|viaawsservice|calledvia.*|useragent|referer',
    'currenttime|epochtime|tokenissuetime|multifactorauth(age|present)|requestedregion|userid',
    'principal(arn|account|orgid|orgpaths|type|isawsservice|servicename.*|tag/.+)',
    'source(account|arn|orgid|orgpaths|identity)|resource(account|orgid|orgpaths|tag/.+)',
  ].join('|')})|iam:resourcetag/.+)$`,
  'i',
);

/** What of a condition only AWS knows: its key, or variables in its values. None where it can be decided here. */
export function unknownKeys({ condition, actual, outcome }: ConditionResult): readonly string[] {
  const asked =
    outcome === 'unresolved-variable'
      ? condition.values.flatMap(({ text }) => variablesIn(text))
      : actual === undefined
        ? [condition.key.text]
        : [];
  return asked.filter((key) => ONLY_AWS_KNOWS.test(key));
}

/** Why a condition cannot be decided here, where that is so. */
export function unknownKey(result: ConditionResult): Reason | undefined {
  const unknown = unknownKeys(result).map((key) => quote(key));
  if (unknown.length === 0) return undefined;
  return {
    id: 'unknown-here',
    why: `Only AWS knows ${listed(unknown)}, so it cannot be told here whether the condition holds.`,
  };
}
