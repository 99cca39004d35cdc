import { issuerKind } from './issuer.js';

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

/**
 * The names of the claims that STS evaluates for an issuer. It knows GitHub by its address, which GHE.com and GitHub
 * Enterprise Server do not have.
 */
export function evaluatedClaims(issuer: string): readonly string[] {
  const isKnown = ['github', 'github-enterprise'].includes(issuerKind(issuer));
  return isKnown ? [...COMMON_CLAIMS, ...GITHUB_CLAIMS] : COMMON_CLAIMS;
}

/** A token's issuer; empty if it is missing. */
export function issuerOf({ iss }: Claims): string {
  return typeof iss === 'string' ? iss : '';
}
