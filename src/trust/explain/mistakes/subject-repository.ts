import { quote } from '../../../core/text.js';
import { matchesPattern } from '../../evaluate/pattern.js';
import { formatRepository, type Subject, withoutIds } from '../../oidc/subject.js';
import type { FailedCondition, Reason } from '../failure.js';

/**
 * How near a wanted subject's repository is to the token's, nearest first. `case` and the like: the same name in other
 * letters.
 */
const RELATIONS = [
  'same',
  'ids-missing',
  'ids-unexpected',
  'case',
  'other-ids',
  'other',
  'no-prefix',
] as const;
type Relation = (typeof RELATIONS)[number];

/** The wanted subjects that come nearest to the token's repository, and what is wrong with that part of them. */
export interface NearestRepository {
  readonly wanted: readonly string[];
  readonly relation: Relation;
  /** Undefined where nothing is wrong with it. */
  readonly reason: Reason | undefined;
}

/** Compares the repository in the wanted subjects with the token's. */
export function nearestRepository(failed: FailedCondition, got: string, subject: Subject): NearestRepository {
  const related = failed.wanted.map((text) => ({ text, relation: relationOf(text, got, subject) }));
  const relation = RELATIONS.find((one) => related.some((other) => other.relation === one)) ?? 'other';
  const wanted = related.filter((one) => one.relation === relation).map(({ text }) => text);
  const hasOtherCase = !wanted.some((text) => isNamed(text, got, same));
  return { wanted, relation, reason: reasonFor(relation, subject, hasOtherCase) };
}

/** Whether all wanted subjects are about repositories of another name than the token's. */
export function isOtherRepository(wanted: readonly string[], got: string): boolean {
  return wanted.length > 0 && wanted.every((text) => !isNamed(text, got, lower) || hasNoPrefix(text));
}

function relationOf(text: string, got: string, subject: Subject): Relation {
  if (hasNoPrefix(text)) return 'no-prefix';
  const own = repositoryIn(got);
  const partial = withFewerIds(subject);
  const pattern = repositoryIn(text);
  const rest = got.slice(own.length);
  // A pattern that does not begin with repo: may have the names without the ids all the same.
  const isWhole = (name: string): boolean => matchesPattern(`${name}${rest}`, text);
  if (partial.some(isWhole)) return 'ids-missing';
  if (!text.startsWith('repo:') || matchesPattern(own, pattern)) return 'same';
  if (partial.some((name) => matchesPattern(lower(name), lower(pattern)))) return 'ids-missing';
  if (matchesPattern(lower(own), lower(pattern))) return 'case';
  if (!isNamed(text, got, lower)) return 'other';
  return subject.ownerId === undefined ? 'ids-unexpected' : 'other-ids';
}

/** The token's repository as a policy may have it that lacks ids: `repo:OWNER/NAME:`. The ids it has are right. */
function withFewerIds(subject: Subject): readonly string[] {
  if (subject.ownerId === undefined) return [];
  const none = undefined;
  return [
    { ...subject, ownerId: none, repositoryId: none },
    { ...subject, ownerId: none },
    { ...subject, repositoryId: none },
  ].map((one) => `repo:${formatRepository(one)}:`);
}

/** Whether the names of owner and repository are the same, whatever the ids are. */
function isNamed(text: string, got: string, change: (text: string) => string): boolean {
  const name = (one: string): string => change(withoutIds(repositoryIn(one)));
  return !text.startsWith('repo:') || matchesPattern(name(got), name(text));
}

/** The part of a subject, or of a pattern of one, that names the repository: `repo:OWNER/NAME:`. */
function repositoryIn(text: string): string {
  return text.replace(/^(repo:[^:]*).*$/s, '$1:');
}

/** Whether no subject of GitHub's default form can match: it begins otherwise, or with an address. */
function hasNoPrefix(text: string): boolean {
  const [plain = ''] = text.split(/[*?$]/, 1);
  return !(plain.startsWith('repo:') || 'repo:'.startsWith(plain)) || /^repo:[a-z]+:\/\//.test(text);
}

function reasonFor(relation: Relation, subject: Subject, hasOtherCase: boolean): Reason | undefined {
  const name = formatRepository(subject);
  const inCase = hasOtherCase ? ' The names also differ in upper and lower case.' : '';
  const write = `Write the repository as ${quote(`repo:${name}:`)}.`;
  switch (relation) {
    case 'same':
      return undefined;
    case 'ids-missing':
      return {
        id: 'immutable-subject',
        why: `The repository's subjects have the immutable form, with the ids of owner and repository; the policy has only the names. Repositories created, renamed or transferred after 15 July 2026 use this form.${inCase}`,
        fix: write,
      };
    case 'ids-unexpected':
      return {
        id: 'legacy-subject',
        why: `The policy has the immutable form of the subject, with ids; this repository's subjects still have only names.${inCase}`,
        fix: `Opt the repository in to immutable subjects, or write it as ${quote(`repo:${name}:`)}.`,
      };
    case 'case':
      return {
        id: 'case',
        why: 'The names of owner and repository differ in upper and lower case, and the comparison is case-sensitive.',
        fix: write,
      };
    case 'other-ids':
      return {
        id: 'other-ids',
        why: `The policy has other ids: this is another repository or owner with the same name. The token belongs to ${quote(name)}, and the policy keeps it out as it should.`,
        fix: `Only if the owner recreated the repository on purpose, write it as ${quote(`repo:${name}:`)}. Otherwise somebody has taken over the name: change nothing.`,
      };
    case 'other':
      return {
        id: 'other-repository',
        why: `The policy is for another repository; the token belongs to ${quote(name)}.`,
      };
    case 'no-prefix':
      return {
        id: 'subject-prefix',
        why: `The subject begins with repo:OWNER/NAME, here ${quote(`repo:${name}:`)}, and the policy's value does not.`,
      };
  }
}

const same = (text: string): string => text;
const lower = (text: string): string => text.toLowerCase();
