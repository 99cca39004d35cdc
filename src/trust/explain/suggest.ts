import type { Claims } from '../oidc/claims.js';
import { requestTags } from '../oidc/request-context.js';
import { parseSubject } from '../oidc/subject.js';

/** One condition of a policy to paste. */
export interface SuggestedCondition {
  readonly operator: 'StringEquals' | 'ForAnyValue:StringLike';
  readonly key: string;
  readonly value: string;
}

/** A trust policy to paste, as data: one statement for exactly one caller. */
export interface SuggestedPolicy {
  readonly principalType: 'Federated' | 'AWS';
  readonly principal: string;
  readonly actions: readonly string[];
  readonly conditions: readonly SuggestedCondition[];
}

/** A value longer than this is not a ref or name that anyone chose; IAM's own limit for the whole policy is 4096. */
const MAX_LENGTH = 512;

/**
 * The least privilege that lets this token in, and nothing else: audience, whole subject, and what the subject leaves
 * open. Undefined where the token does not say enough, or says too much to paste.
 */
export function suggestForToken(
  claims: Claims,
  {
    provider,
    prefix,
    evaluated,
    actions,
  }: {
    readonly provider: string;
    readonly prefix: string;
    readonly evaluated: readonly string[];
    readonly actions: readonly string[];
  },
): SuggestedPolicy | undefined {
  const { sub, aud } = claims;
  if (typeof sub !== 'string' || typeof aud !== 'string') return undefined;
  const isPool = prefix === COGNITO;
  // Whoever is not logged in has no identity that a role could be for.
  if (isPool && !isAuthenticated(claims)) return undefined;
  const conditions = [
    ...claimConditions(claims, sub, { prefix, evaluated }),
    ...(isPool ? poolConditions(claims) : []),
  ];
  if (conditions.some(({ key, value }) => key.length + value.length > MAX_LENGTH)) return undefined;
  return { principalType: 'Federated', principal: provider, actions, conditions };
}

function claimConditions(
  claims: Claims,
  sub: string,
  { prefix, evaluated }: { readonly prefix: string; readonly evaluated: readonly string[] },
): readonly SuggestedCondition[] {
  const subject = parseSubject(sub);
  const { ref } = claims;
  // Each pull request has another ref, which the workflow's file names as well.
  const isPullRequest =
    subject?.context.kind === 'pull-request' || (typeof ref === 'string' && ref.startsWith('refs/pull/'));
  const names = [
    'aud',
    'sub',
    // Names can be taken over by somebody else, ids cannot.
    ...(subject?.ownerId === undefined ? ['repository_id'] : []),
    ...(subject?.context.kind === 'environment' && !isPullRequest ? ['ref'] : []),
    ...(isPullRequest ? [] : ['job_workflow_ref']),
  ];
  return names.flatMap((name) => {
    const value = claims[name];
    return typeof value === 'string' && evaluated.includes(name) ? [equal(`${prefix}:${name}`, value)] : [];
  });
}

const COGNITO = 'cognito-identity.amazonaws.com';

function isAuthenticated({ amr }: Claims): boolean {
  return [amr].flat().includes('authenticated');
}

/** An identity pool lets in whoever its provider does; the tags say who that was (docs/examples/verified-tags.md). */
function poolConditions(claims: Claims): readonly SuggestedCondition[] {
  return [
    { operator: 'ForAnyValue:StringLike', key: `${COGNITO}:amr`, value: 'authenticated' },
    ...requestTags(claims).map(([key, value]) => equal(`aws:RequestTag/${key}`, value)),
  ];
}

function equal(key: string, value: string): SuggestedCondition {
  return { operator: 'StringEquals', key, value };
}

/** The same for a caller who signs; undefined where the call does not say who that is. */
export function suggestForCaller(
  principalArn: string | undefined,
  actions: readonly string[],
  externalId: string | undefined,
): SuggestedPolicy | undefined {
  if (principalArn === undefined) return undefined;
  const conditions = externalId === undefined ? [] : [equal('sts:ExternalId', externalId)];
  return { principalType: 'AWS', principal: principalArn, actions, conditions };
}

/** The policy as JSON. */
export function asJson({ principalType, principal, actions, conditions }: SuggestedPolicy): string {
  const policy = {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { [principalType]: principal },
        Action: actions.length === 1 ? actions[0] : actions,
        ...(conditions.length > 0 && { Condition: conditionBlock(conditions) }),
      },
    ],
  };
  return asciiJson(policy);
}

/** JSON in ASCII alone: whoever prints it need not think of what its texts may do, and IAM takes it as it is. */
export function asciiJson(value: unknown): string {
  return JSON.stringify(value, null, 2).replace(UNSAFE, (char) => `\\u${hex(char.charCodeAt(0), 4)}`);
}

function conditionBlock(
  conditions: readonly SuggestedCondition[],
): Readonly<Record<string, Readonly<Record<string, string>>>> {
  const operators = [...new Set(conditions.map(({ operator }) => operator))];
  return Object.fromEntries(
    operators.map((operator) => {
      const own = conditions.filter((one) => one.operator === operator);
      return [operator, Object.fromEntries(own.map(({ key, value }) => [key, literally(value)]))];
    }),
  );
}

/** The policy as a data source of Terraform's AWS provider. */
export function asTerraform({ principalType, principal, actions, conditions }: SuggestedPolicy): string {
  const blocks = conditions.map(
    ({ operator, key, value }) =>
      `    condition {\n      test     = ${hclString(operator)}\n      variable = ${hclString(key)}\n      values   = [${hclString(literally(value))}]\n    }\n`,
  );
  return [
    'data "aws_iam_policy_document" "trust" {',
    '  statement {',
    `    actions = [${actions.map(hclString).join(', ')}]`,
    '    principals {',
    `      type        = "${principalType}"`,
    `      identifiers = [${hclString(principal)}]`,
    '    }',
    `${blocks.join('')}  }`,
    '}',
  ].join('\n');
}

/** So that IAM takes no part of a value for a policy variable. */
export function literally(value: string): string {
  return value.replace(/\$(?=\{)/g, (sign) => `${sign}{${sign}}`);
}

/** What could end a code fence, or reorder or hide text on the page, and all else beyond plain ASCII. */
const UNSAFE = /[^\n -_a-~]/g;

/** A string of Terraform's language (https://developer.hashicorp.com/terraform/language/expressions/strings). */
export function hclString(text: string): string {
  const escaped = text
    .replace(/["\\]/g, '\\$&')
    // A function, since a dollar in a replacement has a meaning of its own.
    .replace(/[$%](?=\{)/g, (sign) => sign + sign)
    .replace(/[^ -_a-~]/gu, (char) => `\\U${hex(char.codePointAt(0) ?? 0, 8)}`);
  return `"${escaped}"`;
}

function hex(code: number, length: number): string {
  return code.toString(16).padStart(length, '0');
}
