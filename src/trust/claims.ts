import { Context } from './context.js';
import { isGithubIssuer, providerPath } from './issuer.js';

/** The claims of a token, unchecked. */
export type Claims = Readonly<Record<string, unknown>>;

/**
 * The claims of GitHub's tokens that STS turns into condition keys, beside `sub` and `aud`
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-wif).
 * A condition on any other claim finds nothing.
 */
export const GITHUB_CLAIMS = [
  'actor',
  'actor_id',
  'enterprise_id',
  'environment',
  'job_workflow_ref',
  'ref',
  'repository',
  'repository_id',
  'repository_owner_id',
  'workflow',
] as const;

/** The claims that STS turns into condition keys for any issuer. */
const COMMON_CLAIMS = ['sub', 'aud', 'amr'] as const;

/** The names of the claims that STS evaluates for an issuer. */
export function evaluatedClaims(issuer: string): readonly string[] {
  return isGithubIssuer(issuer) ? [...COMMON_CLAIMS, ...GITHUB_CLAIMS] : COMMON_CLAIMS;
}

/** What STS knows beside the token. */
export interface AssumptionFacts {
  readonly providerArn?: string | undefined;
  readonly sessionName?: string | undefined;
  /** Where they are known to be others than those of the issuer's kind. */
  readonly evaluated?: readonly string[] | undefined;
}

/**
 * The condition keys of an AssumeRoleWithWebIdentity with a token: its claims under the issuer's name without
 * `https://`, and what the request itself brings along.
 */
export function webIdentityContext(claims: Claims, facts: AssumptionFacts = {}): Context {
  const issuer = typeof claims['iss'] === 'string' ? claims['iss'] : '';
  const prefix = providerPath(issuer);
  return new Context([
    ...(facts.evaluated ?? evaluatedClaims(issuer)).map(
      (name) => [`${prefix}:${name}`, contextValue(claims[name])] as const,
    ),
    ['aws:FederatedProvider', facts.providerArn],
    ['sts:RoleSessionName', facts.sessionName],
  ]);
}

function contextValue(claim: unknown): string | readonly string[] | undefined {
  if (typeof claim === 'string') return claim;
  if (typeof claim === 'number' || typeof claim === 'boolean') return String(claim);
  return Array.isArray(claim) ? claim.map(String) : undefined;
}
