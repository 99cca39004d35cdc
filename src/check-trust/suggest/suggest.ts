import { formatList, quote } from '../../core/text.js';
import { evaluatedClaims } from '../../trust/oidc/claims.js';
import { GITHUB_ISSUER, isGithubIssuer } from '../../trust/oidc/issuer.js';
import type { Home } from '../../trust/reach/question.js';
import { awsCli } from './aws-cli.js';
import { cloudformation } from './cloudformation.js';
import { conditionsFor, type KnownHome, TooManySubjects } from './conditions.js';
import type { Deployment, Format } from './format.js';
import { ACCOUNT_PLACEHOLDER, json } from './json.js';
import { policyDocument, type SuggestedPolicy } from './policy.js';
import { differenceFromAsked } from './proof.js';
import { terraform } from './terraform.js';

const FORMATS: Readonly<Record<string, Format>> = { json, cloudformation, terraform, 'aws-cli': awsCli };

/** What IAM allows for a trust policy, without blanks: what it can be raised to, and what it is otherwise. */
const [MAX_LENGTH, USUAL_LENGTH] = [4096, 2048];

export interface Suggestion {
  readonly text: string;
  /** What the reader must know of it, in sentences. */
  readonly notes: readonly string[];
}

/** The texts of the options. */
export interface SuggestOptions {
  readonly format?: string | undefined;
  readonly account?: string | undefined;
  readonly 'role-name'?: string | undefined;
}

/**
 * A trust policy that lets in exactly what a home asks for, which is proved before it is given. Throws an Error that
 * names the option if there is no such policy.
 */
export function suggest(home: Home, options: SuggestOptions, now: () => number): Suggestion {
  const { issuer = GITHUB_ISSUER } = home;
  if (!isGithubIssuer(issuer)) {
    throw new Error(`--issuer: got ${quote(issuer)}; allowed: the address of an issuer of GitHub's tokens`);
  }
  const { format, deployment } = readFormat(options);
  const suggested = suggestPolicy({ ...home, issuer }, now);
  const notes = notesOn(suggested, options);
  const strange = [...JSON.stringify(suggested.conditions)].find((letter) => letter > '\u00FF');
  if (format.isUnescaped && strange !== undefined) {
    throw new Error(
      `--format: got ${quote(options.format ?? '')}, which hands ${quote(strange)} to IAM as it is, and IAM takes no character beyond U+00FF there; write ? in its place, or use json or aws-cli`,
    );
  }
  return { text: format.write(suggested, deployment), notes };
}

function readFormat({ format: name = 'json', account, 'role-name': roleName }: SuggestOptions): {
  readonly format: Format;
  readonly deployment: Deployment;
} {
  const format = Object.hasOwn(FORMATS, name) ? FORMATS[name] : undefined;
  if (format === undefined) {
    throw new Error(`--format: got ${quote(name)}; allowed: ${formatList(Object.keys(FORMATS), 'or')}`);
  }
  if (account !== undefined && !/^\d{12}$/.test(account)) {
    throw new Error(`--account: got ${quote(account)}; allowed: the twelve digits of an account`);
  }
  if (roleName !== undefined && !/^[\w+=,.@-]{1,64}$/.test(roleName)) {
    throw new Error(
      `--role-name: got ${quote(roleName)}; allowed: up to 64 letters, digits and any of _+=,.@-`,
    );
  }
  if (account !== undefined && !format.takes.includes('account')) {
    throw new Error(`--account: ${name} knows the account that it is deployed to`);
  }
  if (roleName !== undefined && !format.takes.includes('roleName')) {
    throw new Error(`--role-name: ${name} is the policy alone; the other formats make the role`);
  }
  return { format, deployment: { account, roleName } };
}

/** The shorter of two policies, if it will do. */
function suggestPolicy(home: KnownHome, now: () => number): SuggestedPolicy {
  let reason = '';
  for (const extent of ['lean', 'full'] as const) {
    const suggested = { home, conditions: conditionsOf(home, extent) };
    const difference = differenceFromAsked(suggested, { now });
    if (difference === undefined && lengthOf(suggested) > MAX_LENGTH) {
      throw new Error(
        `--suggest: the policy would have ${lengthOf(suggested)} characters, and IAM allows ${MAX_LENGTH}; use patterns, or several roles`,
      );
    }
    if (difference === undefined) return suggested;
    reason = difference;
  }
  throw new Error(
    `--suggest: no policy was found that lets in exactly these tokens. With the closest one: ${reason}${hintFor(home)}`,
  );
}

/** Of most issuers AWS evaluates the subject alone, so whatever is to be told apart must be in it. */
function hintFor({ issuer }: KnownHome): string {
  if (evaluatedClaims(issuer).includes('repository')) return '';
  return ' Of a token from this issuer, AWS evaluates only sub and aud: customise the subject, so that it has what is missing, and give --subject-template.';
}

function conditionsOf(home: KnownHome, extent: 'lean' | 'full'): SuggestedPolicy['conditions'] {
  try {
    return conditionsFor(home, extent);
  } catch (error) {
    if (!(error instanceof TooManySubjects)) throw error;
    throw new Error(
      '--suggest: more than 200 different subjects would be needed; use patterns, or several roles',
    );
  }
}

/** IAM does not count blanks. */
function lengthOf(suggested: SuggestedPolicy): number {
  const provider = `arn:aws:iam::${'0'.repeat(12)}:oidc-provider/${suggested.home.issuer.replace('https://', '')}`;
  return JSON.stringify(policyDocument(suggested, provider)).length;
}

function notesOn(suggested: SuggestedPolicy, { format, account }: SuggestOptions): readonly string[] {
  const { repository, ownerId, repositoryId } = suggested.home;
  const length = lengthOf(suggested);
  const missing = [
    ...(ownerId === undefined ? ['--owner-id'] : []),
    ...(repositoryId === undefined ? ['--repository-id'] : []),
  ];
  return [
    ...(missing.length > 0
      ? [
          `Without ${formatList(missing)}, a repository that takes over the name ${repository} can get in. To see the ids: gh api repos/${repository} --jq '.owner.id, .id'`,
        ]
      : []),
    ...(account === undefined && (format ?? 'json') === 'json'
      ? [`Replace ${ACCOUNT_PLACEHOLDER} by the account of the role, or give --account.`]
      : []),
    ...(length > USUAL_LENGTH
      ? [`The policy has ${length} characters; the quota is ${USUAL_LENGTH} unless it has been raised.`]
      : []),
  ];
}
