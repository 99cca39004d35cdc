import { randomBytes } from 'node:crypto';
import { type KeySource, lazy, tokenKey } from '../core/keys.js';
import { type Exchange, exchange } from '../http/exchange.js';
import { type Call, type Delivery, type LoopbackServer, listen, type Reply } from '../http/loopback.js';
import { CLUSTER_PATH, type ServiceAccount, serviceAccountClaims } from '../kubernetes/service-account.js';
import { claimsOf } from './claims.js';
import type { GithubIds, ResolvedRun } from './run.js';

/** The two variables with which a job asks for its token. */
export interface TokenRequestVariables {
  readonly ACTIONS_ID_TOKEN_REQUEST_URL: string;
  readonly ACTIONS_ID_TOKEN_REQUEST_TOKEN: string;
}

/** A running token issuer: the request endpoint of jobs, and the discovery documents of their tokens. */
export interface Issuer {
  readonly url: string;
  /** Lets a run ask for tokens. */
  register(run: ResolvedRun): TokenRequestVariables;
  /** A token of a Kubernetes service account, by the issuer of a cluster that lives below this one's URL. */
  serviceAccountToken(account: ServiceAccount): Promise<string>;
  close(): Promise<void>;
}

const JSON_HEADERS = { 'content-type': 'application/json; charset=utf-8' };

/** Starts a token issuer on 127.0.0.1; port 0 takes a free port. */
export async function startIssuer(
  port: number,
  wires: Exchange,
  getIds: () => GithubIds,
  keys: KeySource,
  now: () => number,
): Promise<Issuer> {
  const key = await tokenKey(await keys('github'));
  const clusterKey = lazy(async () => tokenKey(await keys('cluster')));
  const jobs = new Map<string, { readonly path: string; readonly run: ResolvedRun }>();
  const server: LoopbackServer = await listen(port, (call) => serve(call));

  async function serve(call: Call): Promise<Delivery> {
    const action = actionOf(call);
    const params = Object.fromEntries(call.query);
    return exchange(wires, { service: 'token', action, params }, call, async () => {
      const ofCluster = call.path.startsWith(`${CLUSTER_PATH}/`);
      if (action === 'discovery')
        return json(200, discovery(ofCluster ? server.url + CLUSTER_PATH : server.url));
      if (action === 'jwks')
        return json(200, { keys: [ofCluster ? (await clusterKey()).publicJwk : key.publicJwk] });
      return action === 'GET /token' ? mint(call) : json(404, { message: 'Not found' });
    });
  }

  async function mint(call: Call): Promise<Reply> {
    const bearer = /^bearer (.+)$/i.exec(call.headers.authorization ?? '')?.[1];
    const job = bearer === undefined ? undefined : jobs.get(bearer);
    if (job === undefined || job.path !== call.path)
      return json(401, { message: 'The request token is not valid' });
    if (call.query.get('api-version') !== '2.0') return json(400, { message: 'No api-version was supplied' });
    const audience = call.query.get('audience') || undefined;
    const claims = claimsOf(job.run, getIds(), { issuer: server.url, audience, nowMs: now() });
    const token = await key.sign(claims);
    return json(200, { count: token.length, value: token });
  }

  return {
    url: server.url,
    register(run) {
      const path = `/idtoken/${encodeURIComponent(run.runId)}/${encodeURIComponent(run.job)}`;
      const bearer = randomBytes(48).toString('base64url');
      jobs.set(bearer, { path, run });
      return {
        ACTIONS_ID_TOKEN_REQUEST_URL: `${server.url}${path}?api-version=2.0`,
        ACTIONS_ID_TOKEN_REQUEST_TOKEN: bearer,
      };
    },
    serviceAccountToken: async (account) =>
      (await clusterKey()).sign(serviceAccountClaims(account, server.url + CLUSTER_PATH, now())),
    close: () => server.close(),
  };
}

function actionOf({ method, path }: Call): string {
  if (method !== 'GET') return 'unknown';
  const document = path.startsWith(`${CLUSTER_PATH}/`) ? path.slice(CLUSTER_PATH.length) : path;
  if (document === '/.well-known/openid-configuration') return 'discovery';
  if (document === '/.well-known/jwks') return 'jwks';
  return path.startsWith('/idtoken/') ? 'GET /token' : 'unknown';
}

function discovery(issuer: string): object {
  return {
    issuer,
    jwks_uri: `${issuer}/.well-known/jwks`,
    subject_types_supported: ['public', 'pairwise'],
    response_types_supported: ['id_token'],
    claims_supported: ['sub', 'aud', 'exp', 'iat', 'iss', 'jti', 'nbf', 'ref', 'repository', 'environment'],
    id_token_signing_alg_values_supported: ['RS256'],
    scopes_supported: ['openid'],
  };
}

function json(status: number, body: object): Reply {
  return { status, headers: JSON_HEADERS, body: JSON.stringify(body) };
}
