import { randomUUID } from 'node:crypto';
import { type Exchange, exchange } from '../../http/exchange.js';
import type { Call, Delivery, Reply } from '../../http/loopback.js';
import type { OpenRecord } from '../../http/recorder.js';
import type { Circumstances } from '../access/condition-keys.js';
import { assumeRole, type StsState } from './assume-role.js';
import { assumeRoleWithSaml } from './assume-role-with-saml.js';
import { assumeRoleWithWebIdentity } from './assume-role-with-web-identity.js';
import { StsError } from './errors.js';
import { getFederationToken } from './get-federation-token.js';
import { getSessionToken } from './get-session-token.js';
import type { Parameters } from './parameters.js';
import { type Signed, verifySignature } from './signature.js';
import { type Outcome, type Sighting, trailCall } from './trail-call.js';
import { type Elements, errorReply, resultReply } from './xml.js';

const VERSION = '2011-06-15';

/** Serves one call to STS's Query API. Whatever comes in, an answer in AWS's form goes out. */
export function serveSts(state: StsState, wires: Exchange, call: Call): Promise<Delivery> {
  const params = parametersOf(call);
  const action = params.Action ?? 'unknown';
  return exchange(wires, { service: 'sts', action, params }, call, (entry) =>
    answer(state, call, params, entry),
  );
}

async function answer(state: StsState, call: Call, params: Parameters, entry: OpenRecord): Promise<Reply> {
  const requestId = randomUUID();
  const { Action: action } = params;
  const seen: Sighting = {};
  const { network } = state.directory;
  const record = (outcome: Outcome): void => {
    const recorded = trailCall({ call, network, requestId, action: action ?? '', params, seen }, outcome);
    if (recorded !== undefined) state.trail.record(recorded);
  };
  try {
    if (action === undefined) {
      throw new StsError('MissingAction', 400, 'The request is missing an action or a required parameter.');
    }
    const result = await run(state, call, action, params, entry, seen);
    record({ result });
    noteSession(entry, result, state.now());
    return resultReply(action, result, requestId);
  } catch (error) {
    if (error instanceof StsError) {
      record({ error });
      entry.refusal = { code: error.code, message: error.message };
      entry.why = error.why;
      return errorReply(error, requestId);
    }
    // Not AWS's words: a fault of the sandbox must not look like a decision of AWS.
    const message = `The sandbox failed: ${error instanceof Error ? error.message : String(error)}`;
    return errorReply({ status: 500, code: 'InternalFailure', message }, requestId);
  }
}

async function run(
  state: StsState,
  call: Call,
  action: string,
  params: Parameters,
  entry: OpenRecord,
  seen: Sighting,
): Promise<Elements> {
  const circumstances = (region?: string): Circumstances => ({
    now: state.now(),
    network: state.directory.network,
    region,
    userAgent: call.headers['user-agent'],
  });
  const signed = async (): Promise<Signed> => {
    const signature = await verifySignature(call, state.sessions, state.now());
    const { caller, accessKeyId, region } = signature;
    entry.signer = accessKeyId;
    entry.caller = caller.arn;
    seen.identity = { kind: 'signed', caller, accessKeyId };
    seen.region = region;
    return signature;
  };
  if (params.Version === VERSION) {
    switch (action) {
      case 'AssumeRoleWithWebIdentity':
        return assumeRoleWithWebIdentity(state, params, circumstances(), seen);
      case 'AssumeRoleWithSAML':
        return assumeRoleWithSaml(state, params, circumstances(), seen);
      case 'AssumeRole': {
        const { caller, region } = await signed();
        return assumeRole(state, caller, params, circumstances(region));
      }
      case 'GetSessionToken':
        return getSessionToken(state, (await signed()).caller, params);
      case 'GetFederationToken': {
        const { caller, region } = await signed();
        return getFederationToken(state, caller, params, circumstances(region));
      }
      case 'GetCallerIdentity': {
        const { caller } = await signed();
        return { Arn: caller.arn, UserId: caller.userId, Account: caller.principal.account.id };
      }
    }
  }
  const version = params.Version ?? 'NO_VERSION_SPECIFIED';
  throw new StsError('InvalidAction', 400, `Could not find operation ${action} for version ${version}`);
}

function noteSession(entry: OpenRecord, result: Elements, now: number): void {
  const { AssumedRoleUser, FederatedUser, Credentials } = result;
  const user = AssumedRoleUser ?? FederatedUser;
  if (!isElements(user) || !isElements(Credentials)) return;
  const seconds = Math.ceil((Date.parse(String(Credentials.Expiration)) - now) / 1000);
  entry.session = { arn: String(user.Arn), seconds };
}

const isElements = (value: Elements[string]): value is Elements =>
  typeof value === 'object' && !Array.isArray(value);

function parametersOf(call: Call): Parameters {
  // A form's field wins over a query's; nobody sends both.
  return Object.fromEntries([...call.query, ...new URLSearchParams(call.body.toString('utf8'))]);
}
