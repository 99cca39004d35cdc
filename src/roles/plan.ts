import { invalidInputs } from '../errors.js';
import type { Environment } from '../runner.js';
import { parseArn, roleArn } from './arn.js';
import { sessionName } from './session-name.js';
import type { Caller, Hop } from './sts.js';
import { MAX_TAGS, runTags, type Tag } from './tags.js';

const DEFAULT_DURATION_SECONDS = 3600;

/** The inputs that say which role to assume and how. */
export interface RoleInputs {
  readonly 'role-to-assume': string | undefined;
  readonly 'role-session-name': string | undefined;
  readonly 'role-duration-seconds': number | undefined;
  readonly 'role-external-id': string | undefined;
  readonly 'source-identity': string | undefined;
  readonly 'role-skip-session-tagging': boolean | undefined;
  readonly 'transitive-tag-keys': readonly string[] | undefined;
  readonly 'custom-tags': readonly Tag[] | undefined;
  readonly 'inline-session-policy': string | undefined;
  readonly 'managed-session-policies': readonly string[] | undefined;
}

/** The roles to assume, in order, and what the user should know about how the inputs were applied. */
export interface Plan {
  readonly hops: readonly Hop[];
  readonly warnings: readonly string[];
  readonly notices: readonly string[];
}

/**
 * Turns the inputs into hops.
 * @param first how the first hop is made: with a token (AssumeRoleWithWebIdentity) or with keys (AssumeRole)
 * @param caller whose keys they are; needed only where the role is given by its name
 */
export function planHops(
  inputs: RoleInputs,
  env: Environment,
  first: 'token' | 'keys',
  caller?: Caller,
): Plan {
  const role = inputs['role-to-assume'];
  if (role === undefined) return { hops: [], warnings: [], notices: [] };
  const arn = parseArn(caller?.arn ?? '');
  const hop: Hop = {
    roleArn: arn ? roleArn(role, arn) : role,
    sessionName: sessionName(inputs['role-session-name'], env),
    durationSeconds: inputs['role-duration-seconds'] ?? DEFAULT_DURATION_SECONDS,
    policy: inputs['inline-session-policy'],
    policyArns: inputs['managed-session-policies'] ?? [],
    tags: [],
    transitiveTagKeys: [],
  };
  if (first === 'token') return { hops: [hop], warnings: lostOnTokens(inputs), notices: [] };

  const tags = sessionTags(inputs, env);
  const wanted = tags.length > 0 ? (inputs['transitive-tag-keys'] ?? []) : [];
  const has = (key: string): boolean => tags.some((tag) => tag.key === key);
  const dropped = wanted.filter((key) => !has(key));
  return {
    hops: [
      {
        ...hop,
        externalId: inputs['role-external-id'],
        sourceIdentity: inputs['source-identity'],
        tags,
        transitiveTagKeys: wanted.filter(has),
      },
    ],
    warnings: [],
    notices:
      dropped.length > 0
        ? [`transitive-tag-keys: no session tag is named ${dropped.join(', ')}; left out.`]
        : [],
  };
}

function sessionTags(inputs: RoleInputs, env: Environment): readonly Tag[] {
  if (inputs['role-skip-session-tagging']) return [];
  const tags = [...runTags(env), ...(inputs['custom-tags'] ?? [])];
  if (tags.length > MAX_TAGS) {
    throw invalidInputs([
      `custom-tags: with the ${tags.length - (inputs['custom-tags']?.length ?? 0)} tags of the run there are ${tags.length}; allowed: at most ${MAX_TAGS} together.`,
    ]);
  }
  return tags;
}

/** What a workflow asks for that a web identity call cannot carry. It is no error: such workflows exist and work. */
function lostOnTokens(inputs: RoleInputs): readonly string[] {
  const lost = (['role-external-id', 'custom-tags', 'transitive-tag-keys'] as const).filter(
    (name) => inputs[name] !== undefined,
  );
  if (lost.length === 0) return [];
  return [
    `${lost.join(', ')}: not sent, because AssumeRoleWithWebIdentity has no such parameter. AssumeRole has: a role-chain hop after this role can carry it.`,
  ];
}
