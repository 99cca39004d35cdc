import { randomUUID } from 'node:crypto';
import { type Exchange, exchange } from '../../http/exchange.js';
import type { Call, Delivery, Reply } from '../../http/loopback.js';
import type { OpenRecord } from '../../http/recorder.js';
import { denialReason, readSignedCall, type ServiceState, type SignedCall } from '../services/signed-call.js';
import { StsError } from '../sts/errors.js';
import type { Parameters } from '../sts/parameter-values.js';
import { STRICT_RULES } from '../sts/signature.js';
import { errorReply, IAM_NAMESPACE, resultReply } from '../sts/xml.js';
import { MFA_OPERATIONS } from './mfa-devices.js';
import type { IamState, Operation } from './operation.js';
import { POLICY_OPERATIONS } from './principal-policies.js';
import { PROVIDER_OPERATIONS } from './providers.js';
import { ROLE_OPERATIONS } from './roles.js';
import { iamTrailCall, type Outcome } from './trail-call.js';
import { USER_OPERATIONS } from './users.js';

const VERSION = '2010-05-08';
const RULES = { service: 'iam', ...STRICT_RULES } as const;

const OPERATIONS: ReadonlyMap<string, Operation> = new Map(
  Object.entries({
    ...ROLE_OPERATIONS,
    ...POLICY_OPERATIONS,
    ...USER_OPERATIONS,
    ...PROVIDER_OPERATIONS,
    ...MFA_OPERATIONS,
  }),
);

/** Serves one call to IAM's Query API. Whatever comes in, an answer in AWS's form goes out. */
export function serveIam(state: ServiceState & IamState, wires: Exchange, call: Call): Promise<Delivery> {
  const params: Parameters = Object.fromEntries([
    ...call.query,
    ...new URLSearchParams(call.body.toString('utf8')),
  ]);
  const described = { service: 'iam', action: params.Action ?? 'unknown', params } as const;
  return exchange(wires, described, call, (entry) => answer(state, call, params, entry));
}

async function answer(
  state: ServiceState & IamState,
  call: Call,
  params: Parameters,
  entry: OpenRecord,
): Promise<Reply> {
  const requestId = randomUUID();
  let signed: SignedCall | undefined;
  const record = (outcome: Outcome): void => {
    const request = { params, accessKeyId: entry.signer ?? '', requestId };
    if (signed !== undefined) state.trail.record(iamTrailCall(signed, request, outcome));
  };
  try {
    const { Action: action = '', Version: version = 'NO_VERSION_SPECIFIED' } = params;
    const operation = version === VERSION ? OPERATIONS.get(action) : undefined;
    signed = await readSignedCall(state, call, RULES, entry);
    if (operation === undefined) {
      const message = `Could not find operation ${action} for version ${version} (the sandbox's IAM has only a few)`;
      throw new StsError('InvalidAction', 400, message);
    }
    const { caller } = signed;
    const account = state.directory.accounts.get(caller.principal.account.id) ?? caller.principal.account;
    const userName = caller.kind === 'user' ? caller.principal.name : undefined;
    const iamCall = { account, userName, params };
    const resource = operation.resource(state, iamCall);
    const denied = denialReason(signed, { action: `iam:${action}`, resource, account });
    if (denied !== undefined) {
      const message = `User: ${caller.arn} is not authorized to perform: iam:${action} on resource: ${resource}${denied}`;
      throw new StsError('AccessDenied', 403, message);
    }
    const result = operation.run(state, iamCall);
    record({ result });
    return resultReply(action, result, requestId, IAM_NAMESPACE);
  } catch (error) {
    if (error instanceof StsError) {
      record({ error });
      return errorReply(error, requestId, IAM_NAMESPACE);
    }
    const message = `The sandbox failed: ${error instanceof Error ? error.message : String(error)}`;
    return errorReply({ status: 500, code: 'InternalFailure', message }, requestId, IAM_NAMESPACE);
  }
}
