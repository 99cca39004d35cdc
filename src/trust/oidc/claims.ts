import { issuerKind, providerPath } from './issuer.js';

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
const COMMON_CLAIMS = ['sub', 'aud', 'amr', 'email'] as const;

/** Further claims of issuers that STS knows by their address, beside GitHub's (the same page). */
const OTHER_CLAIMS: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^accounts\.google\.com$/, ['oaud', 'google/organization_number']],
  [/^oidc\.circleci\.com\/org\/[^/]+$/, ['oidc.circleci.com/project-id']],
  [/^idcs-[^./]+\.identity\.oraclecloud\.com$/, ['rpst_id']],
  [
    /^gitlab\.com$/,
    [
      ...['namespace_id', 'project_id', 'pipeline_source', 'ref_protected', 'runner_environment'],
      ...['user_access_level', 'user_email', 'user_id', 'user_login'],
    ],
  ],
  [
    /^agent\.buildkite\.com$/,
    [
      ...['build_branch', 'cluster_id', 'cluster_name', 'organization_id', 'organization_slug'],
      ...['pipeline_id', 'pipeline_slug'],
    ],
  ],
  [/^(www\.amazon\.com|graph\.facebook\.com)$/, ['app_id', 'user_id', 'id']],
];

/**
 * The names of the claims that STS evaluates for an issuer. It knows GitHub by its address, which GHE.com and GitHub
 * Enterprise Server do not have.
 */
export function evaluatedClaims(issuer: string): readonly string[] {
  const isGithub = ['github', 'github-enterprise'].includes(issuerKind(issuer));
  if (isGithub) return [...COMMON_CLAIMS, ...GITHUB_CLAIMS];
  const path = providerPath(issuer);
  return [...COMMON_CLAIMS, ...(OTHER_CLAIMS.find(([pattern]) => pattern.test(path))?.[1] ?? [])];
}

/** A token's issuer; empty if it is missing. */
export function issuerOf({ iss }: Claims): string {
  return typeof iss === 'string' ? iss : '';
}
