import { randomBytes } from 'node:crypto';
import { type KeySource, lazy, tokenKey } from '../core/keys.js';
import { type Exchange, exchange } from '../http/exchange.js';
import { type Call, type Delivery, type LoopbackServer, listen, type Reply } from '../http/loopback.js';
import type { OpenRecord } from '../http/recorder.js';
import { CLUSTER_PATH, type ServiceAccount, serviceAccountClaims } from '../kubernetes/service-account.js';
import { claimsOf } from './claims.js';
import type { GithubIds, ResolvedRun } from './run.js';

/** The two variables with which a job asks for its token. */
export interface TokenRequestVariables {
  readonly ACTIONS_ID_TOKEN_REQUEST_URL: string;
  readonly ACTIONS_ID_TOKEN_REQUEST_TOKEN: string;
}

/** Who asks with a bearer; a text is why that job gets no token. Undefined where the bearer is not valid. */
export type ReadBearer = (bearer: string) => ResolvedRun | string | undefined;

/** A running token issuer: the request endpoint of jobs, and the discovery documents of their tokens. */
export interface Issuer {
  readonly url: string;
  /** The `iss` of its tokens: its URL, or the issuer that it stands for. */
  readonly name: string;
  /** Lets a run ask for tokens. */
  register(run: ResolvedRun): TokenRequestVariables;
  /** Lets those ask for tokens whose bearer says who they are, and gives the URL at which they do. */
  registerSpeaking(read: ReadBearer): string;
  /** A token of a Kubernetes service account, by the issuer of a cluster that lives below this one's URL. */
  serviceAccountToken(account: ServiceAccount): Promise<string>;
  close(): Promise<void>;
}

/** Where the bearer alone says which job asks. */
const SPEAKING_PATH = '/idtoken/act';

const JSON_HEADERS = { 'content-type': 'application/json; charset=utf-8' };

/**
 * Starts a token issuer on 127.0.0.1; port 0 takes a free port.
 * @param standsFor the issuer that its tokens name; itself unless said. Only the tokens' header names the sandbox then.
 */
export async function startIssuer(
  port: number,
  wires: Exchange,
  getIds: () => GithubIds,
  keys: KeySource,
  now: () => number,
  standsFor?: string,
): Promise<Issuer> {
  const key = await tokenKey(await keys('github'));
  const clusterKey = lazy(async () => tokenKey(await keys('cluster')));
  const jobs = new Map<string, { readonly path: string; readonly run: ResolvedRun }>();
  const speaking: ReadBearer[] = [];
  const server: LoopbackServer = await listen(port, (call) => serve(call));
  const name = standsFor ?? server.url;

  async function serve(call: Call): Promise<Delivery> {
    const action = actionOf(call);
    const params = Object.fromEntries(call.query);
    return exchange(wires, { service: 'token', action, params }, call, async (entry) => {
      const ofCluster = call.path.startsWith(`${CLUSTER_PATH}/`);
      if (action === 'discovery')
        return json(200, ofCluster ? discovery(server.url + CLUSTER_PATH) : discovery(name, server.url));
      if (action === 'jwks')
        return json(200, { keys: [ofCluster ? (await clusterKey()).publicJwk : key.publicJwk] });
      return action === 'GET /token' ? mint(call, entry) : json(404, { message: 'Not found' });
    });
  }

  function whoAsks({ headers, path }: Call): ReturnType<ReadBearer> {
    const bearer = /^bearer (.+)$/i.exec(headers.authorization ?? '')?.[1];
    if (bearer === undefined) return undefined;
    if (path === SPEAKING_PATH)
      return speaking.map((read) => read(bearer)).find((found) => found !== undefined);
    const job = jobs.get(bearer);
    return job?.path === path ? job.run : undefined;
  }

  async function mint(call: Call, entry: OpenRecord): Promise<Reply> {
    const run = whoAsks(call);
    if (run === undefined) {
      entry.why = ['The bearer is not one that the sandbox gave to a job.'];
      return json(401, { message: 'The request token is not valid' });
    }
    if (typeof run === 'string') {
      entry.why = [run];
      return json(403, { message: run });
    }
    if (call.query.get('api-version') !== '2.0') return json(400, { message: 'No api-version was supplied' });
    const audience = call.query.get('audience') || undefined;
    const claims = claimsOf(run, getIds(), { issuer: name, audience, nowMs: now() });
    const header = standsFor === undefined ? {} : { sandbox: server.url };
    const token = await key.sign(claims, header);
    entry.token = { job: run.job, header, claims };
    return json(200, { count: token.length, value: token });
  }

  return {
    url: server.url,
    name,
    registerSpeaking(read) {
      speaking.push(read);
      return `${server.url}${SPEAKING_PATH}?api-version=2.0`;
    },
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

function discovery(issuer: string, base = issuer): object {
  return {
    issuer,
    jwks_uri: `${base}/.well-known/jwks`,
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
