import { authorize, type Refusal } from '../../../../src/trust/authorize/authorize.js';
import type { NamedPolicy, Policies, ResourcePolicy } from '../../../../src/trust/authorize/policies.js';
import { refusalWords } from '../../../../src/trust/authorize/words.js';
import { Context, type ContextValue } from '../../../../src/trust/evaluate/context.js';
import type { Principal } from '../../../../src/trust/evaluate/principals.js';
import { parseTrustPolicy } from '../../../../src/trust/language/parse.js';
import { parsePermissionPolicy } from '../../../../src/trust/language/permission-policy.js';

export const OWN = '111122223333';
export const USER = { type: 'AWS', arn: `arn:aws:iam::${OWN}:user/alice` } as const;
export const ROLE_ARN = `arn:aws:iam::${OWN}:role/ci/hub`;
export const SESSION_ARN = `arn:aws:sts::${OWN}:assumed-role/hub/build`;
export const SESSION = { type: 'AWS', arn: SESSION_ARN, roleArn: ROLE_ARN } as const;
export const TOKEN = { type: 'Federated', provider: 'token.example' } as const;
export const BUCKET = 'arn:aws:s3:::bucket/key';

export interface Question {
  readonly principal?: Principal;
  readonly action?: string;
  readonly resource?: string;
  readonly account?: string;
  readonly keys?: Readonly<Record<string, ContextValue>>;
}

export const document = (statements: unknown) =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements });

export function policy(...statements: readonly object[]): NamedPolicy {
  return { name: 'policy', policy: parsePermissionPolicy(document(statements), 'without-principals') };
}

export function bucketPolicy(...statements: readonly object[]): NamedPolicy & { readonly kind: 'resource' } {
  const parsed = parsePermissionPolicy(document(statements), 'names-principals');
  return { kind: 'resource', name: 'bucket', policy: parsed };
}

export function trust(...statements: readonly object[]): ResourcePolicy {
  return { kind: 'trust', name: 'trust', policy: parseTrustPolicy(document(statements)) };
}

export function ask(policies: Partial<Policies>, question: Question = {}) {
  const { principal = USER, action = 's3:GetObject', resource = BUCKET, keys = {} } = question;
  const context = new Context(Object.entries(keys));
  const resourceAccount = question.account ?? OWN;
  return authorize({ principal, action, resource, resourceAccount, context }, { identity: [], ...policies });
}

export const words = (by: Refusal, action = 's3:GetObject') => refusalWords(by, action);

/** `allow`, or how AWS words the refusal. */
export function outcome(policies: Partial<Policies>, question: Question = {}): string {
  const decided = ask(policies, question);
  if (decided.decision === 'deny') return words(decided.by, question.action);
  return decided.decision === 'unknown' ? `unknown: ${decided.on.join()}` : decided.decision;
}

export const ALLOW = { Effect: 'Allow', Action: '*', Resource: '*' };
export const DENY = { ...ALLOW, Effect: 'Deny' };
export const OTHER = { ...ALLOW, Action: 'ec2:*' };
export const allowTo = (principal: unknown) => ({ ...ALLOW, Principal: principal });
