import type { Bound } from './bound.js';
import { kindOf, type RunContext, splitRepository, type TokenKind } from './kinds.js';
import type { Home, Question } from './question.js';

/** A repository, with its ids and the template of its subjects where they are known. */
export type ScopeRepository = Pick<Home, 'repository' | 'ownerId' | 'repositoryId' | 'template'>;

/** Runs of some repositories. What is undefined is not limited; an empty list allows none. */
export interface Scope {
  readonly repositories: readonly ScopeRepository[];
  /** Where branches or tags are given, the ref must be one of them. */
  readonly branches?: readonly string[] | undefined;
  readonly tags?: readonly string[] | undefined;
  /** Where some are given, the run must have one of them. */
  readonly environments?: readonly string[] | undefined;
  readonly workflows?: readonly string[] | undefined;
}

/** All tokens outside of a scope, kind by kind: those of its own repositories first. */
export function outsideOf(scope: Scope): readonly TokenKind[] {
  return [...scope.repositories.flatMap((one) => ownOutside(one, scope)), ...foreignTo(scope.repositories)];
}

/** What the inputs about a repository call intended, as a scope. */
export function intendedScope(home: Home): Scope {
  const { branches = ['main'], tags = [], environments = [], workflows } = home;
  return {
    repositories: [home],
    branches,
    tags,
    environments,
    workflows: workflows?.length ? workflows : undefined,
  };
}

/** Tokens of a repository that are not within the scope's other limits. */
export function ownOutside(repository: ScopeRepository, scope: Scope): readonly TokenKind[] {
  const any = kindOf('intended', repository);
  const contexts = contextsOutside(scope);
  const { workflows } = scope;
  const inContexts = any === undefined || contexts.length === 0 ? [] : [{ ...any, contexts }];
  const inWorkflows =
    workflows === undefined ? undefined : kindOf('other-workflow', { ...repository, workflows });
  return inWorkflows === undefined ? inContexts : [...inContexts, inWorkflows];
}

function contextsOutside({ branches, tags, environments }: Scope): readonly RunContext[] {
  const refs = branches === undefined && tags === undefined ? undefined : { branches: branches ?? [], tags };
  const allRefs = { branches: [], tags: [] };
  const of = (question: Question, limits: Partial<Home>): readonly RunContext[] =>
    kindOf(question, { repository: '', ...limits })?.contexts ?? [];
  const withoutEnvironment = (limits: Partial<Home>): readonly RunContext[] =>
    (['other-branch', 'tag', 'pull-request'] as const).flatMap((question) => of(question, limits));
  const withEnvironment = (names: readonly string[]): readonly RunContext[] =>
    refs === undefined ? [] : of('any-ref-in-environment', { ...refs, environments: names });
  if (environments === undefined) {
    return refs === undefined ? [] : [...withoutEnvironment(refs), ...withEnvironment(['*'])];
  }
  const outside = of('other-environment', { environments });
  if (environments.length === 0) return [...(refs === undefined ? [] : withoutEnvironment(refs)), ...outside];
  return [...withoutEnvironment(allRefs), ...outside, ...withEnvironment(environments)];
}

/** Tokens of other repositories: of the owners that are named, of names taken over, and of other owners. */
function foreignTo(repositories: readonly ScopeRepository[]): readonly TokenKind[] {
  return [
    ...otherRepositories(repositories),
    ...repositories.flatMap((one) => kindOf('recycled-name', one) ?? []),
    ...otherOwners(repositories),
  ];
}

/** Tokens of all owners but those of some repositories; of all owners if the list is empty. */
export function otherOwners(repositories: readonly ScopeRepository[]): readonly TokenKind[] {
  const kind = kindOf('other-owner', { repository: '' });
  if (kind === undefined) return [];
  const owners = repositories.map((one) => splitRepository(one)[0]);
  return [
    {
      ...kind,
      owner: outside(owners),
      ownerId: outside(idsOf(repositories, 'ownerId')),
      repositoryId: outside(idsOf(repositories, 'repositoryId')),
    },
  ];
}

/** Tokens of the other repositories of each owner. */
export function otherRepositories(repositories: readonly ScopeRepository[]): readonly TokenKind[] {
  const owners = new Map<string, ScopeRepository>();
  for (const one of repositories) owners.set(splitRepository(one)[0].toLowerCase(), one);
  return [...owners].flatMap(([owner, one]) => {
    const kind = kindOf('other-repository', one);
    if (kind === undefined) return [];
    const siblings = repositories.filter((each) => splitRepository(each)[0].toLowerCase() === owner);
    return [
      {
        ...kind,
        // The owner's name may have been taken over as well.
        ownerId: { kind: 'free' },
        name: outside(siblings.map((each) => splitRepository(each)[1])),
        repositoryId: outside(idsOf(repositories, 'repositoryId')),
      },
    ];
  });
}

/** Ids keep strangers out only where they are known of all; otherwise one in the policy may be anybody's. */
function idsOf(
  repositories: readonly ScopeRepository[],
  name: 'ownerId' | 'repositoryId',
): readonly string[] {
  const ids = repositories.flatMap((one) => one[name] ?? []);
  return ids.length === repositories.length ? ids : [];
}

function outside(patterns: readonly string[]): Bound {
  return patterns.length === 0 ? { kind: 'free' } : { kind: 'outside', patterns, ignoreCase: true };
}
