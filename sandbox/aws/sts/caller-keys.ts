import type { Caller, SessionTag } from './sessions.js';

type Keys = readonly (readonly [string, string | undefined])[];

/**
 * The condition keys that say who asks (docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html).
 * @param now in milliseconds since the epoch
 * @param mfaAt when an MFA code of this very request was accepted
 */
export function callerKeys(caller: Caller, now: number, mfaAt?: number): Keys {
  const { principal } = caller;
  const session = caller.kind === 'session' ? caller.session : undefined;
  return [
    ['aws:SourceIdentity', session?.sourceIdentity],
    ['aws:FederatedProvider', session?.federatedProvider],
    ['aws:PrincipalArn', caller.kind === 'federated-user' ? caller.arn : principal.arn],
    ['aws:PrincipalAccount', principal.account.id],
    ['aws:PrincipalType', PRINCIPAL_TYPES[caller.kind]],
    ['aws:userid', caller.userId],
    ['aws:username', caller.kind === 'user' ? principal.name : undefined],
    ...mfaKeys(caller, now, mfaAt),
    ...principalTags(caller).map(([key, value]) => [`aws:PrincipalTag/${key}`, value] as const),
  ];
}

const PRINCIPAL_TYPES = { user: 'User', 'federated-user': 'FederatedUser', session: 'AssumedRole' };

// docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_configure-api-require.html: long-lived keys do not
// have the keys at all unless a code comes with the request; a role session's say that there was no MFA, however
// its role was assumed. A federation token has none either.
function mfaKeys(caller: Caller, now: number, mfaAt: number | undefined): Keys {
  const at = mfaAt ?? (caller.kind === 'user' ? caller.mfaAt : undefined);
  const isTemporary = caller.kind !== 'user' || caller.temporary;
  return [
    ['aws:MultiFactorAuthPresent', at !== undefined ? 'true' : isTemporary ? 'false' : undefined],
    ['aws:MultiFactorAuthAge', at === undefined ? undefined : String(Math.floor((now - at) / 1000))],
  ];
}

// Later entries win in a Context, so the session's tags override those of the role or user.
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
