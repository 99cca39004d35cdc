import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose';

/** A signing key and what the world may see of it. */
export interface KeyPair {
  readonly publicJwk: JWK;
  /** Signs claims as a compact RS256 JWT whose header names the key. */
  sign(claims: JWTPayload): Promise<string>;
}

/** Makes a new RSA key of 2048 bits, GitHub's size. */
export async function makeKeyPair(): Promise<KeyPair> {
  const { publicKey, privateKey } = await generateKeyPair('RS256', { modulusLength: 2048 });
  const jwk = await exportJWK(publicKey);
  const kid = await calculateJwkThumbprint(jwk);
  return {
    publicJwk: { ...jwk, kid, alg: 'RS256', use: 'sig' },
    sign: (claims) =>
      new SignJWT(claims).setProtectedHeader({ typ: 'JWT', alg: 'RS256', kid }).sign(privateKey),
  };
}

/** A key pair that is made at its first use, since making one takes a while and few need it. */
export function lazyKeyPair(): () => Promise<KeyPair> {
  let pair: Promise<KeyPair> | undefined;
  return () => {
    pair ??= makeKeyPair();
    return pair;
  };
}
