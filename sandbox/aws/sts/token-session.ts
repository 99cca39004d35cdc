import { isObject } from '../../core/json.js';
import { invalidIdentityToken } from './errors.js';
import type { TagParameter } from './parameters.js';

/** What a token itself says about the session: GitHub's say nothing, Cognito identity pools' do. */
export interface TokenSession {
  readonly tags: readonly TagParameter[];
  readonly transitiveTagKeys: readonly string[];
  readonly sourceIdentity: string | undefined;
}

/**
 * Reads session tags and source identity from a token's claims, in the form of
 * docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html#id_session-tags_adding-assume-role-idp.
 * Throws InvalidIdentityToken (400) where the tags claim has not that form.
 */
export function readTokenSession(claims: Readonly<Record<string, unknown>>): TokenSession {
  const source = claims['https://aws.amazon.com/source_identity'];
  const sourceIdentity = typeof source === 'string' ? source : undefined;
  const claim = claims['https://aws.amazon.com/tags'];
  if (claim === undefined) return { tags: [], transitiveTagKeys: [], sourceIdentity };
  if (!isObject(claim) || !isObject(claim.principal_tags)) throw malformed();
  const tags = Object.entries(claim.principal_tags).map(([key, values]) => {
    const list: readonly unknown[] = Array.isArray(values) ? values : [];
    const [value] = list;
    if (list.length !== 1 || typeof value !== 'string') throw malformed();
    return { key, value };
  });
  const keys: readonly unknown[] = Array.isArray(claim.transitive_tag_keys) ? claim.transitive_tag_keys : [];
  return { tags, transitiveTagKeys: keys.map(String), sourceIdentity };
}

function malformed(): Error {
  return invalidIdentityToken('The tags in the token are not valid');
}
