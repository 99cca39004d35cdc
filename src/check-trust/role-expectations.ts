import { formatList, quote } from '../core/text.js';
import { kindOf } from '../trust/reach/kinds.js';
import type { Home, Question } from '../trust/reach/question.js';
import type { Scope, ScopeRepository } from '../trust/reach/scope.js';
import { FORBIDDABLE, NAMES, NEEDS, type RunningRepository } from './home.js';
import type { RoleExpectation } from './output/report.js';

const KEYS = ['roles', 'only', 'branches', 'tags', 'environments', 'workflows', 'never'] as const;

type Key = (typeof KEYS)[number];

/** What is known without the expectations: the repository that the roles are for, and the one that runs. */
export interface KnownRepositories {
  readonly home: Home | undefined;
  readonly running: RunningRepository | undefined;
}

const MAX_ITEMS = 1000;

/**
 * Reads expectations about roles from a YAML list. Throws an Error that names the item and the key that is wrong.
 */
export async function readRoleExpectations(
  text: string,
  known: KnownRepositories,
): Promise<readonly RoleExpectation[]> {
  const { plainYaml } = await import('../core/yaml-document.js');
  const items = plainYaml(text) ?? [];
  if (!Array.isArray(items)) throw new Error('a YAML list is expected');
  if (items.length > MAX_ITEMS) throw new Error(`at most ${MAX_ITEMS} items are allowed`);
  return items.map((item: unknown, index) => readItem(item, index + 1, known));
}

function readItem(item: unknown, number: number, { home, running }: KnownRepositories): RoleExpectation {
  const fail = (problem: string): never => {
    throw new Error(`item ${number} ${problem}`);
  };
  if (typeof item !== 'object' || item === null || Array.isArray(item)) return fail('must be a mapping');
  const entries: ReadonlyMap<string, unknown> = new Map(Object.entries(item));
  for (const key of entries.keys()) {
    if (!KEYS.some((one) => one === key)) fail(`has no ${quote(key)}: ${KEYS.join(', ')}`);
  }
  const listOf = (key: Key): readonly string[] | undefined => {
    if (!entries.has(key)) return undefined;
    return textsOf(entries.get(key)) ?? fail(`needs a list of texts for ${key}`);
  };
  const names = (key: keyof typeof NAMES): readonly string[] | undefined => {
    const { what, pattern } = NAMES[key];
    const wrong = listOf(key)?.find((one) => !pattern.test(one));
    return wrong === undefined ? listOf(key) : fail(`needs ${what} for ${key}, not ${quote(wrong)}`);
  };
  const full = (key: Key): readonly string[] | undefined =>
    listOf(key)?.length === 0 ? fail(`needs at least one text for ${key}`) : listOf(key);

  const roles = full('roles') ?? fail('needs roles: names of roles, with * and ? as wildcards');
  const only = full('only')?.map((one) => {
    return repositoryOf(one) ?? fail(`needs OWNER/NAME or OWNER@ID/NAME@ID for only, not ${quote(one)}`);
  });
  const never = (full('never') ?? []).map((one) => {
    const allowed = formatList(FORBIDDABLE, 'or');
    return FORBIDDABLE.find((each) => each === one) ?? fail(`needs ${allowed} for never, not ${quote(one)}`);
  });
  if (only === undefined && never.length === 0) fail('needs only or never');
  const repositories =
    only?.map((one) => withKnown(one, home, running)) ?? (home === undefined ? [] : [home]);
  if (repositories.length === 0) fail('needs only, unless the input repository is given');
  const limits = {
    branches: names('branches'),
    tags: names('tags'),
    environments: names('environments'),
    workflows: names('workflows'),
  };
  for (const question of never) refuseUnasked(question, repositories, limits, fail);
  const scope = { repositories, ...limits };
  return { number, roles, only: only === undefined ? undefined : scope, never, scope };
}

/** A text is a list of one. */
function textsOf(value: unknown): readonly string[] | undefined {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  const texts = list.flatMap((one) => (typeof one === 'string' && one.trim() !== '' ? [one.trim()] : []));
  return texts.length === list.length ? texts : undefined;
}

/** As in GitHub's subjects, with both ids or without. */
function repositoryOf(text: string): ScopeRepository | undefined {
  const [, owner, ownerId, name, repositoryId] =
    /^([\w.-]+)(?:@([1-9]\d{0,19}))?\/([\w.-]+)(?:@([1-9]\d{0,19}))?$/.exec(text) ?? [];
  if (owner === undefined || name === undefined) return undefined;
  return { repository: `${owner}/${name}`, ownerId, repositoryId };
}

/** The ids of a repository that is known anyway. */
function withKnown(
  one: ScopeRepository,
  home: Home | undefined,
  running: RunningRepository | undefined,
): ScopeRepository {
  const isSame = ({ repository }: ScopeRepository): boolean =>
    repository.toLowerCase() === one.repository.toLowerCase();
  const known: ScopeRepository | undefined = [home, running].find((each) => each && isSame(each));
  if (known === undefined) return one;
  return {
    ...one,
    ownerId: one.ownerId ?? known.ownerId,
    repositoryId: one.repositoryId ?? known.repositoryId,
    template: known.template,
  };
}

function refuseUnasked(
  question: Question,
  repositories: readonly ScopeRepository[],
  limits: Omit<Scope, 'repositories'>,
  fail: (problem: string) => never,
): void {
  const isAsked = repositories.some((one) => kindOf(question, { ...one, ...limits }) !== undefined);
  if (isAsked) return;
  const needed =
    question === 'recycled-name' ? 'the ids of a repository, as OWNER@ID/NAME@ID' : NEEDS[question];
  fail(`has never: ${question}, which needs ${needed}`);
}
