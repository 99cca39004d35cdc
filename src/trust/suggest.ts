import type { Claims } from './claims.js';
import { parseSubject } from './subject.js';

/** A trust policy to paste, as data: one statement for exactly one caller. */
export interface SuggestedPolicy {
  readonly principalType: 'Federated' | 'AWS';
  readonly principal: string;
  readonly actions: readonly string[];
  /** Key and value, compared with StringEquals. */
  readonly conditions: readonly (readonly [string, string])[];
}

/** A value longer than this is no ref or name that anyone chose; IAM's own limit for the whole policy is 4096. */
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
  const subject = parseSubject(sub);
  const names = [
    'aud',
    'sub',
    // Names can be taken over by somebody else, ids cannot.
    ...(subject?.ownerId === undefined ? ['repository_id'] : []),
    ...(subject?.context.kind === 'environment' ? ['ref'] : []),
    // It names the ref as well, which for a pull request is another one each time.
    ...(subject?.context.kind === 'pull-request' ? [] : ['job_workflow_ref']),
  ];
  const conditions = names.flatMap((name): readonly (readonly [string, string])[] => {
    const value = claims[name];
    return typeof value === 'string' && evaluated.includes(name) ? [[`${prefix}:${name}`, value]] : [];
  });
  if (conditions.some(([, value]) => value.length > MAX_LENGTH)) return undefined;
  return { principalType: 'Federated', principal: provider, actions, conditions };
}

/** The same for a caller who signs; undefined where the call does not say who that is. */
export function suggestForCaller(
  principalArn: string | undefined,
  actions: readonly string[],
  externalId: string | undefined,
): SuggestedPolicy | undefined {
  if (principalArn === undefined) return undefined;
  const conditions = externalId === undefined ? [] : [['sts:ExternalId', externalId] as const];
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
        ...(conditions.length > 0 && {
          Condition: {
            StringEquals: Object.fromEntries(conditions.map(([key, value]) => [key, literally(value)])),
          },
        }),
      },
    ],
  };
  return JSON.stringify(policy, null, 2).replace(UNSAFE, (char) => `\\u${hex(char.charCodeAt(0), 4)}`);
}

/** The policy as a data source of Terraform's AWS provider. */
export function asTerraform({ principalType, principal, actions, conditions }: SuggestedPolicy): string {
  const blocks = conditions.map(
    ([key, value]) =>
      `    condition {\n      test     = "StringEquals"\n      variable = ${hcl(key)}\n      values   = [${hcl(literally(value))}]\n    }\n`,
  );
  return [
    'data "aws_iam_policy_document" "trust" {',
    '  statement {',
    `    actions = [${actions.map(hcl).join(', ')}]`,
    '    principals {',
    `      type        = "${principalType}"`,
    `      identifiers = [${hcl(principal)}]`,
    '    }',
    `${blocks.join('')}  }`,
    '}',
  ].join('\n');
}

/** So that IAM takes no part of a value for a policy variable. */
function literally(value: string): string {
  return value.replace(/\$(?=\{)/g, (sign) => `${sign}{${sign}}`);
}

/** What could end a code fence, or reorder or hide text on the page, and all else beyond plain ASCII. */
const UNSAFE = /[^\n -_a-~]/g;

/** A string of Terraform's language (https://developer.hashicorp.com/terraform/language/expressions/strings). */
function hcl(text: string): string {
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
