import { createHash, randomUUID } from 'node:crypto';
import type { TokenKey } from '../../core/keys.js';
import { type Exchange, exchange } from '../../http/exchange.js';
import type { Call, Delivery, Reply } from '../../http/loopback.js';
import type { IdentityPool } from '../accounts/federation.js';
import { CognitoError, notAuthorized, notFound } from './errors.js';
import { verifyLogin } from './logins.js';
import {
  type CognitoParameters,
  readCognitoParameters,
  recordedParameters,
  requireId,
} from './parameters.js';
import { COGNITO_ISSUER, poolClaims } from './pool-token.js';

/** What Cognito's operations work on. */
export interface CognitoState {
  /** By id. */
  readonly pools: ReadonlyMap<string, IdentityPool>;
  /** The identities that GetId has made, by id. */
  readonly identities: Map<string, Identity>;
  readonly keys: () => Promise<TokenKey>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** One login's identity in a pool. */
export interface Identity {
  readonly pool: IdentityPool;
  readonly providerArn: string;
  readonly subject: string;
}

const TARGET = 'AWSCognitoIdentityService.';

/**
 * Serves one call to Cognito's JSON API: GetId and GetOpenIdToken, which nobody signs, and the documents with
 * which others can verify its tokens. STS needs no call for that: it is of the same house.
 */
export function serveCognito(state: CognitoState, wires: Exchange, call: Call): Promise<Delivery> {
  const described = {
    service: 'cognito',
    action: actionOf(call),
    params: recordedParameters(call.body),
  } as const;
  return exchange(wires, described, call, () => answer(state, described.action, call));
}

function actionOf({ method, path, headers }: Call): string {
  if (method === 'GET' && path === '/.well-known/openid-configuration') return 'discovery';
  if (method === 'GET' && path === '/.well-known/jwks_uri') return 'jwks';
  const target = headers['x-amz-target'] ?? '';
  return method === 'POST' && target.startsWith(TARGET) ? target.slice(TARGET.length) : 'unknown';
}

async function answer(state: CognitoState, action: string, call: Call): Promise<Reply> {
  try {
    switch (action) {
      case 'GetId':
        return json(200, await getId(state, readCognitoParameters(call.body)));
      case 'GetOpenIdToken':
        return json(200, await getOpenIdToken(state, readCognitoParameters(call.body)));
      case 'discovery':
        return json(200, { issuer: COGNITO_ISSUER, jwks_uri: `${COGNITO_ISSUER}/.well-known/jwks_uri` });
      case 'jwks':
        return json(200, { keys: [(await state.keys()).publicJwk] });
      default:
        throw new CognitoError('UnknownOperationException', '');
    }
  } catch (error) {
    if (error instanceof CognitoError) return json(400, { __type: error.type, message: error.message });
    const message = `The sandbox failed: ${error instanceof Error ? error.message : String(error)}`;
    return json(500, { __type: 'InternalErrorException', message });
  }
}

async function getId(state: CognitoState, parameters: CognitoParameters): Promise<object> {
  const poolId = requireId('identityPoolId', parameters.identityPoolId);
  const pool = state.pools.get(poolId);
  if (pool === undefined) throw notFound(`IdentityPool '${poolId}' not found.`);
  const { login, token } = await verifyLogin(pool, parameters.logins, state.now());
  const identity = { pool, providerArn: login.provider.arn, subject: token.subject };
  const identityId = identityIdOf(identity);
  state.identities.set(identityId, identity);
  return { IdentityId: identityId };
}

async function getOpenIdToken(state: CognitoState, parameters: CognitoParameters): Promise<object> {
  const identityId = requireId('identityId', parameters.identityId);
  const identity = state.identities.get(identityId);
  if (identity === undefined) throw notFound(`Identity '${identityId}' not found.`);
  const { pool, providerArn, subject } = identity;
  if (!pool.allowClassicFlow) {
    throw new CognitoError(
      'InvalidParameterException',
      'Basic (classic) flow is not enabled, please use enhanced flow.',
    );
  }
  if (Object.keys(parameters.logins).length === 0) {
    throw notAuthorized(`Access to Identity '${identityId}' is forbidden.`);
  }
  const verified = await verifyLogin(pool, parameters.logins, state.now());
  if (verified.login.provider.arn !== providerArn || verified.token.subject !== subject) {
    throw notAuthorized(
      "Logins don't match. Please include at least one valid login for this identity or identity pool.",
    );
  }
  const keys = await state.keys();
  return {
    IdentityId: identityId,
    Token: await keys.sign(poolClaims(pool, identityId, verified, state.now())),
  };
}

/** One identity for each subject of a login: the same subject finds it again. */
function identityIdOf({ pool, providerArn, subject }: Identity): string {
  const digest = createHash('sha256').update(`${pool.id}\n${providerArn}\n${subject}`).digest('hex');
  const uuid = /^(.{8})(.{4})(.{4})(.{4})(.{12})/.exec(digest)?.slice(1).join('-');
  return `${pool.region}:${uuid}`;
}

function json(status: number, body: object): Reply {
  const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': randomUUID() };
  return { status, headers, body: JSON.stringify(body) };
}
