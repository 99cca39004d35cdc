import type { StsState } from './assume-role.js';
import { callerKeys } from './caller-keys.js';
import { Context } from './conditions.js';
import { callerDenied } from './errors.js';
import { credentialElements } from './grant.js';
import { evaluateIdentityPolicy } from './identity-policy.js';
import { packedSizePercent } from './packed-size.js';
import { type Parameters, readFederationToken, type TagParameter } from './parameters.js';
import { readSessionPolicies } from './session-policies.js';
import { combineTags } from './session-tags.js';
import { type Caller, federatedUserArn } from './sessions.js';
import { isRoot, type KeyOwner, requireLongLivedKeys, userSessionSeconds } from './who-may-call.js';
import type { Elements } from './xml.js';

/**
 * GetFederationToken: temporary credentials that may do what both the user who signed and the session policies allow,
 * which is nothing without a session policy. The user's own policy must allow the call
 * (docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html). Throws the StsError AWS would answer.
 */
export function getFederationToken(state: StsState, caller: Caller, raw: Parameters): Elements {
  const parameters = readFederationToken(raw);
  const owner = requireLongLivedKeys(caller, 'GetFederationToken');
  const { principal: user } = owner;
  const { name } = parameters;
  const limit = readSessionPolicies(parameters, user.arn) ?? [];
  const tags = combineTags(parameters.tags, [], []);
  const arn = federatedUserArn(user, name);
  authorize(owner, arn, tags, state.now());
  const packed = packedSizePercent(parameters);
  const expiresAt = state.now() + userSessionSeconds(user, parameters.durationSeconds) * 1000;
  return {
    Credentials: credentialElements(state.sessions.issueFederated({ user, name, tags, limit, expiresAt })),
    FederatedUser: { FederatedUserId: `${user.account.id}:${name}`, Arn: arn },
    PackedPolicySize: packed,
  };
}

function authorize(owner: KeyOwner, resource: string, tags: readonly TagParameter[], now: number): void {
  if (isRoot(owner.principal)) return;
  const context = new Context([
    ...callerKeys(owner, now),
    ['aws:TagKeys', tags.length === 0 ? undefined : tags.map(({ key }) => key)],
    ...tags.map(({ key, value }) => [`aws:RequestTag/${key}`, value] as const),
  ]);
  const actions = ['sts:GetFederationToken', ...(tags.length > 0 ? ['sts:TagSession'] : [])];
  for (const action of actions) {
    if (evaluateIdentityPolicy(owner.principal.permissions, action, resource, context) !== 'allow')
      throw callerDenied(owner.arn, action, resource);
  }
}
