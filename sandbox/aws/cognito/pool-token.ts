import type { JWTPayload } from 'jose';
import type { IdentityPool } from '../accounts/federation.js';
import type { VerifiedLogin } from './logins.js';

/** How Cognito's identity pools are called in trust policies and condition keys. */
export const COGNITO_NAME = 'cognito-identity.amazonaws.com';

/** The `iss` of every pool's tokens. */
export const COGNITO_ISSUER = `https://${COGNITO_NAME}`;

// docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_GetOpenIdToken.html
const LIFETIME_SECONDS = 600;

/**
 * The claims of a pool's OpenID token. `amr` names the provider, and the provider with the login's own subject.
 * A mapped claim that the login's token lacks gives no tag
 * (docs.aws.amazon.com/cognito/latest/developerguide/attributes-for-access-control.html). A pool's mapping knows no
 * transitive tags: tokens seen in the wild have `principal_tags` and nothing else in the tags claim.
 */
export function poolClaims(
  pool: IdentityPool,
  identityId: string,
  { login, token }: VerifiedLogin,
  nowMs: number,
): JWTPayload {
  const issuedAt = Math.floor(nowMs / 1000);
  const tags = [...login.principalTags].flatMap(([key, claim]) => {
    const value = token.claims[claim];
    return typeof value === 'string' || typeof value === 'number' ? [[key, [String(value)]] as const] : [];
  });
  return {
    sub: identityId,
    aud: pool.id,
    amr: ['authenticated', login.provider.url, `${login.provider.arn}:OIDC:${token.subject}`],
    ...(tags.length === 0
      ? {}
      : { 'https://aws.amazon.com/tags': { principal_tags: Object.fromEntries(tags) } }),
    iss: COGNITO_ISSUER,
    [`${COGNITO_ISSUER}/identity-pool-arn`]: pool.arn,
    exp: issuedAt + LIFETIME_SECONDS,
    iat: issuedAt,
  };
}
