import type { TrustPolicy } from '../../language/policy.js';
import type { Bound } from '../../reach/bound.js';
import { allContexts, OWN_FORMS, onRef, pullRequests, type TokenKind } from '../../reach/kinds.js';
import type { SubjectTemplate } from '../../reach/question.js';
import { idsNamed } from '../../reach/reach.js';
import type { Unit } from './unit.js';

/**
 * What can be asked about a policy of which nobody has said what repository it is for: whether there is a token of
 *
 * - `stranger`: a repository of an owner that the policy does not name;
 * - `other-repository`: one that it does not name, of an owner that it does;
 * - `recycled-name`: where neither of these gets in, a repository with other ids than the policy has;
 * - `pull-request`;
 * - `branch`: a branch that the policy does not name, without an environment; `tag`: a tag; `branch-in-environment`.
 */
export type OpeningKind =
  | 'stranger'
  | 'other-repository'
  | 'recycled-name'
  | 'pull-request'
  | 'branch'
  | 'tag'
  | 'branch-in-environment';

const FREE: Bound = { kind: 'free' };
const ANYBODY = { owner: FREE, ownerId: FREE, name: FREE, repositoryId: FREE, workflow: FREE } as const;

/** The tokens that one of these questions is about, of a policy that consists of the unit and whatever denies. */
export function kindFor(opening: OpeningKind, unit: Unit, { statements }: TrustPolicy): TokenKind {
  const conditions = statements.flatMap((statement) => statement.conditions);
  const texts = conditions.flatMap(({ values }) => values.map(({ text }) => text));
  const foreign = { ...ANYBODY, contexts: allContexts(), templates: OWN_FORMS, isForeign: true };
  const own = { ...ANYBODY, templates: templatesOf(unit), isForeign: false };
  const newIds = notAmong(idsNamed(conditions));
  const named = notAmong(namesIn(texts), true);
  switch (opening) {
    case 'stranger':
      return { ...foreign, owner: named, ownerId: newIds, repositoryId: newIds };
    case 'other-repository':
      return { ...foreign, name: named, repositoryId: newIds };
    case 'recycled-name':
      return { ...foreign, ownerId: newIds, repositoryId: newIds };
    case 'pull-request':
      return { ...own, contexts: pullRequests() };
    case 'branch':
      return { ...own, contexts: [onRef('branch', notAmong(refsIn(texts, 'heads')))] };
    case 'tag':
      return { ...own, contexts: [onRef('tag', notAmong(refsIn(texts, 'tags')))] };
    case 'branch-in-environment':
      return { ...own, contexts: [onRef('branch', notAmong(branchPatternsIn(texts)), FREE)] };
  }
}

/** Whether a unit names a repository, and not only its ids. */
export function namesRepository({ reduced, text }: Unit): boolean {
  const repositories = reduced.conditions
    .filter(({ key, operator }) => /:repository$/i.test(key.text) && !operator.isNegated)
    .flatMap(({ values }) => values.map((value) => `repo:${value.text}`));
  return [text, ...repositories].some((one) => /^repo:[^@*?/:]+(?:@\*)?\/[^@*?/:]+(?:@\*)?(?::|$)/.test(one));
}

function notAmong(patterns: readonly string[], ignoreCase = false): Bound {
  return patterns.length === 0 ? FREE : { kind: 'outside', patterns: [...new Set(patterns)], ignoreCase };
}

/** Whatever in a policy may be the name of an owner or a repository, and more. */
function namesIn(texts: readonly string[]): readonly string[] {
  return texts.flatMap((text) => text.match(/[\w.-]+/g) ?? []);
}

/** The branches or tags whose whole names a policy has. */
function refsIn(texts: readonly string[], folder: 'heads' | 'tags'): readonly string[] {
  const pattern =
    folder === 'heads' ? /refs\/heads\/([^*?:@]+)(?=[:@]|$)/g : /refs\/tags\/([^*?:@]+)(?=[:@]|$)/g;
  return texts.flatMap((text) => [...text.matchAll(pattern)].flatMap(([, name]) => name ?? []));
}

/** The branches that a policy has, also by patterns: whoever writes `release/*` has limited the branch. */
function branchPatternsIn(texts: readonly string[]): readonly string[] {
  const found = texts.flatMap((text) => [...text.matchAll(/refs\/heads\/([^:@]+)(?=[:@]|$)/g)]);
  return found.flatMap(([, name = '']) => (/[^*?]/.test(name) ? [name] : []));
}

const KEYS =
  /(?:^|:)(repo|repository|repository_id|repository_owner|repository_owner_id|job_workflow_ref|workflow|actor|actor_id|enterprise_id|environment|ref|pull_request)(?=:|$)/g;

/** GitHub's own forms of the subject, and the customised one that a value seems to be written for. */
export function templatesOf({ text }: Unit): readonly SubjectTemplate[] {
  const found = [...text.matchAll(KEYS)].flatMap(([, key]) => key ?? []);
  const keys = found.map((key) =>
    found.includes('repo') && ['environment', 'ref', 'pull_request'].includes(key) ? 'context' : key,
  );
  const isOwn = keys.length === 0 || keys.every((key) => key === 'repo' || key === 'context');
  return isOwn ? OWN_FORMS : [...OWN_FORMS, [...new Set(keys)]];
}
