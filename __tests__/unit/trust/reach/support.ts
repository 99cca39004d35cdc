import { parseTrustPolicy } from '../../../../src/trust/language/parse.js';
import type { TrustPolicy } from '../../../../src/trust/language/policy.js';
import { type Answer, type Home, QUESTIONS, type Question } from '../../../../src/trust/reach/question.js';
import { reachAll } from '../../../../src/trust/reach/reach.js';
import { PROVIDER } from '../../../support/trust-policies.js';

export const HOME: Home = { repository: 'octo-org/octo-repo' };

export const key = (claim: string): string => `token.actions.githubusercontent.com:${claim}`;

type Block = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** A statement for GitHub's tokens with these conditions; claims are written without their prefix. */
export function allow(conditions: Block, more: Readonly<Record<string, unknown>> = {}): unknown {
  const block = Object.fromEntries(
    Object.entries(conditions).map(([operator, keys]) => [
      operator,
      Object.fromEntries(
        Object.entries(keys).map(([name, value]) => [name.includes(':') ? name : key(name), value]),
      ),
    ]),
  );
  return {
    Effect: 'Allow',
    Principal: { Federated: PROVIDER },
    Action: 'sts:AssumeRoleWithWebIdentity',
    Condition: block,
    ...more,
  };
}

export const deny = (conditions: Block): unknown => allow(conditions, { Effect: 'Deny' });

export function policyOf(...statements: readonly unknown[]): TrustPolicy {
  return parseTrustPolicy(JSON.stringify({ Version: '2012-10-17', Statement: statements }));
}

/** The answers by question. */
export function answers(statements: readonly unknown[], home: Home = HOME): ReadonlyMap<Question, Answer> {
  return new Map(reachAll(policyOf(...statements), home).map((answer) => [answer.question, answer]));
}

/** What is asked and answered, in one line: `other-owner no, …`, for the questions that can be asked. */
export function summary(
  statements: readonly unknown[],
  home: Home = HOME,
): Readonly<Partial<Record<Question, string>>> {
  const found = answers(statements, home);
  return Object.fromEntries(
    QUESTIONS.flatMap((one) => (found.has(one) ? [[one, found.get(one)?.answer]] : [])),
  );
}

/** The subject of the token that shows an answer; undefined where there is none. */
export function witnessOf(answer: Answer | undefined): Readonly<Record<string, string>> | undefined {
  return answer !== undefined && 'witness' in answer ? answer.witness : undefined;
}
