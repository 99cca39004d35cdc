import type { ContextValue } from '../../../src/trust/evaluate/context.js';
import type { Account } from '../accounts/accounts.js';
import type { Network } from '../accounts/network.js';
import { isRoot } from '../accounts/root-user.js';
import type { Caller, SessionTag } from '../sts/sessions.js';

/** Condition keys and their values; undefined where the request does not have the key. */
export type ConditionKeys = readonly (readonly [string, ContextValue | undefined])[];

/** What AWS knows of any request, whoever sends it. */
export interface Circumstances {
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly network: Network;
  /** Undefined where nobody signed for one. */
  readonly region: string | undefined;
  readonly userAgent: string | undefined;
}

/*
 * docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html says which request has which key.
 */

/** The keys of the request itself. */
export function requestKeys({ now, network, region, userAgent }: Circumstances): ConditionKeys {
  const { sourceIp, endpoint } = network;
  return [
    ['aws:CurrentTime', isoTime(now)],
    ['aws:EpochTime', String(Math.floor(now / 1000))],
    // The loopback connection stands in for TLS.
    ['aws:SecureTransport', 'true'],
    ['aws:RequestedRegion', region],
    ['aws:UserAgent', userAgent],
    // A request through an endpoint has a private address, under another key.
    ['aws:SourceIp', endpoint === undefined ? sourceIp : undefined],
    ['aws:VpcSourceIp', endpoint === undefined ? undefined : sourceIp],
    ['aws:SourceVpce', endpoint?.id],
    ['aws:SourceVpc', endpoint?.vpc],
  ];
}

/** The keys of a caller who has signed. `mfaAt` is when a code that came with this request was accepted. */
export function callerKeys(caller: Caller, now: number, mfaAt?: number): ConditionKeys {
  const { principal } = caller;
  const { account } = principal;
  const session = caller.kind === 'session' ? caller.session : undefined;
  const path = account.organization?.path;
  return [
    ['aws:PrincipalArn', caller.kind === 'federated-user' ? caller.arn : principal.arn],
    ['aws:PrincipalAccount', account.id],
    ['aws:PrincipalOrgID', account.organization?.id],
    ['aws:PrincipalOrgPaths', path === undefined ? undefined : [path]],
    ['aws:PrincipalType', principalType(caller)],
    ['aws:PrincipalIsAWSService', 'false'],
    ['aws:ViaAWSService', 'false'],
    ['aws:userid', caller.userId],
    ['aws:username', caller.kind === 'user' && !isRoot(principal) ? principal.name : undefined],
    ['aws:SourceIdentity', session?.sourceIdentity],
    ['aws:FederatedProvider', session?.federatedProvider],
    // Only temporary credentials were issued at some time.
    ['aws:TokenIssueTime', caller.issuedAt === undefined ? undefined : isoTime(caller.issuedAt)],
    ...mfaKeys(caller, now, mfaAt),
    ...principalTags(caller).map(([key, value]) => [`aws:PrincipalTag/${key}`, value] as const),
  ];
}

/** The keys of what is asked for. */
export function resourceKeys(account: Account | undefined): ConditionKeys {
  const path = account?.organization?.path;
  return [
    ['aws:ResourceAccount', account?.id],
    ['aws:ResourceOrgID', account?.organization?.id],
    ['aws:ResourceOrgPaths', path === undefined ? undefined : [path]],
  ];
}

// docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_configure-api-require.html: long-lived keys do not
// have the keys at all unless a code comes with the request; a role session's say that there was no MFA, however
// its role was assumed. A federation token has none either.
function mfaKeys(caller: Caller, now: number, mfaAt: number | undefined): ConditionKeys {
  const at = mfaAt ?? (caller.kind === 'user' ? caller.mfaAt : undefined);
  const isTemporary = caller.issuedAt !== undefined;
  return [
    ['aws:MultiFactorAuthPresent', at !== undefined ? 'true' : isTemporary ? 'false' : undefined],
    [
      'aws:MultiFactorAuthAge',
      at === undefined ? undefined : String(Math.max(0, Math.floor((now - at) / 1000))),
    ],
  ];
}

function principalType(caller: Caller): string {
  switch (caller.kind) {
    case 'user':
      return isRoot(caller.principal) ? 'Account' : 'User';
    case 'federated-user':
      return 'FederatedUser';
    case 'session':
      return 'AssumedRole';
  }
}

// Later entries win in a Context, so the session's tags override those of the role or the user.
function principalTags(caller: Caller): readonly (readonly [string, string])[] {
  return [...caller.principal.tags, ...sessionTags(caller).map(({ key, value }) => [key, value] as const)];
}

function sessionTags(caller: Caller): readonly SessionTag[] {
  switch (caller.kind) {
    case 'user':
      return [];
    case 'federated-user':
      return caller.tags;
    case 'session':
      return caller.session.tags;
  }
}

/** AWS gives whole seconds. */
function isoTime(time: number): string {
  return new Date(time).toISOString().replace(/\.\d+/, '');
}
