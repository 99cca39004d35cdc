import { decodeJwt } from 'jose';
import type { IdentityPool, PoolLogin } from '../accounts/federation.js';
import { StsError } from '../sts/errors.js';
import { type VerifiedToken, verifyWebToken } from '../sts/web-token.js';
import { CognitoError, notAuthorized } from './errors.js';

/** A login that a provider of the pool vouches for. */
export interface VerifiedLogin {
  readonly login: PoolLogin;
  readonly token: VerifiedToken;
}

/**
 * Verifies the one login of a request: its provider must be attached to the pool, and the token must be that
 * provider's, signed, in its time and for one of its audiences. Throws NotAuthorizedException, or
 * ExternalServiceException where the provider cannot be reached.
 */
export async function verifyLogin(
  pool: IdentityPool,
  logins: Readonly<Record<string, string>>,
  now: number,
): Promise<VerifiedLogin> {
  const [entry, ...more] = Object.entries(logins);
  if (entry === undefined) {
    throw notAuthorized('Unauthenticated access is not supported for this identity pool.');
  }
  if (more.length > 0) {
    throw new CognitoError('InvalidParameterException', 'The sandbox takes one login at a time.');
  }
  const [name, text] = entry;
  const login = pool.logins.find(({ provider }) => provider.url === name);
  if (login === undefined) {
    throw notAuthorized('Token is not from a supported provider of this identity pool.');
  }
  checkIssuer(text, name);
  try {
    return { login, token: await verifyWebToken(text, [login.provider], now) };
  } catch (error) {
    throw error instanceof StsError ? inCognitosWords(error, text, now) : error;
  }
}

function checkIssuer(token: string, name: string): void {
  let issuer: string | undefined;
  try {
    issuer = decodeJwt(token).iss;
  } catch {
    throw invalid('Not a valid OpenId Connect identity token.');
  }
  if (issuer?.replace(/^https?:\/\//, '') !== name) throw invalid("Issuer doesn't match providerName");
}

// Cognito's messages as users reported them; of some refusals none was found, so they say what is known.
function inCognitosWords(error: StsError, token: string, now: number): CognitoError {
  if (error.code === 'ExpiredTokenException') {
    return invalid(`Token expired: ${Math.floor(now / 1000)} >= ${decodeJwt(token).exp}`);
  }
  if (error.code === 'IDPCommunicationError') {
    return new CognitoError('ExternalServiceException', error.message);
  }
  const isAboutClaims = /audience|claim|not yet valid/.test(error.message);
  return invalid(isAboutClaims ? error.message : "Couldn't verify signed token.");
}

function invalid(reason: string): CognitoError {
  return notAuthorized(`Invalid login token. ${reason}`);
}
