import { literally } from '../../trust/explain/suggest.js';
import { parseTrustPolicy } from '../../trust/language/parse.js';
import type { TrustPolicy } from '../../trust/language/policy.js';
import { type KnownHome, keyOf, type SuggestedCondition } from './conditions.js';

/** A text, or several. */
type Values = string | readonly string[];

/** A policy's Condition element. */
export type ConditionBlock = Readonly<Record<string, Readonly<Record<string, Values>>>>;

/** What a role trusts: one provider, and of its tokens those that meet the conditions. */
export interface SuggestedPolicy {
  readonly home: KnownHome;
  readonly conditions: readonly SuggestedCondition[];
}

/** A suggestion's conditions as a policy writes them. */
export function conditionBlock({ home, conditions }: SuggestedPolicy): ConditionBlock {
  const operators = [...new Set(conditions.map(({ operator }) => operator))];
  return Object.fromEntries(
    operators.map((operator) => {
      const own = conditions.filter((one) => one.operator === operator);
      const entries = own.map(({ claim, values }) => [keyOf(home.issuer, claim), valuesOf(values)] as const);
      return [operator, Object.fromEntries(entries)];
    }),
  );
}

function valuesOf(values: readonly string[]): Values {
  const [first = '', ...others] = values.map(literally);
  return others.length === 0 ? first : [first, ...others];
}

/** The policy as a document. */
export function policyDocument(
  suggested: SuggestedPolicy,
  provider: string,
): Readonly<Record<string, unknown>> {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Federated: provider },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: conditionBlock(suggested),
      },
    ],
  };
}

/** The negation of each operator. */
const NEGATED = { StringEquals: 'StringNotEquals', StringLike: 'StringNotLike' } as const;

/** A policy that lets in every token with the right audience which a suggestion keeps out. */
export function complementOf(suggested: SuggestedPolicy, provider: string): TrustPolicy {
  const { home, conditions } = suggested;
  const audience = conditions.filter(({ claim }) => claim === 'aud');
  const others = conditions.filter(({ claim }) => claim !== 'aud');
  const statements = others.map(({ operator, claim, values }) => {
    const key = keyOf(home.issuer, claim);
    const negated =
      operator === 'Null'
        ? { Null: { [key]: 'false' } }
        : { [NEGATED[operator]]: { [key]: valuesOf(values) } };
    return {
      Effect: 'Allow',
      Principal: { Federated: provider },
      Action: 'sts:AssumeRoleWithWebIdentity',
      Condition: { ...conditionBlock({ home, conditions: audience }), ...negated },
    };
  });
  return parseTrustPolicy(JSON.stringify({ Version: '2012-10-17', Statement: statements }));
}
