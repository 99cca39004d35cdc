import { generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { calculateJwkThumbprint, exportJWK, type JWK, type JWTPayload, SignJWT } from 'jose';
import { certify } from '../certificate.js';

/** Who signs something in the sandbox: GitHub, a Kubernetes cluster, Cognito, or a SAML identity provider. */
export type Signer = 'github' | 'cluster' | 'cognito' | 'saml';

export interface RsaKeys {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

/** Gives a signer its RSA keys. */
export type KeySource = (signer: Signer) => Promise<RsaKeys>;

/** Makes new RSA keys of 2048 bits, GitHub's size. */
export const newRsaKeys = (): Promise<RsaKeys> => promisify(generateKeyPair)('rsa', { modulusLength: 2048 });

/** A signing key and what the world may see of it. */
export interface TokenKey {
  readonly publicJwk: JWK;
  /** Signs claims as a compact RS256 JWT whose header names the key, and has the members of `header` as well. */
  sign(claims: JWTPayload, header?: Readonly<Record<string, string>>): Promise<string>;
}

/** Makes the key for tokens of RSA keys, with a certificate as GitHub's keys have one: Ceph reads no other. */
export async function tokenKey(keys: RsaKeys): Promise<TokenKey> {
  const { publicKey, privateKey } = keys;
  const jwk = await exportJWK(publicKey);
  const x5c = [certify(keys, ['localhost']).toString('base64')];
  const kid = await calculateJwkThumbprint(jwk);
  return {
    publicJwk: { ...jwk, kid, alg: 'RS256', use: 'sig', x5c },
    sign: (claims, header = {}) =>
      new SignJWT(claims).setProtectedHeader({ typ: 'JWT', alg: 'RS256', kid, ...header }).sign(privateKey),
  };
}

/** What is made at its first use, since making a key takes a while and few need it. */
export function lazy<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
