import type { TrustPolicy } from '../trust/language/policy.js';
import type { Position } from '../trust/language/text.js';
import { changeGroups, type Group, reachChanges } from '../trust/reach/difference.js';
import type { Home, ReachOptions } from '../trust/reach/question.js';
import type { Base } from './base.js';
import { type CheckedRole, plainName } from './checked-role.js';
import { matchRoles, type RolePair } from './match-roles.js';
import { compareOthers } from './other-principals.js';
import type { ChangeEntry, Changes, FileProblem, RoleChange } from './output/report.js';
import { readFiles, rolesOf } from './read-roles.js';
import { readEarlierFiles } from './sources/files.js';

/** What to compare with, and how. */
export interface Comparison {
  readonly base: Base;
  /** As the user named the files. */
  readonly patterns: readonly string[];
  readonly directory: string;
  /** The repository that the roles are for; without one, all tokens are alike. */
  readonly home: Home | undefined;
  readonly issuer: string | undefined;
  /** It is said what of the repository they are for. */
  readonly hasIntention: boolean;
  readonly options: ReachOptions;
}

/** Roles, and what cannot be read. */
export interface Roles {
  readonly roles: readonly CheckedRole[];
  readonly problems: readonly FileProblem[];
}

/** Compares each role with what it was in the base. */
export async function compareWithBase(now: Roles, comparison: Comparison): Promise<Changes> {
  const { base, patterns, directory } = comparison;
  const { files, unreadable } = readEarlierFiles(patterns, directory, base.tree);
  const read = await readFiles(files.filter(({ path }) => !base.isOwn(path)));
  const roles = rolesOf(read);
  const problems = [...read.flatMap((one) => one.problems), ...unreadable.map(unreadableFile)];
  const changes = new Changed(comparison, now, { roles, problems });
  const pairs = matchRoles(roles, now.roles);
  const found = pairs.flatMap((pair) => changes.of(pair) ?? []);
  const unchanged = pairs.filter(({ before, after }) => before && after).length;
  const changed = found.filter(({ kind }) => kind === 'changed').length;
  return { base: base.name, roles: [...found, ...changes.neverKnown()], unchanged: unchanged - changed };
}

const START: Position = { line: 1, column: 1 };

function unreadableFile({ path, problem: message }: { path: string; problem: string }): FileProblem {
  return { rule: 'unread', severity: 'warning', path, role: undefined, at: START, message };
}

const NOBODY: TrustPolicy = { at: START, version: '2012-10-17', statements: [] };

class Changed {
  readonly #groups: readonly Group[];
  /** Problems that explain why a role of before is not among those of now. */
  readonly #explained = new Set<FileProblem>();

  constructor(
    readonly comparison: Comparison,
    readonly now: Roles,
    readonly earlier: Roles,
  ) {
    this.#groups = changeGroups(comparison.home, comparison.hasIntention);
  }

  /** Undefined where the policy is the same. */
  of({ before, after }: RolePair): RoleChange | undefined {
    if (after === undefined) return before && this.#gone(before);
    if (before === undefined) return this.#fresh(after);
    if (textOf(before.policy) === textOf(after.policy)) return undefined;
    const from = before.path === after.path ? undefined : before.path;
    return { ...changeOf('changed', after), from, ...this.#compare(before.policy, after.policy) };
  }

  /** Roles that cannot be read now and of which nothing else is said. */
  neverKnown(): readonly RoleChange[] {
    const open = this.now.problems.filter(
      (one) => isAboutRoles(one) && one.severity !== 'note' && !this.#explained.has(one),
    );
    return open.map((one) => {
      const isOld = this.earlier.problems.some(
        ({ path, role, message }) => path === one.path && role === one.role && message === one.message,
      );
      return unknown(one, one.at, `It is not known who can assume this role now: ${one.message}`, isOld);
    });
  }

  #fresh(after: CheckedRole): RoleChange {
    const reason = this.comparison.base.gap(after.path) ?? problemOf(after, this.earlier.problems)?.message;
    if (reason === undefined) {
      return { ...changeOf('added', after), ...this.#compare(NOBODY, after.policy) };
    }
    return unknown(after, after.policy.at, `It is not known who could assume this role before: ${reason}`);
  }

  #gone(before: CheckedRole): RoleChange {
    const problem = problemOf(before, this.now.problems);
    if (problem !== undefined) this.#explained.add(problem);
    const reason = problem?.message ?? this.comparison.base.hidden;
    if (reason === undefined) {
      return { ...changeOf('removed', before), ...this.#compare(before.policy, NOBODY) };
    }
    const at = problem?.at ?? START;
    return unknown(before, at, `It is not known who can assume this role now: ${reason}`);
  }

  #compare(before: TrustPolicy, after: TrustPolicy): Pick<RoleChange, 'gained' | 'lost'> {
    const { home, issuer, options } = this.comparison;
    const { gained, lost } = reachChanges(before, after, this.#groups, home ?? { issuer }, options);
    const others = compareOthers(before, after);
    const placed = (one: (typeof gained)[number]): ChangeEntry => {
      const number = 'statement' in one ? one.statement : undefined;
      return { ...one, at: after.statements.find((each) => each.number === number)?.at ?? after.at };
    };
    // What is locked out has no place in the new policy.
    const atStart = (one: (typeof lost)[number]): ChangeEntry => ({ ...one, at: after.at });
    const aside = (because: string | undefined): readonly ChangeEntry[] =>
      because === undefined
        ? []
        : [{ answer: 'unknown', because, isIntended: false, isAside: true, at: after.at }];
    return {
      gained: [...gained.map(placed), ...aside(others.gained)],
      lost: [...lost.map(atStart), ...aside(others.lost)],
    };
  }
}

function changeOf(
  kind: RoleChange['kind'],
  { path, role, policy: { at } }: CheckedRole,
): Omit<RoleChange, 'gained' | 'lost'> {
  return { kind, path, role, at, from: undefined };
}

function unknown(
  { path, role }: Pick<CheckedRole, 'path' | 'role'>,
  at: Position,
  why: string,
  isAside = false,
): RoleChange {
  const because = `${why.replace(/\.$/, '')}.`;
  const entry: ChangeEntry = { answer: 'unknown', because, isIntended: false, isAside, at };
  return { kind: 'unknown', path, role, at, from: undefined, gained: [entry], lost: [entry] };
}

/** A file without a role has been read, and so has one that a note without a role is about. */
function isAboutRoles({ rule, role, severity }: FileProblem): boolean {
  return rule !== 'nothing-to-test' && (role !== undefined || severity !== 'note');
}

/** What keeps a role from being read: a problem with it, with what it is an instance of, or with its file. */
function problemOf({ path, role }: CheckedRole, problems: readonly FileProblem[]): FileProblem | undefined {
  const names = role === undefined ? [] : [role, plainName(role)];
  return problems.find(
    (one) =>
      one.path === path &&
      isAboutRoles(one) &&
      (one.role === undefined || names.includes(one.role) || role?.startsWith(`${one.role}.`)),
  );
}

/** Equal for policies that are written alike, wherever they stand. */
function textOf(policy: TrustPolicy): string {
  return JSON.stringify(policy, (name, value: unknown) => (name === 'at' ? undefined : value));
}
