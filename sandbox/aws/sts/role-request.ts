import type { Authorization, Refusal } from '../../../src/trust/authorize/authorize.js';
import type { Access } from '../access/access.js';
import type { Circumstances, ConditionKeys } from '../access/condition-keys.js';
import type { Role } from '../accounts/accounts.js';
import type { SessionTag } from './sessions.js';

/** What the new session would have, whoever vouches for the caller. */
export interface RequestedSession {
  readonly sessionName: string;
  readonly tags: readonly Pick<SessionTag, 'key' | 'value'>[];
  readonly transitiveTagKeys: readonly string[];
  readonly sourceIdentity: string | undefined;
}

/** What has to be allowed for it: tags and a source identity need a permission of their own. */
export function actionsFor(
  main: string,
  {
    tags,
    sourceIdentity,
  }: Pick<RequestedSession, 'tags'> & Partial<Pick<RequestedSession, 'sourceIdentity'>>,
): readonly string[] {
  return [
    main,
    ...(tags.length > 0 ? ['sts:TagSession'] : []),
    ...(sourceIdentity === undefined ? [] : ['sts:SetSourceIdentity']),
  ];
}

/** Its condition keys: docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html */
export function sessionKeys(session: RequestedSession): ConditionKeys {
  const { sessionName, tags, transitiveTagKeys, sourceIdentity } = session;
  return [
    ['sts:RoleSessionName', sessionName],
    ['sts:SourceIdentity', sourceIdentity],
    ['sts:TransitiveTagKeys', transitiveTagKeys],
    ...requestTagKeys(tags),
  ];
}

/** The condition keys of the session's tags alone. */
export function requestTagKeys(tags: RequestedSession['tags']): ConditionKeys {
  return [
    ['aws:TagKeys', tags.map(({ key }) => key)],
    ...tags.map(({ key, value }) => [`aws:RequestTag/${key}`, value] as const),
  ];
}

/** The first of the actions that is refused on a role, and by what; undefined where all are allowed. */
export function firstRefusal(
  role: Role,
  actions: readonly string[],
  { keys, circumstances }: { readonly keys: ConditionKeys; readonly circumstances: Circumstances },
  authorize: (access: Access) => Authorization,
): { readonly action: string; readonly by: Refusal } | undefined {
  const { arn: resource, account } = role;
  const policy = { kind: 'trust', name: role.name, policy: role.trust } as const;
  const { network } = circumstances;
  for (const action of actions) {
    const decided = authorize({ action, resource, account, policy, keys, network });
    if (decided.decision === 'deny') return { action, by: decided.by };
  }
  return undefined;
}
