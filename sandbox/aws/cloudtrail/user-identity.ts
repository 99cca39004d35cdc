import type { Principal } from '../accounts/accounts.js';
import { isRoot } from '../accounts/root-user.js';
import type { Caller, Session } from '../sts/sessions.js';
import { isoSeconds, type TrailObject } from './event.js';

/** Who made a call, once that was verified. Calls of which nobody knows who made them have no event. */
export type TrailIdentity =
  | { readonly kind: 'signed'; readonly caller: Caller; readonly accessKeyId: string }
  | {
      readonly kind: 'web-identity';
      readonly providerArn: string;
      readonly audience: string;
      readonly subject: string;
    }
  | { readonly kind: 'saml'; readonly nameQualifier: string; readonly subject: string };

/** The account that a caller belongs to; undefined for the bearer of a token or an assertion. */
export function accountOf(identity: TrailIdentity): string | undefined {
  return identity.kind === 'signed' ? identity.caller.principal.account.id : undefined;
}

/**
 * The `userIdentity` of an event, as on
 * docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html.
 */
export function userIdentity(identity: TrailIdentity): TrailObject {
  switch (identity.kind) {
    case 'signed':
      return signedIdentity(identity.caller, identity.accessKeyId);
    case 'web-identity': {
      const { providerArn, audience, subject } = identity;
      return {
        type: 'WebIdentityUser',
        principalId: `${providerArn}:${audience}:${subject}`,
        userName: subject,
        identityProvider: providerArn,
      };
    }
    case 'saml': {
      const { nameQualifier, subject } = identity;
      return {
        type: 'SAMLUser',
        principalId: `${nameQualifier}:${subject}`,
        userName: subject,
        identityProvider: nameQualifier,
      };
    }
  }
}

/** What another account sees of a caller. */
export function foreignIdentity(identity: TrailIdentity): TrailObject {
  if (identity.kind !== 'signed') return userIdentity(identity);
  const { caller } = identity;
  return { type: 'AWSAccount', principalId: caller.userId, accountId: caller.principal.account.id };
}

function signedIdentity(caller: Caller, accessKeyId: string): TrailObject {
  const { principal, userId, arn } = caller;
  const common = { principalId: userId, arn, accountId: principal.account.id, accessKeyId };
  if (caller.kind === 'session') {
    return { type: 'AssumedRole', ...common, sessionContext: sessionContext(caller.session) };
  }
  if (caller.kind === 'federated-user') {
    const { uniqueId: principalId, account } = principal;
    const sessionIssuer = { ...ownerType(principal), principalId, arn: principal.arn, accountId: account.id };
    const attributes = { creationDate: isoSeconds(caller.issuedAt), mfaAuthenticated: 'false' };
    return { type: 'FederatedUser', ...common, sessionContext: { sessionIssuer, attributes } };
  }
  const user = { ...ownerType(principal), ...common };
  if (caller.issuedAt === undefined) return user;
  const attributes = {
    creationDate: isoSeconds(caller.issuedAt),
    mfaAuthenticated: String(caller.mfaAt !== undefined),
  };
  return { ...user, sessionContext: { attributes } };
}

/** Root has no name. */
function ownerType(principal: Principal): TrailObject {
  return isRoot(principal) ? { type: 'Root' } : { type: 'IAMUser', userName: principal.name };
}

function sessionContext({ role, federatedProvider, issuedAt, sourceIdentity }: Session): TrailObject {
  const isWebIdentity = federatedProvider !== undefined && !federatedProvider.includes(':saml-provider/');
  return {
    sessionIssuer: {
      type: 'Role',
      principalId: role.uniqueId,
      arn: role.arn,
      accountId: role.account.id,
      userName: role.name,
    },
    ...(isWebIdentity && { webIdFederationData: { federatedProvider, attributes: {} } }),
    attributes: { creationDate: isoSeconds(issuedAt), mfaAuthenticated: 'false' },
    ...(sourceIdentity !== undefined && { sourceIdentity }),
  };
}
