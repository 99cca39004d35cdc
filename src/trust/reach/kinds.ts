import type { Bound } from './bound.js';
import type { Home, Question, SubjectTemplate } from './question.js';

/** What a run belongs to: the end of the default subject, and the ref. */
export interface RunContext {
  readonly event: 'ref' | 'pull-request';
  readonly environment: Bound | undefined;
  /** A pull request that is merged runs on the branch it went into. */
  readonly ref: { readonly kind: 'branch' | 'tag'; readonly name: Bound } | { readonly kind: 'pull' };
  /** What starts the run, where that is known beyond `event`. */
  readonly eventName?: string | undefined;
}

/** Claims that do not depend on the ref, by the names of their fields. */
export type FixedField = 'audience' | 'actor' | 'actorId' | 'enterpriseId' | 'workflow';

/** The workflow's file, where it is one at the ref of the run itself. */
export interface OwnWorkflow {
  /** `OWNER/NAME/.github/workflows/FILE` */
  readonly path: string;
  /** Reports of jobs that call no workflow differ. */
  readonly mayBeAbsent: boolean;
}

/** The tokens that a question is about. */
export interface TokenKind {
  readonly owner: Bound;
  readonly ownerId: Bound;
  readonly name: Bound;
  readonly repositoryId: Bound;
  readonly contexts: readonly RunContext[];
  readonly workflow: Bound;
  /** In place of `workflow`. */
  readonly ownWorkflow?: OwnWorkflow | undefined;
  /** Fields that have one value; an empty one means that the token lacks the claim. */
  readonly fixed?: Readonly<Partial<Record<FixedField, string>>> | undefined;
  /** How the subject may be made; `any` where its maker is somebody else. */
  readonly templates: readonly SubjectTemplate[];
  readonly isForeign: boolean;
  /** Where it is known of a template with `repo` whether that has ids. */
  readonly isImmutable?: boolean | undefined;
}

const FREE: Bound = { kind: 'free' };
export const OWN_FORMS: readonly SubjectTemplate[] = ['default', 'immutable'];

const oneOf = (kind: 'inside' | 'outside', patterns: readonly string[], ignoreCase = false): Bound => {
  const [first] = patterns;
  const isOne = kind === 'inside' && patterns.length === 1 && first !== undefined && !/[*?]/.test(first);
  return isOne ? { kind: 'is', text: first } : { kind, patterns, ignoreCase };
};

/** Names of owners and repositories that differ in case only are the same to GitHub. */
const notNamed = (name: string): Bound => oneOf('outside', [name], true);
const isId = (id: string | undefined): Bound => (id === undefined ? FREE : { kind: 'is', text: id });
const notId = (id: string | undefined): Bound => (id === undefined ? FREE : oneOf('outside', [id]));

/** Owner and name of a repository. */
export function splitRepository({ repository }: Home): readonly [string, string] {
  const [owner = '', name = ''] = repository.split('/');
  return [owner, name];
}

/** Runs on some branches or tags. */
export const onRef = (kind: 'branch' | 'tag', name: Bound, environment?: Bound): RunContext => ({
  event: 'ref',
  environment,
  ref: { kind, name },
});
const pull = (environment?: Bound): RunContext => ({
  event: 'pull-request',
  environment,
  ref: { kind: 'pull' },
});

/** A merged pull request's subject still says so, though its ref is the branch's. */
export const pullRequests = (): readonly RunContext[] => [
  pull(),
  { ...pull(), ref: { kind: 'branch', name: FREE } },
];
const anyRef = (environment: Bound): readonly RunContext[] => [
  onRef('branch', FREE, environment),
  onRef('tag', FREE, environment),
  pull(environment),
];
/** Every kind of run. */
export const allContexts = (): readonly RunContext[] => [
  onRef('branch', FREE),
  onRef('tag', FREE),
  ...pullRequests(),
  ...anyRef(FREE),
];

/** Worked out once for a home, so that what is made for a kind serves all policies. */
const KINDS = new WeakMap<Home, Map<Question, TokenKind | undefined>>();

/** Undefined where a question cannot be asked of this home. */
export function kindOf(question: Question, home: Home): TokenKind | undefined {
  const known = KINDS.get(home) ?? new Map<Question, TokenKind | undefined>();
  KINDS.set(home, known);
  if (!known.has(question)) known.set(question, makeKind(question, home));
  return known.get(question);
}

function makeKind(question: Question, home: Home): TokenKind | undefined {
  const { ownerId, repositoryId } = home;
  const [ownerName, repositoryName] = splitRepository(home);
  const environments = home.environments ?? [];
  const own: TokenKind = { ...homeTokens(home), contexts: allContexts() };
  const foreign = { contexts: allContexts(), workflow: FREE, templates: OWN_FORMS, isForeign: true };
  switch (question) {
    case 'other-owner':
      return {
        ...foreign,
        owner: notNamed(ownerName),
        ownerId: notId(ownerId),
        name: FREE,
        repositoryId: notId(repositoryId),
      };
    case 'other-repository':
      return {
        ...foreign,
        owner: own.owner,
        ownerId: own.ownerId,
        name: notNamed(repositoryName),
        repositoryId: notId(repositoryId),
      };
    case 'recycled-name':
      if (ownerId === undefined && repositoryId === undefined) return undefined;
      return {
        ...foreign,
        owner: own.owner,
        name: own.name,
        // Whoever deletes a repository and makes it again is still the same owner.
        ownerId: repositoryId === undefined ? notId(ownerId) : FREE,
        repositoryId: notId(repositoryId),
      };
    case 'pull-request':
      return { ...own, contexts: pullRequests() };
    case 'other-branch':
      return { ...own, contexts: [onRef('branch', oneOf('outside', branchesOf(home)))] };
    case 'tag':
      return { ...own, contexts: [onRef('tag', oneOf('outside', home.tags ?? []))] };
    case 'other-environment':
      return { ...own, contexts: anyRef(oneOf('outside', environments, true)) };
    case 'any-ref-in-environment': {
      if (environments.length === 0) return undefined;
      const environment = oneOf('inside', environments);
      return {
        ...own,
        contexts: [
          onRef('branch', oneOf('outside', branchesOf(home)), environment),
          onRef('tag', oneOf('outside', home.tags ?? []), environment),
          pull(environment),
        ],
      };
    }
    case 'other-workflow':
      if (!home.workflows?.length) return undefined;
      return { ...own, workflow: oneOf('outside', home.workflows) };
    case 'intended':
      return { ...own, contexts: intendedContexts(home), workflow: workflowBound(home) };
  }
}

/** Every token of the home repository. */
export function homeTokens(home: Home): TokenKind {
  const [owner, name] = splitRepository(home);
  return {
    owner: { kind: 'is', text: owner },
    name: { kind: 'is', text: name },
    ownerId: isId(home.ownerId),
    repositoryId: isId(home.repositoryId),
    contexts: allContexts(),
    workflow: FREE,
    templates: home.template === undefined ? OWN_FORMS : [home.template],
    isForeign: false,
  };
}

function intendedContexts(home: Home): readonly RunContext[] {
  const environments = home.environments ?? [];
  const environment = environments.length === 0 ? undefined : oneOf('inside', environments);
  const tags = home.tags ?? [];
  return [
    onRef('branch', oneOf('inside', branchesOf(home)), environment),
    ...(tags.length === 0 ? [] : [onRef('tag', oneOf('inside', tags), environment)]),
  ];
}

function workflowBound({ workflows }: Home): Bound {
  return workflows?.length ? oneOf('inside', workflows) : FREE;
}

function branchesOf({ branches }: Home): readonly string[] {
  return branches ?? ['main'];
}
