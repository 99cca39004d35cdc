import { createLocalJWKSet, decodeJwt, errors, type JSONWebKeySet, type JWTPayload, jwtVerify } from 'jose';
import type { OidcProvider } from '../accounts/federation.js';
import { invalidIdentityToken, StsError } from './errors.js';
import { fetchIssuerKeys, noKey } from './identity-provider.js';

/**
 * A provider that no account has to create and whose audiences STS leaves to the trust policy, as it does
 * with Cognito's identity pools.
 */
export interface BuiltInProvider {
  /** Its name, which stands for the ARN in a trust policy and for the URL in condition keys. */
  readonly name: string;
  /** The `iss` of its tokens. */
  readonly issuer: string;
  readonly keys: () => Promise<JSONWebKeySet>;
}

/** Who issued a token: an OIDC provider's ARN and URL, or a built-in provider's name twice. */
export interface TokenProvider {
  readonly arn: string;
  readonly url: string;
}

/** A token that its issuer signed for this account. */
export interface VerifiedToken {
  readonly provider: TokenProvider;
  readonly subject: string;
  readonly audience: string;
  readonly claims: JWTPayload;
}

/**
 * Verifies a web identity token as STS does: its issuer must be a built-in provider or an OIDC provider of the
 * account, the signature must be RS256 by a key the issuer publishes, it must be in its time, and its audience
 * must be one of the provider's client ids. `addressOf` says where an issuer is reached. Throws InvalidIdentityToken,
 * ExpiredTokenException or
 * IDPCommunicationError (400).
 */
export async function verifyWebToken(
  token: string,
  providers: readonly OidcProvider[],
  nowMs: number,
  builtIn?: BuiltInProvider,
  addressOf: (issuer: string) => string = (issuer) => issuer,
): Promise<VerifiedToken> {
  const { iss: issuer } = decode(token);
  if (issuer === undefined) throw notAJwt();
  const { provider, clientIds, keys } = findProvider(issuer, providers, builtIn, addressOf);
  const claims = await checkSignature(token, issuer, await keys());
  checkTime(claims, Math.floor(nowMs / 1000));
  const audience = [claims.aud ?? []].flat().find((value) => clientIds?.includes(value) ?? true);
  if (audience === undefined) throw invalidIdentityToken('Incorrect token audience');
  if (claims.sub === undefined || claims.sub === '')
    throw invalidIdentityToken('Missing a required claim: sub');
  return { provider, subject: claims.sub, audience, claims };
}

function findProvider(
  issuer: string,
  providers: readonly OidcProvider[],
  builtIn: BuiltInProvider | undefined,
  addressOf: (issuer: string) => string,
): {
  readonly provider: TokenProvider;
  /** Undefined where any audience will do. */
  readonly clientIds: readonly string[] | undefined;
  readonly keys: () => Promise<JSONWebKeySet>;
} {
  if (builtIn?.issuer === issuer) {
    const { name, keys } = builtIn;
    return { provider: { arn: name, url: name }, clientIds: undefined, keys };
  }
  const provider = providers.find(({ url }) => url === issuer.replace(/^https?:\/\//, ''));
  if (provider === undefined) {
    throw invalidIdentityToken(`No OpenIDConnect provider found in your account for ${issuer}`);
  }
  return { provider, clientIds: provider.clientIds, keys: () => fetchIssuerKeys(issuer, addressOf(issuer)) };
}

function decode(token: string): JWTPayload {
  try {
    return decodeJwt(token);
  } catch {
    throw notAJwt();
  }
}

async function checkSignature(token: string, issuer: string, keySet: JSONWebKeySet): Promise<JWTPayload> {
  const keys = createLocalJWKSet(keySet);
  try {
    // Time is checked by checkTime, which has AWS's words for it.
    const options = {
      algorithms: ['RS256'],
      issuer,
      currentDate: new Date(0),
      clockTolerance: Number.MAX_SAFE_INTEGER,
    };
    return (await jwtVerify(token, keys, options)).payload;
  } catch (error) {
    if (error instanceof errors.JWKSNoMatchingKey) throw noKey();
    if (error instanceof errors.JWSSignatureVerificationFailed) {
      throw invalidIdentityToken('The token signature could not be verified');
    }
    throw notAJwt();
  }
}

function checkTime({ exp, iat, nbf }: JWTPayload, now: number): void {
  if (exp === undefined) throw invalidIdentityToken('Missing a required claim: exp');
  if (iat === undefined) throw invalidIdentityToken('Missing a required claim: iat');
  if (now >= exp) {
    throw new StsError(
      'ExpiredTokenException',
      400,
      `Token expired: current date/time ${now} must be before the expiration date/time ${exp}`,
    );
  }
  if (nbf !== undefined && nbf > now) {
    throw invalidIdentityToken(`Token not yet valid: current date/time ${now} must not be before ${nbf}`);
  }
}

function notAJwt(): StsError {
  return invalidIdentityToken(
    'The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)',
  );
}
