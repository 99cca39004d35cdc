import { Context } from '../evaluate/context.js';
import { type Claims, evaluatedClaims, issuerOf } from './claims.js';
import { providerPath } from './issuer.js';

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
