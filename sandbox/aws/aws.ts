import { CONTROL_PREFIX, type Controls, serveControl } from '../control/control.js';
import { type KeySource, lazy, type TokenKey, tokenKey } from '../core/keys.js';
import type { Exchange } from '../http/exchange.js';
import { type LoopbackServer, listen } from '../http/loopback.js';
import type { Directory } from './accounts/accounts.js';
import { COGNITO_ISSUER, COGNITO_NAME } from './cognito/pool-token.js';
import { serveCognito } from './cognito/server.js';
import { MfaDevices } from './mfa/devices.js';
import { makeSamlIdentityProvider, type SamlOptions } from './saml/identity-provider.js';
import type { StsState } from './sts/assume-role.js';
import { isPermitted } from './sts/permissions.js';
import { serveSts } from './sts/server.js';
import { Sessions, userCaller } from './sts/sessions.js';
import type { BuiltInProvider } from './sts/web-token.js';

/** The ports, keys and clock of AWS's part of the sandbox. */
export interface AwsOptions {
  readonly stsPort?: number;
  readonly cognitoPort?: number;
  readonly keys: KeySource;
  readonly now: () => number;
}

/** AWS's part of a running sandbox, with what its users have in their pockets. */
export interface Aws {
  readonly stsUrl: string;
  readonly cognitoUrl: string;
  mfaCode(serial: string): string;
  samlAssertion(options?: SamlOptions): Promise<string>;
  isPermitted(accessKeyId: string, action: string, resource: string): boolean;
  close(): Promise<void>;
}

/** Starts STS, which also takes orders, and Cognito. Rejects where a port is taken. */
export async function startAws(
  directory: Directory,
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
  const state: StsState = {
    directory,
    sessions: new Sessions(directory),
    mfa,
    cognito: builtInCognito(poolKeys),
    samlKey: () => saml.publicKey(),
    now,
  };
  const cognito = await listenCognito(options.cognitoPort ?? 0, directory, poolKeys, now, wires);
  const controls = { ...wires, ...orders, ...pockets };
  const sts = await listenSts(options.stsPort ?? 0, state, controls).catch(async (error: unknown) => {
    await cognito.close();
    throw error;
  });
  const isPermittedTo = (accessKeyId: string, action: string, resource: string): boolean => {
    const { sessions } = state;
    const key = sessions.findUserKey(accessKeyId);
    const caller = key === undefined ? sessions.find(accessKeyId)?.caller : userCaller(key);
    if (caller === undefined) throw new Error('The sandbox does not know these credentials');
    return isPermitted(caller, action, resource, now());
  };
  return {
    ...pockets,
    isPermitted: isPermittedTo,
    stsUrl: sts.url,
    cognitoUrl: cognito.url,
    close: async () => {
      await Promise.all([sts.close(), cognito.close()]);
    },
  };
}

function listenSts(port: number, state: StsState, controls: Exchange & Controls): Promise<LoopbackServer> {
  return listen(port, async (call) => {
    if (!call.path.startsWith(CONTROL_PREFIX)) return serveSts(state, controls, call);
    return { how: 'answer', reply: await serveControl(controls, call) };
  });
}

function listenCognito(
  port: number,
  directory: Directory,
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
