import { authorizeCaller, reasonFor } from '../access/access.js';
import { type Circumstances, callerKeys, requestKeys, resourceKeys } from '../access/condition-keys.js';
import type { StsState } from './assume-role.js';
import { callerDenied } from './errors.js';
import { credentialElements } from './grant.js';
import { packedSizePercent } from './packed-size.js';
import { type Parameters, readFederationToken, type TagParameter } from './parameters.js';
import { actionsFor, requestTagKeys } from './role-request.js';
import { readSessionPolicies } from './session-policies.js';
import { combineTags } from './session-tags.js';
import { type Caller, federatedUserArn } from './sessions.js';
import { type KeyOwner, requireLongLivedKeys, userSessionSeconds } from './who-may-call.js';
import type { Elements } from './xml.js';

/**
 * GetFederationToken: temporary credentials that may do what both the user who signed and the session policies allow,
 * which is nothing without a session policy. The user's own policy must allow the call
 * (docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html). Throws the StsError AWS would answer.
 */
export function getFederationToken(
  state: StsState,
  caller: Caller,
  raw: Parameters,
  circumstances: Circumstances,
): Elements {
  const parameters = readFederationToken(raw);
  const owner = requireLongLivedKeys(caller, 'GetFederationToken');
  const { principal: user } = owner;
  const { name } = parameters;
  const limit = readSessionPolicies(parameters, user.arn, state.directory) ?? [];
  const tags = combineTags(parameters.tags, [], []);
  const arn = federatedUserArn(user, name);
  authorize(owner, arn, tags, circumstances);
  const packed = packedSizePercent(parameters);
  const issuedAt = state.now();
  const expiresAt = issuedAt + userSessionSeconds(user, parameters.durationSeconds) * 1000;
  const grant = { user, name, tags, limit, issuedAt, expiresAt };
  return {
    Credentials: credentialElements(state.sessions.issueFederated(grant)),
    FederatedUser: { FederatedUserId: `${user.account.id}:${name}`, Arn: arn },
    PackedPolicySize: packed,
  };
}

function authorize(
  owner: KeyOwner,
  resource: string,
  tags: readonly TagParameter[],
  circumstances: Circumstances,
): void {
  const { account } = owner.principal;
  const { now, network } = circumstances;
  const keys = [
    ...requestKeys(circumstances),
    ...callerKeys(owner, now),
    ...resourceKeys(account),
    ...requestTagKeys(tags),
  ];
  const actions = actionsFor('sts:GetFederationToken', { tags });
  for (const action of actions) {
    const decided = authorizeCaller(owner, { action, resource, account, policy: undefined, keys, network });
    if (decided.decision === 'deny')
      throw callerDenied(owner.arn, action, resource, reasonFor(decided.by, action, account, account));
  }
}
