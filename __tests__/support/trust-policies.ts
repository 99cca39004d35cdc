import { Context, type ContextValue } from '../../src/trust/evaluate/context.js';
import { type Decision, evaluateTrust } from '../../src/trust/evaluate/evaluate.js';
import type { Principal } from '../../src/trust/evaluate/principals.js';
import { parseTrustPolicy } from '../../src/trust/language/parse.js';

export const PROVIDER = 'arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com';
export const TOKEN: Principal = { type: 'Federated', provider: PROVIDER };

/** A policy variable, `${name}`. */
export const variable = (name: string): string => `\${${name}}`;

export interface Question {
  readonly version?: string | undefined;
  readonly principal?: Principal;
  readonly action?: string;
  readonly context?: Readonly<Record<string, ContextValue>>;
}

/** What a policy of these statements makes of a question; a token's, unless said otherwise. */
export function decide(statements: unknown, question: Question = {}): Decision['decision'] {
  const version = 'version' in question ? question.version : '2012-10-17';
  const policy = parseTrustPolicy(JSON.stringify({ Version: version, Statement: statements }));
  return evaluateTrust(policy, {
    action: question.action ?? 'sts:AssumeRoleWithWebIdentity',
    principal: question.principal ?? TOKEN,
    context: new Context(Object.entries(question.context ?? {})),
  }).decision;
}

/** Whether a Condition block holds; `null` is a policy without a version. */
export function holds(
  block: unknown,
  context: Readonly<Record<string, ContextValue>> = {},
  version: string | null = '2012-10-17',
): boolean {
  const statement = { Effect: 'Allow', Principal: '*', Action: '*', Condition: block };
  return decide(statement, { context, version: version ?? undefined }) === 'allow';
}
