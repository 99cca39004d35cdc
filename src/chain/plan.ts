import { parseArn, roleArn } from '../core/arn.js';
import { type Claims, type Identity, transitiveTagsOf } from '../core/credentials.js';
import { invalidInputs } from '../core/errors.js';
import { quote } from '../core/text.js';
import { type ChainItem, MAX_CHAINED_SECONDS } from '../inputs/chain-item.js';
import type { Inputs } from '../inputs/inputs.js';
import { MAX_ROLE_SECONDS, MIN_SECONDS } from '../inputs/sts-parameters.js';
import type { Environment } from '../platform/runner.js';
import type { Caller, Hop, Mfa } from '../sts/client.js';
import { sessionName } from './session-name.js';
import { planSessionTags, type TagInputs, type TagPlan } from './tag-plan.js';

/** How long the last session lasts unless the inputs say otherwise. */
export const DEFAULT_SECONDS = 3600;
/** STS's shortest session: an intermediate hop's credentials are not used again once the next hop is assumed. */
const INTERMEDIATE_SECONDS = 900;

/** The inputs that say which roles to assume and how. */
export type RoleInputs = TagInputs &
  Pick<
    Inputs,
    | 'role-to-assume'
    | 'role-chain'
    | 'role-session-name'
    | 'role-duration-seconds'
    | 'role-external-id'
    | 'source-identity'
    | 'mfa-serial-number'
    | 'mfa-token-code'
    | 'inline-session-policy'
    | 'managed-session-policies'
  >;

/** The roles to assume, in order: as far as the inputs say, until {@link completePlan} adds what the identity says. */
export interface Plan {
  readonly hops: readonly [Hop, ...Hop[]];
  /** Why these inputs make no plan: one line each, fit for an INPUT_INVALID error. */
  readonly problems: readonly string[];
  /** What the user should know about how the inputs were applied. */
  readonly warnings: readonly string[];
  readonly notices: readonly string[];
  /** The tags of each hop, given the transitive ones that the token brings along. */
  planTags(fromToken: ReadonlyMap<string, string>): TagPlan;
}

/**
 * Turns the inputs into hops, without a request; undefined where no role is given.
 * @param kind of the identity that assumes the first role: only AWS credentials make an AssumeRole call, which has tags
 * and the like
 */
export function planHops(inputs: RoleInputs, env: Environment, kind: Identity['kind']): Plan | undefined {
  const role = inputs['role-to-assume'];
  if (role === undefined) return undefined;
  const chain = inputs['role-chain'] ?? [];
  const items = [{ role }, ...chain] as const;
  const firstAssumeRole = kind === 'aws' ? 0 : 1;
  const planTags: Plan['planTags'] = (fromToken) =>
    planSessionTags(inputs, env, items, firstAssumeRole, fromToken);
  const tagged = planTags(new Map());
  const hopOf = (item: ChainItem, index: number): Hop => {
    const isLast = index === chain.length;
    const ofStep = index === firstAssumeRole ? inputs : undefined;
    const ofEnd = isLast ? inputs : undefined;
    const defaultSeconds = isLast
      ? (inputs['role-duration-seconds'] ?? DEFAULT_SECONDS)
      : INTERMEDIATE_SECONDS;
    return {
      roleArn: item.role,
      sessionName: sessionName(item.sessionName ?? inputs['role-session-name'], env),
      durationSeconds: item.durationSeconds ?? defaultSeconds,
      externalId: item.externalId ?? ofStep?.['role-external-id'],
      mfa: ofStep && readMfa(ofStep),
      sourceIdentity: item.sourceIdentity ?? ofStep?.['source-identity'],
      policy: item.policy ?? ofEnd?.['inline-session-policy'],
      policyArns: item.policyArns ?? ofEnd?.['managed-session-policies'] ?? [],
      ...(tagged.hops[index] ?? { tags: [], transitiveTagKeys: [] }),
    };
  };
  const [first, ...others] = items;
  const hops = [hopOf(first, 0), ...others.map((item, index) => hopOf(item, index + 1))] as const;
  return {
    hops,
    problems: [
      ...tagged.problems,
      ...durationProblems(inputs, kind),
      ...chainProblems(inputs, items),
      ...sourceIdentityProblems(hops),
    ],
    warnings: items.length > firstAssumeRole ? [] : warnNotCarried(inputs, kind),
    notices: tagged.notices,
    planTags,
  };
}

/** What is known of the first identity once it is there. */
export interface PlanContext {
  /** Whose keys they are; needed only where the role is given by its name. */
  readonly caller?: Caller | undefined;
  readonly claims?: Claims | undefined;
}

/**
 * The plan with the ARN of a role given by its name, and with the tags that a token brings along.
 * @throws ActionError INPUT_INVALID
 */
export function completePlan(plan: Plan, { caller, claims }: PlanContext): Plan {
  const [{ roleArn: role, ...first }, ...others] = plan.hops;
  const account = parseArn(caller?.arn ?? '');
  const hops = [{ ...first, roleArn: account ? roleArn(role, account) : role }, ...others] as const;
  const fromToken = transitiveTagsOf(claims);
  if (fromToken.size === 0) return { ...plan, hops };
  const tagged = plan.planTags(fromToken);
  if (tagged.problems.length > 0) throw invalidInputs(tagged.problems);
  const [one, ...more] = hops;
  const withTags = (hop: Hop, index: number): Hop => ({ ...hop, ...tagged.hops[index] });
  return {
    ...plan,
    hops: [withTags(one, 0), ...more.map((hop, index) => withTags(hop, index + 1))],
    notices: tagged.notices,
  };
}

/** The device and its code, where both are given. */
export function readMfa(inputs: Pick<Inputs, 'mfa-serial-number' | 'mfa-token-code'>): Mfa | undefined {
  const { 'mfa-serial-number': serialNumber, 'mfa-token-code': tokenCode } = inputs;
  return serialNumber !== undefined && tokenCode !== undefined ? { serialNumber, tokenCode } : undefined;
}

const CALLS: Readonly<Record<Identity['kind'], string>> = {
  aws: 'AssumeRole',
  'web-identity': 'AssumeRoleWithWebIdentity',
  saml: 'AssumeRoleWithSAML',
};

/** The input takes as much as a user's own session may last; a role's lasts less. In a chain it lasts an hour. */
function durationProblems(inputs: RoleInputs, kind: Identity['kind']): readonly string[] {
  const seconds = inputs['role-duration-seconds'] ?? 0;
  if (seconds <= MAX_ROLE_SECONDS || inputs['role-chain'] !== undefined) return [];
  return [
    `role-duration-seconds: got ${seconds}; allowed: ${MIN_SECONDS} to ${MAX_ROLE_SECONDS} seconds for ${CALLS[kind]}, and at most the role's own maximum session duration.`,
  ];
}

/** What the settings of the step and of the chain's items make impossible together. */
function chainProblems(inputs: RoleInputs, items: readonly ChainItem[]): readonly string[] {
  const problems: string[] = [];
  const number = items.length - 1;
  const last = items[number];
  const seconds = inputs['role-duration-seconds'] ?? 0;
  if (number === 0 || last === undefined) return [];
  if (seconds > MAX_CHAINED_SECONDS) {
    problems.push(
      `role-duration-seconds: got ${seconds}; allowed: at most ${MAX_CHAINED_SECONDS} with role-chain, because AWS limits the session of a role that another role assumes to one hour.`,
    );
  }
  // Neither may silently widen what the other narrows.
  if (last.policy !== undefined && inputs['inline-session-policy'] !== undefined) {
    problems.push(
      `role-chain: item ${number}: session-policy: the input inline-session-policy applies to this last role as well; set only one of them.`,
    );
  }
  if (last.policyArns !== undefined && inputs['managed-session-policies'] !== undefined) {
    problems.push(
      `role-chain: item ${number}: managed-session-policies: the input of that name applies to this last role as well; set only one of them.`,
    );
  }
  return problems;
}

/** A source identity stays for the whole chain; STS does not allow changing it. */
function sourceIdentityProblems(hops: Plan['hops']): readonly string[] {
  const identities = hops.map(({ sourceIdentity }) => sourceIdentity);
  const first = identities.find((identity) => identity !== undefined);
  return identities.flatMap((identity, number) =>
    identity === undefined || identity === first
      ? []
      : `role-chain: item ${number}: source-identity: got ${quote(identity)}, but an earlier role sets ${quote(first ?? '')}, which cannot change within a chain.`,
  );
}

/** What a workflow asks for that its one call cannot carry. It is not an error: such workflows exist and work. */
function warnNotCarried(inputs: RoleInputs, kind: Identity['kind']): readonly string[] {
  // A SAML session's name is the assertion's to say.
  const names = ['role-external-id', 'custom-tags', 'transitive-tag-keys', 'role-session-name'] as const;
  const lost = names.filter(
    (name) => inputs[name] !== undefined && (kind === 'saml' || name !== 'role-session-name'),
  );
  if (lost.length === 0) return [];
  return [
    `${lost.join(', ')}: not sent, because ${CALLS[kind]} has no such parameter. A role in role-chain, which is assumed with AssumeRole, can carry it.`,
  ];
}
