import { Context } from '../evaluate/context.js';
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
const COMMON_CLAIMS = ['sub', 'aud', 'amr'] as const;

/**
 * The names of the claims that STS evaluates for an issuer. It knows GitHub by its address, which GHE.com and GitHub
 * Enterprise Server do not have.
 */
export function evaluatedClaims(issuer: string): readonly string[] {
  const isKnown = ['github', 'github-enterprise'].includes(issuerKind(issuer));
  return isKnown ? [...COMMON_CLAIMS, ...GITHUB_CLAIMS] : COMMON_CLAIMS;
}

/** A token's issuer; empty where it has none. */
export function issuerOf({ iss }: Claims): string {
  return typeof iss === 'string' ? iss : '';
}

/** What STS knows beside the token. */
export interface AssumptionFacts {
  readonly providerArn?: string | undefined;
  /** Condition keys that the call brings by itself. */
  readonly keys?: readonly (readonly [string, string | readonly string[]])[] | undefined;
  /** Where they are known to be others than those of the issuer's kind. */
  readonly evaluated?: readonly string[] | undefined;
}

/**
 * The condition keys of an AssumeRoleWithWebIdentity with a token: its claims under the issuer's name without
 * `https://`, and what the request itself brings along.
 */
export function webIdentityContext(claims: Claims, facts: AssumptionFacts = {}): Context {
  const issuer = issuerOf(claims);
  const prefix = providerPath(issuer);
  return new Context([
    ...(facts.evaluated ?? evaluatedClaims(issuer)).map(
      (name) => [`${prefix}:${name}`, contextValue(claims[name])] as const,
    ),
    ['aws:FederatedProvider', facts.providerArn],
    ...(facts.keys ?? []),
    ...tagKeys(claims),
  ]);
}

/** The session tags that a token brings, by their keys (https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html). */
export function requestTags(claims: Claims): readonly (readonly [string, string])[] {
  const { principal_tags: tags } = record(claims['https://aws.amazon.com/tags']);
  return Object.entries(record(tags)).flatMap(([key, value]) => {
    const [first] = Array.isArray(value) ? value : [value];
    return typeof first === 'string' ? [[key, first] as const] : [];
  });
}

/** The condition keys of a token's session tags and source identity. */
function tagKeys(claims: Claims): readonly (readonly [string, string | readonly string[]])[] {
  const { transitive_tag_keys: transitive } = record(claims['https://aws.amazon.com/tags']);
  const pairs = requestTags(claims);
  const identity = claims['https://aws.amazon.com/source_identity'];
  return [
    ['aws:TagKeys', pairs.map(([key]) => key)],
    ['sts:TransitiveTagKeys', Array.isArray(transitive) ? transitive.map(String) : []],
    ...pairs.map(([key, value]) => [`aws:RequestTag/${key}`, value] as const),
    ...(typeof identity === 'string' ? [['sts:SourceIdentity', identity] as const] : []),
  ];
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function contextValue(claim: unknown): string | readonly string[] | undefined {
  if (typeof claim === 'string') return claim;
  if (typeof claim === 'number' || typeof claim === 'boolean') return String(claim);
  return Array.isArray(claim) ? claim.map(String) : undefined;
}
