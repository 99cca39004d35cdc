/** The part of GitHub's default subject after the repository. */
export type SubjectContext =
  | { readonly kind: 'ref'; readonly ref: string }
  | { readonly kind: 'environment'; readonly environment: string }
  | { readonly kind: 'pull-request' };

/** GitHub's default subject, taken apart. Ids are there where the subject is of the immutable form. */
export interface Subject {
  readonly owner: string;
  readonly ownerId: string | undefined;
  readonly repository: string;
  readonly repositoryId: string | undefined;
  readonly context: SubjectContext;
}

const DEFAULT_FORM =
  /^repo:([^/@:]+)(?:@(\d+))?\/([^/@:]+)(?:@(\d+))?:(?:ref:([^:]+)|environment:([^:]+)|(pull_request))$/s;

/**
 * Takes a subject apart; undefined where it has not GitHub's default form, as after a customisation
 * (https://docs.github.com/en/actions/reference/security/oidc).
 */
export function parseSubject(subject: string): Subject | undefined {
  const match = DEFAULT_FORM.exec(subject);
  if (match === null) return undefined;
  const [, owner = '', ownerId, repository = '', repositoryId, ref, environment] = match;
  return { owner, ownerId, repository, repositoryId, context: contextOf(ref, environment) };
}

function contextOf(ref: string | undefined, environment: string | undefined): SubjectContext {
  if (ref !== undefined) return { kind: 'ref', ref };
  return environment === undefined ? { kind: 'pull-request' } : { kind: 'environment', environment };
}

/** The subject as GitHub writes it: immutable where both ids are there, with `%3A` for a colon inside a value. */
export function formatSubject(subject: Subject): string {
  const isImmutable = subject.ownerId !== undefined && subject.repositoryId !== undefined;
  const name = formatRepository(
    isImmutable ? subject : { ...subject, ownerId: undefined, repositoryId: undefined },
  );
  return `repo:${name}:${formatContext(subject.context)}`;
}

/** Owner and repository, each with its id where that is there. */
export function formatRepository({
  owner,
  ownerId,
  repository,
  repositoryId,
}: Omit<Subject, 'context'>): string {
  const withId = (name: string, id: string | undefined): string =>
    id === undefined ? name : `${name}@${id}`;
  return `${withId(owner, ownerId)}/${withId(repository, repositoryId)}`;
}

function formatContext(context: SubjectContext): string {
  switch (context.kind) {
    case 'ref':
      return `ref:${escapeColons(context.ref)}`;
    case 'environment':
      return `environment:${escapeColons(context.environment)}`;
    case 'pull-request':
      return 'pull_request';
  }
}

/** So that no value can pretend to be a further part of the subject. */
export function escapeColons(value: string): string {
  return value.replaceAll(':', '%3A');
}

/** A subject, or a pattern of one, without the ids of the immutable form. */
export function withoutIds(subject: string): string {
  return subject.replace(/@(\d+|\*)(?=[/:]|$)/g, '');
}
