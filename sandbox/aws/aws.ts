import { CONTROL_PREFIX, type Controls, serveControl } from '../control/control.js';
import { type KeySource, lazy, type TokenKey, tokenKey } from '../core/keys.js';
import type { Exchange } from '../http/exchange.js';
import { isFromHere } from '../http/from-here.js';
import { type LoopbackServer, listen } from '../http/loopback.js';
import type { EditableDirectory } from './accounts/accounts.js';
import type { CloudTrailEvent } from './cloudtrail/event.js';
import { Trail } from './cloudtrail/trail.js';
import { COGNITO_ISSUER, COGNITO_NAME } from './cognito/pool-token.js';
import { serveCognito } from './cognito/server.js';
import { MfaDevices } from './mfa/devices.js';
import { makeSamlIdentityProvider, type SamlOptions } from './saml/identity-provider.js';
import { type AllServices, listenServices } from './services/server.js';
import type { StsState } from './sts/assume-role.js';
import { isPermitted } from './sts/permissions.js';
import { serveSts } from './sts/server.js';
import { Sessions, userCaller } from './sts/sessions.js';
import type { BuiltInProvider } from './sts/web-token.js';

/** The ports, keys and clock of AWS's part of the sandbox. */
export interface AwsOptions {
  readonly stsPort?: number;
  readonly cognitoPort?: number;
  /** Of all services together. */
  readonly awsPort?: number;
  readonly keys: KeySource;
  readonly now: () => number;
  /** CloudTrail's events are also appended to this file, as lines of JSON. */
  readonly trailFile?: string;
  /** Where an issuer of tokens is reached, if that is not the address it has in its tokens. */
  readonly addressOf?: (issuer: string) => string;
}

/** AWS's part of a running sandbox, with what its users have in their pockets. */
export interface Aws {
  readonly stsUrl: string;
  readonly cognitoUrl: string;
  /** CloudTrail's events of all accounts, oldest first. */
  readonly trail: readonly CloudTrailEvent[];
  /** STS, IAM, S3, KMS and CloudTrail's LookupEvents at one address. */
  readonly awsUrl: string;
  mfaCode(serial: string): string;
  samlAssertion(options?: SamlOptions): Promise<string>;
  isPermitted(accessKeyId: string, action: string, resource: string): boolean;
  close(): Promise<void>;
}

/** Starts STS, which also takes orders, Cognito, and a server of all services. Rejects where a port is taken. */
export async function startAws(
  directory: EditableDirectory,
  options: AwsOptions,
  wires: Exchange,
  orders: Pick<Controls, 'environment' | 'serviceAccountToken'>,
): Promise<Aws> {
  const { keys, now } = options;
  const poolKeys = lazy(async () => tokenKey(await keys('cognito')));
  const mfa = new MfaDevices(directory.mfaDevices, now);
  const saml = makeSamlIdentityProvider(directory, keys, now);
  const pockets = {
    mfaCode: (serial: string) => mfa.code(serial),
    samlAssertion: (wanted: SamlOptions = {}) => saml.respond(wanted),
  };
  const trail = new Trail(now, options.trailFile);
  const state: AllServices = {
    directory,
    trail,
    sessions: new Sessions(directory),
    mfa,
    cognito: builtInCognito(poolKeys),
    samlKey: () => saml.publicKey(),
    now,
    createdAt: new Map(),
    looseDevices: new Map(),
    buckets: new Map(),
    keys: new Map(),
    ...(options.addressOf && { addressOf: options.addressOf }),
  };
  const cognito = await listenCognito(options.cognitoPort ?? 0, directory, poolKeys, now, wires);
  const controls = { ...wires, ...orders, ...pockets, trail: trail.events };
  const started: LoopbackServer[] = [cognito];
  const closeAll = async (): Promise<void> => {
    await Promise.all(started.map((server) => server.close()));
  };
  try {
    started.push(await listenSts(options.stsPort ?? 0, state, controls));
    started.push(await listenServices(options.awsPort ?? 0, state, wires));
  } catch (error) {
    await closeAll();
    throw error;
  }
  const isPermittedTo = (accessKeyId: string, action: string, resource: string): boolean => {
    const { sessions } = state;
    const key = sessions.findUserKey(accessKeyId);
    const caller = key === undefined ? sessions.find(accessKeyId)?.caller : userCaller(key);
    if (caller === undefined) throw new Error('The sandbox does not know these credentials');
    return isPermitted(caller, action, resource, { now: now(), network: directory.network });
  };
  const [, sts, services] = started;
  return {
    ...pockets,
    isPermitted: isPermittedTo,
    stsUrl: sts?.url ?? '',
    cognitoUrl: cognito.url,
    trail: trail.events,
    awsUrl: services?.url ?? '',
    close: closeAll,
  };
}

async function listenSts(
  port: number,
  state: StsState,
  controls: Exchange & Controls,
): Promise<LoopbackServer> {
  const server: LoopbackServer = await listen(port, async (call) => {
    if (!call.path.startsWith(CONTROL_PREFIX)) return serveSts(state, controls, call);
    // Any page in a browser can send a request here, and must not give orders.
    if (!isFromHere(call, server.url))
      return { how: 'answer', reply: { status: 403, body: 'Not from here' } };
    return { how: 'answer', reply: await serveControl(controls, call) };
  });
  return server;
}

function listenCognito(
  port: number,
  directory: EditableDirectory,
  keys: () => Promise<TokenKey>,
  now: () => number,
  wires: Exchange,
): Promise<LoopbackServer> {
  const pools = [...directory.accounts.values()].flatMap(({ identityPools }) => identityPools);
  const state = { pools: new Map(pools.map((pool) => [pool.id, pool])), identities: new Map(), keys, now };
  return listen(port, (call) => serveCognito(state, wires, call));
}

function builtInCognito(keys: () => Promise<TokenKey>): BuiltInProvider {
  return {
    name: COGNITO_NAME,
    issuer: COGNITO_ISSUER,
    keys: async () => {
      const { kty, ...rest } = (await keys()).publicJwk;
      return { keys: kty === undefined ? [] : [{ ...rest, kty }] };
    },
  };
}
