import { isRoleArn } from '../core/arn.js';
import { formatList } from '../core/text.js';
import type { SourceName } from '../inputs/source-names.js';

/** The identity source that was chosen, and why, in words for the log. */
export interface Choice {
  readonly source: SourceName;
  readonly reason: string;
  /** The job may not ask GitHub for a token, though the inputs look as if it should. */
  readonly tokenMissing: boolean;
}

/** The inputs the choice depends on. */
export interface SelectionInputs {
  readonly 'identity-source': SourceName | 'auto' | undefined;
  readonly 'role-to-assume': string | undefined;
  readonly 'aws-access-key-id': string | undefined;
  readonly 'web-identity-token-file': string | undefined;
  readonly 'saml-assertion': string | undefined;
  readonly 'role-chaining': boolean | undefined;
  readonly 'cognito-identity-pool-id': string | undefined;
  readonly 'force-skip-oidc': boolean | undefined;
}

/** The inputs that ask something of the source that was chosen. */
export interface DependentInputs extends SelectionInputs {
  readonly 'saml-provider-arn': string | undefined;
  readonly 'role-chain': readonly unknown[] | undefined;
  readonly 'allowed-refs': readonly string[] | undefined;
  readonly 'allowed-environments': readonly string[] | undefined;
  readonly 'source-identity': string | undefined;
  readonly 'mfa-serial-number': string | undefined;
}

/** The sources that ask GitHub for a token. */
const OF_GITHUB: ReadonlySet<SourceName> = new Set(['github-oidc', 'cognito']);
/** The sources whose identity is a token with claims. */
const OF_TOKENS: ReadonlySet<SourceName> = new Set(['github-oidc', 'cognito', 'web-identity-token-file']);

/**
 * Chooses where the first identity comes from. `auto` takes the first that fits: access keys, token file, SAML
 * assertion, `role-chaining`, Cognito identity pool, GitHub's token, and else the environment.
 */
export function selectIdentity(inputs: SelectionInputs, mayRequestToken: boolean): Choice {
  const chosen = (
    source: SourceName,
    reason: string,
    tokenMissing = OF_GITHUB.has(source) && !mayRequestToken,
  ): Choice => ({
    source,
    reason,
    tokenMissing,
  });
  const named = inputs['identity-source'];
  if (named !== undefined && named !== 'auto') return chosen(named, 'set by identity-source');
  for (const [name, source] of GIVEN) if (inputs[name] !== undefined) return chosen(source, `${name} is set`);
  if (inputs['role-chaining']) return chosen('environment', 'role-chaining is set');
  if (inputs['cognito-identity-pool-id'] !== undefined)
    return chosen('cognito', 'cognito-identity-pool-id is set');
  if (inputs['role-to-assume'] === undefined) return chosen('environment', 'role-to-assume is not set');
  if (inputs['force-skip-oidc']) return chosen('environment', 'force-skip-oidc is set');
  if (mayRequestToken) return chosen('github-oidc', 'role-to-assume is set and the job can request a token');
  return chosen('environment', 'role-to-assume is set, but the job cannot request a token', true);
}

const GIVEN = [
  ['aws-access-key-id', 'access-keys'],
  ['web-identity-token-file', 'web-identity-token-file'],
  ['saml-assertion', 'saml'],
] as const;

/** The inputs each source cannot do without. */
const REQUIRED: Readonly<Record<SourceName, readonly (keyof DependentInputs)[]>> = {
  'github-oidc': ['role-to-assume'],
  'web-identity-token-file': ['web-identity-token-file', 'role-to-assume'],
  'access-keys': ['aws-access-key-id'],
  environment: [],
  cognito: ['cognito-identity-pool-id', 'role-to-assume'],
  saml: ['saml-assertion', 'saml-provider-arn', 'role-to-assume'],
};

/**
 * What does not fit the source that was chosen: one line each, fit for an INPUT_INVALID error.
 * @param whyNoRole what may be behind a role that is not given
 */
export function incompatibleInputs(
  choice: Choice,
  inputs: DependentInputs,
  whyNoRole = '',
): readonly string[] {
  const { source } = choice;
  const missing = REQUIRED[source]
    .filter((name) => inputs[name] === undefined)
    .map((name) => {
      const why = name === 'role-to-assume' && whyNoRole !== '' ? ` ${whyNoRole}` : '';
      return `${name}: required by the identity source ${source} (${choice.reason}).${why}`;
    });
  return [
    ...missing,
    ...misnamedRole(choice, inputs),
    ...contradictions(choice, inputs),
    ...guardsWithoutToken(choice, inputs),
    ...misplacedSourceIdentity(choice, inputs),
  ];
}

/** A role's name alone is looked for in the account of whoever assumes it, and a token has none. */
function misnamedRole({ source }: Choice, inputs: DependentInputs): readonly string[] {
  const role = inputs['role-to-assume'];
  const hasAccount = source === 'access-keys' || source === 'environment';
  if (role === undefined || isRoleArn(role) || hasAccount) return [];
  return [
    `role-to-assume: got the name "${role}", but ${source} belongs to no account in which to look it up. Set the full ARN (arn:aws:iam::ACCOUNT:role/${role}).`,
  ];
}

function contradictions({ source }: Choice, inputs: DependentInputs): readonly string[] {
  const problems: string[] = [];
  if (OF_GITHUB.has(source) && inputs['force-skip-oidc']) {
    problems.push(
      `force-skip-oidc: cannot be combined with the identity source ${source}, which requests a token from GitHub.`,
    );
  }
  if (inputs['mfa-serial-number'] !== undefined && source !== 'access-keys') {
    problems.push(`mfa-serial-number: MFA requires access keys, but the identity source is ${source}.`);
  }
  if (inputs['role-chain'] !== undefined && inputs['role-to-assume'] === undefined) {
    problems.push('role-to-assume: required with role-chain, as the first role.');
  }
  return problems;
}

/** A guard that cannot be checked must not pass. */
function guardsWithoutToken({ source, tokenMissing }: Choice, inputs: DependentInputs): readonly string[] {
  if (OF_TOKENS.has(source) || tokenMissing) return [];
  return (['allowed-refs', 'allowed-environments'] as const)
    .filter((name) => inputs[name] !== undefined)
    .map(
      (name) => `${name}: requires a token whose claims it can check, but the identity source is ${source}.`,
    );
}

function misplacedSourceIdentity({ source }: Choice, inputs: DependentInputs): readonly string[] {
  const byKeys = source === 'access-keys' || source === 'environment';
  const hasAssumeRole =
    inputs['role-chain'] !== undefined || (byKeys && inputs['role-to-assume'] !== undefined);
  if (inputs['source-identity'] === undefined || hasAssumeRole) return [];
  const remedies = ['a role in role-chain', 'access keys', 'role-chaining'];
  return [
    `source-identity: requires an AssumeRole call, and this configuration makes none: with a web identity or SAML, only the token can carry it, and GitHub's does not. Use ${formatList(remedies, 'or')}.`,
  ];
}
