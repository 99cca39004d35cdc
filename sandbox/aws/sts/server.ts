import { randomUUID } from 'node:crypto';
import { type Exchange, exchange } from '../../http/exchange.js';
import type { Call, Delivery, Reply } from '../../http/loopback.js';
import type { OpenRecord } from '../../http/recorder.js';
import { assumeRole, type StsState } from './assume-role.js';
import { assumeRoleWithSaml } from './assume-role-with-saml.js';
import { assumeRoleWithWebIdentity } from './assume-role-with-web-identity.js';
import { StsError } from './errors.js';
import { getFederationToken } from './get-federation-token.js';
import { getSessionToken } from './get-session-token.js';
import type { Parameters } from './parameters.js';
import { type Signed, verifySignature } from './signature.js';
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
  try {
    const action = params.Action;
    if (action === undefined) {
      throw new StsError('MissingAction', 400, 'The request is missing an action or a required parameter.');
    }
    return resultReply(action, await run(state, call, action, params, entry), requestId);
  } catch (error) {
    if (error instanceof StsError) return errorReply(error, requestId);
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
): Promise<Elements> {
  const signed = async (): Promise<Signed> => {
    const signature = await verifySignature(call, state.sessions, state.now());
    entry.signer = signature.accessKeyId;
    return signature;
  };
  if (params.Version === VERSION) {
    switch (action) {
      case 'AssumeRoleWithWebIdentity':
        return assumeRoleWithWebIdentity(state, params);
      case 'AssumeRoleWithSAML':
        return assumeRoleWithSaml(state, params);
      case 'AssumeRole':
        return assumeRole(state, (await signed()).caller, params);
      case 'GetSessionToken':
        return getSessionToken(state, (await signed()).caller, params);
      case 'GetFederationToken':
        return getFederationToken(state, (await signed()).caller, params);
      case 'GetCallerIdentity': {
        const { caller } = await signed();
        return { Arn: caller.arn, UserId: caller.userId, Account: caller.principal.account.id };
      }
    }
  }
  const version = params.Version ?? 'NO_VERSION_SPECIFIED';
  throw new StsError('InvalidAction', 400, `Could not find operation ${action} for version ${version}`);
}

function parametersOf(call: Call): Parameters {
  // A form's field wins over a query's; nobody sends both.
  return Object.fromEntries([...call.query, ...new URLSearchParams(call.body.toString('utf8'))]);
}
