import type { ResourcePolicy } from '../../../src/trust/authorize/policies.js';
import type { Call } from '../../http/loopback.js';
import type { OpenRecord } from '../../http/recorder.js';
import { authorizeCaller, reasonFor } from '../access/access.js';
import {
  type Circumstances,
  type ConditionKeys,
  callerKeys,
  requestKeys,
  resourceKeys,
} from '../access/condition-keys.js';
import type { Account, EditableDirectory } from '../accounts/accounts.js';
import type { Trail } from '../cloudtrail/trail.js';
import type { Caller, Sessions } from '../sts/sessions.js';
import { type SigningRules, verifySignature } from '../sts/signature.js';

/** What every service works on. */
export interface ServiceState {
  readonly directory: EditableDirectory;
  readonly sessions: Sessions;
  /** Where calls are recorded. */
  readonly trail: Trail;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** A call whose signature was verified. */
export interface SignedCall {
  readonly call: Call;
  readonly caller: Caller;
  /** The one that was signed for. */
  readonly region: string;
  readonly circumstances: Circumstances;
}

/** What a caller wants to do to what. */
export interface WantedAccess {
  /** Such as `s3:GetObject`. */
  readonly action: string;
  readonly resource: string;
  /** The account that it is in. */
  readonly account: Account;
  /** Its own policy; undefined where it has none. */
  readonly policy?: ResourcePolicy | undefined;
  /** The condition keys of the service. */
  readonly keys?: ConditionKeys;
}

/** Verifies who signed and notes it on the record. Throws the StsError that STS would answer. */
export async function readSignedCall(
  { directory, sessions, now }: ServiceState,
  call: Call,
  rules: SigningRules,
  entry: OpenRecord,
): Promise<SignedCall> {
  const { caller, accessKeyId, region } = await verifySignature(call, sessions, now(), rules);
  entry.signer = accessKeyId;
  const userAgent = call.headers['user-agent'];
  return {
    call,
    caller,
    region,
    circumstances: { now: now(), network: directory.network, region, userAgent },
  };
}

/** Why a caller may not do something, as AWS ends its message (nothing between organizations); undefined where it may. */
export function denialReason(
  { caller, circumstances }: SignedCall,
  { action, resource, account, policy, keys = [] }: WantedAccess,
): string | undefined {
  const { now, network } = circumstances;
  const decided = authorizeCaller(caller, {
    action,
    resource,
    account,
    policy,
    keys: [...requestKeys(circumstances), ...callerKeys(caller, now), ...resourceKeys(account), ...keys],
    network,
  });
  if (decided.decision !== 'deny') return undefined;
  return reasonFor(decided.by, action, caller.principal.account, account);
}
