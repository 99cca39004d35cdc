import type { Claims, WebIdentity } from '../core/credentials.js';

/**
 * A token minted this moment, as an identity. The token's own times are by the issuer's clock, so only their
 * difference is used: a wrong clock on the runner does no harm.
 */
export function freshWebIdentity(token: string, nowMs: number): WebIdentity {
  const claims = readClaims(token);
  const { iat, exp } = claims ?? {};
  const isTimed = typeof iat === 'number' && typeof exp === 'number';
  return {
    kind: 'web-identity',
    token,
    claims,
    expiresAtMs: isTimed ? nowMs + (exp - iat) * 1000 : undefined,
  };
}

/** A token made at an unknown time, as an identity. */
export function storedWebIdentity(token: string): WebIdentity {
  const claims = readClaims(token);
  const exp = claims?.['exp'];
  return {
    kind: 'web-identity',
    token,
    claims,
    expiresAtMs: typeof exp === 'number' ? exp * 1000 : undefined,
  };
}

/** Every part of the token that must not be seen: the whole, and payload and signature by themselves. */
export function tokenSecrets(token: string): readonly string[] {
  return [token, ...token.split('.').slice(1)].filter((part) => part !== '');
}

/** A claim that is text. */
export function textClaim(claims: Claims | undefined, name: string): string | undefined {
  const value = claims?.[name];
  return typeof value === 'string' ? value : undefined;
}

function readClaims(token: string): Claims | undefined {
  const [, payload, signature] = token.split('.');
  if (payload === undefined || signature === undefined) return undefined;
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
    return typeof claims === 'object' && claims !== null && !Array.isArray(claims)
      ? { ...claims }
      : undefined;
  } catch {
    return undefined;
  }
}
