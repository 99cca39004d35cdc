import { parseArn, roleArn } from '../core/arn.js';
import { type Claims, transitiveTagsOf } from '../core/credentials.js';
import { invalidInputs } from '../core/errors.js';
import { quote } from '../core/text.js';
import { type ChainItem, MAX_CHAINED_SECONDS } from '../inputs/chain-item.js';
import type { Environment } from '../platform/runner.js';
import type { Caller, Hop, Mfa } from '../sts/client.js';
import { sessionName } from './session-name.js';
import { planSessionTags, type TagInputs, type TagPlan } from './tag-plan.js';

/** How long the last session lasts unless the inputs say otherwise. */
export const DEFAULT_SECONDS = 3600;
/** STS's shortest session: nobody uses the credentials of a hop on the way once the next one is made. */
const INTERMEDIATE_SECONDS = 900;

/** The inputs that say which roles to assume and how. */
export interface RoleInputs extends TagInputs {
  readonly 'role-to-assume': string | undefined;
  readonly 'role-chain': readonly ChainItem[] | undefined;
  readonly 'role-session-name': string | undefined;
  readonly 'role-duration-seconds': number | undefined;
  readonly 'role-external-id': string | undefined;
  readonly 'source-identity': string | undefined;
  readonly 'mfa-serial-number': string | undefined;
  readonly 'mfa-token-code': string | undefined;
  readonly 'inline-session-policy': string | undefined;
  readonly 'managed-session-policies': readonly string[] | undefined;
}

/** What the first role is assumed with. Only `keys` make an AssumeRole call, which has tags and the like. */
export interface FirstCall {
  readonly by: 'token' | 'saml' | 'keys';
  /** Whose keys they are; needed only where the role is given by its name. */
  readonly caller?: Caller | undefined;
  readonly claims?: Claims | undefined;
}

/** The roles to assume, in order, and what the user should know about how the inputs were applied. */
export interface Plan {
  readonly hops: readonly Hop[];
  readonly warnings: readonly string[];
  readonly notices: readonly string[];
}

/**
 * Turns the inputs into hops. Pure, so that it can also be asked before any request.
 * @throws ActionError INPUT_INVALID
 */
export function planHops(inputs: RoleInputs, env: Environment, first: FirstCall): Plan {
  const role = inputs['role-to-assume'];
  if (role === undefined) return { hops: [], warnings: [], notices: [] };
  const { items, firstAssumeRole, tagged, identities } = draft(inputs, env, role, first);
  const problems = draftProblems(inputs, { items, tagged, identities });
  if (problems.length > 0) throw invalidInputs(problems);
  const hops = items.map((item: ChainItem, index): Hop => {
    const isLast = index === items.length - 1;
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
      mfa: ofStep && mfaOf(ofStep),
      sourceIdentity: identities[index],
      policy: item.policy ?? ofEnd?.['inline-session-policy'],
      policyArns: item.policyArns ?? ofEnd?.['managed-session-policies'] ?? [],
      ...(tagged.hops[index] ?? { tags: [], transitiveTagKeys: [] }),
    };
  });
  const canCarry = items.length > firstAssumeRole;
  return { hops, warnings: canCarry ? [] : notCarried(inputs, first.by), notices: tagged.notices };
}

/** Why the inputs make no plan: one line each, fit for an INPUT_INVALID error. */
export function hopProblems(inputs: RoleInputs, env: Environment, first: FirstCall): readonly string[] {
  const role = inputs['role-to-assume'];
  return role === undefined ? [] : draftProblems(inputs, draft(inputs, env, role, first));
}

/** Roles, tags and source identities of a plan, before it is known whether they go together. */
interface Draft {
  readonly items: readonly ChainItem[];
  readonly tagged: TagPlan;
  readonly identities: readonly (string | undefined)[];
}

function draft(
  inputs: RoleInputs,
  env: Environment,
  role: string,
  first: FirstCall,
): Draft & { readonly firstAssumeRole: number } {
  const caller = parseArn(first.caller?.arn ?? '');
  const items = [{ role: caller ? roleArn(role, caller) : role }, ...(inputs['role-chain'] ?? [])];
  const firstAssumeRole = first.by === 'keys' ? 0 : 1;
  const tagged = planSessionTags(inputs, env, items, firstAssumeRole, transitiveTagsOf(first.claims));
  const identities = items.map(
    (item: ChainItem, index) =>
      item.sourceIdentity ?? (index === firstAssumeRole ? inputs['source-identity'] : undefined),
  );
  return { items, firstAssumeRole, tagged, identities };
}

function draftProblems(inputs: RoleInputs, { items, tagged, identities }: Draft): readonly string[] {
  return [...tagged.problems, ...chainProblems(inputs, items), ...sourceIdentityProblems(identities)];
}

/** The device and its code, where both are given. */
export function mfaOf(inputs: Pick<RoleInputs, 'mfa-serial-number' | 'mfa-token-code'>): Mfa | undefined {
  const { 'mfa-serial-number': serialNumber, 'mfa-token-code': tokenCode } = inputs;
  return serialNumber !== undefined && tokenCode !== undefined ? { serialNumber, tokenCode } : undefined;
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

/** A source identity stays for the whole chain; STS lets nobody change it. */
function sourceIdentityProblems(identities: readonly (string | undefined)[]): readonly string[] {
  const first = identities.find((identity) => identity !== undefined);
  return identities.flatMap((identity, number) =>
    identity === undefined || identity === first
      ? []
      : `role-chain: item ${number}: source-identity: got ${quote(identity)}, but an earlier role sets ${quote(first ?? '')}, which cannot change within a chain.`,
  );
}

/** What a workflow asks for that its one call cannot carry. It is no error: such workflows exist and work. */
function notCarried(inputs: RoleInputs, by: 'token' | 'saml' | 'keys'): readonly string[] {
  // A SAML session's name is the assertion's to say.
  const names = ['role-external-id', 'custom-tags', 'transitive-tag-keys', 'role-session-name'] as const;
  const lost = names.filter(
    (name) => inputs[name] !== undefined && (by === 'saml' || name !== 'role-session-name'),
  );
  if (lost.length === 0) return [];
  const call = by === 'saml' ? 'AssumeRoleWithSAML' : 'AssumeRoleWithWebIdentity';
  return [
    `${lost.join(', ')}: not sent, because ${call} has no such parameter. A role in role-chain, which is assumed with AssumeRole, can carry it.`,
  ];
}
