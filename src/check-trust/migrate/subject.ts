import type { KnownIds, RepositoryIds } from './ids.js';

/** What becomes of a value that a policy compares the subject with. */
export type Renewal =
  /** It has a form in which the names have ids. `repository` is undefined where only the owner is named. */
  | {
      readonly kind: 'renewed';
      readonly text: string;
      readonly ownerId: string;
      readonly repository: RepositoryIds | undefined;
    }
  /** It has ids already. */
  | { readonly kind: 'immutable'; readonly ownerId: string; readonly repositoryId: string }
  /** The ids of what it names are not known: OWNER/NAME, or OWNER/* for any repository of an owner. */
  | { readonly kind: 'missing'; readonly repository: string }
  /** It stays as it is: it names no owner. */
  | { readonly kind: 'other' };

/** Repository and rest; neither owner nor repository has a variable of IAM in it. */
const NAMED = /^repo:([^/@:$*?]+)\/([^/@:$]+)(:.*)?$/s;
const IMMUTABLE = /^repo:[^/@:$*?]+@([1-9]\d*)\/[^/@:$*?]+@([1-9]\d*):/;

/**
 * The immutable form of a subject, or of a pattern of subjects.
 * @param takesPatterns whether `*` and `?` are wildcards
 */
export function renewSubject(value: string, takesPatterns: boolean, ids: KnownIds): Renewal {
  const immutable = IMMUTABLE.exec(value);
  if (immutable !== null) {
    return { kind: 'immutable', ownerId: immutable[1] ?? '', repositoryId: immutable[2] ?? '' };
  }
  const [, owner = '', name = '', rest] = NAMED.exec(value) ?? [];
  if (name === '') return { kind: 'other' };
  const isPattern = /[*?]/.test(name);
  // No repository has such a name, and a subject does not end with the repository.
  if (isPattern ? !takesPatterns : rest === undefined) return { kind: 'other' };
  if (rest === undefined && !name.endsWith('*')) return { kind: 'other' };
  if (isPattern) {
    const ownerId = ids.ownerId(owner);
    if (ownerId === undefined) return { kind: 'missing', repository: `${owner}/*` };
    const withId = name.endsWith('*') ? name : `${name}@*`;
    return {
      kind: 'renewed',
      text: `repo:${owner}@${ownerId}/${withId}${rest ?? ''}`,
      ownerId,
      repository: undefined,
    };
  }
  const repository = ids.of(`${owner}/${name}`);
  if (repository === undefined) return { kind: 'missing', repository: `${owner}/${name}` };
  const { ownerId, repositoryId } = repository;
  return {
    kind: 'renewed',
    text: `repo:${owner}@${ownerId}/${name}@${repositoryId}${rest ?? ''}`,
    ownerId,
    repository: { ...repository, repository: `${owner}/${name}` },
  };
}
