import { isObject } from '../../core/json.js';
import { CognitoError } from './errors.js';

/** A request's body, checked. */
export interface CognitoParameters {
  readonly identityPoolId: string | undefined;
  readonly identityId: string | undefined;
  /** Provider name to token. */
  readonly logins: Readonly<Record<string, string>>;
}

const ID = /^[\w-]+:[0-9a-f-]+$/;

/** Reads a JSON body. Throws SerializationException where it is none or has values of wrong types. */
export function readCognitoParameters(body: Buffer): CognitoParameters {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body.toString('utf8') || '{}');
  } catch {
    throw malformed();
  }
  if (!isObject(parsed)) throw malformed();
  const logins = parsed.Logins ?? {};
  if (!isObject(logins)) throw malformed();
  const pairs = Object.entries(logins).map(([name, token]) => [name, textOrNothing(token) ?? ''] as const);
  return {
    identityPoolId: textOrNothing(parsed.IdentityPoolId),
    identityId: textOrNothing(parsed.IdentityId),
    logins: Object.fromEntries(pairs),
  };
}

/** An id that has to be there, `REGION:UUID`. Throws ValidationException in AWS's words. */
export function requireId(at: 'identityPoolId' | 'identityId', value: string | undefined): string {
  if (value === undefined) throw invalid('null', at, 'Member must not be null');
  if (value.length > 55) throw invalid(`'${value}'`, at, 'Member must have length less than or equal to 55');
  if (ID.test(value)) return value;
  throw invalid(`'${value}'`, at, 'Member must satisfy regular expression pattern: [\\w-]+:[0-9a-f-]+');
}

/** The parameters as the record of requests has them. */
export function recordedParameters(body: Buffer): Readonly<Record<string, string>> {
  try {
    const { identityPoolId, identityId, logins } = readCognitoParameters(body);
    const tokens = Object.entries(logins).map(([name, token]) => [`Logins.${name}`, token]);
    return {
      ...(identityPoolId === undefined ? {} : { IdentityPoolId: identityPoolId }),
      ...(identityId === undefined ? {} : { IdentityId: identityId }),
      ...Object.fromEntries(tokens),
    };
  } catch {
    return {};
  }
}

function textOrNothing(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw malformed();
  return value;
}

function invalid(value: string, at: string, constraint: string): CognitoError {
  return new CognitoError(
    'ValidationException',
    `1 validation error detected: Value ${value} at '${at}' failed to satisfy constraint: ${constraint}`,
  );
}

function malformed(): CognitoError {
  return new CognitoError(
    'SerializationException',
    'The body of the request is not what the service expects.',
  );
}
