import type { Home } from '../../src/trust/reach/question.js';
import type { Random } from './random.js';
import type { PolicyDocument } from './random-policy.js';

/** The claims of a token of GitHub, made without the analysis: by GitHub's own rules, and out of a policy's words. */
export type TestToken = Readonly<Record<string, string>>;

/** What tokens for a policy are made from: texts that its values consist of, with something in place of wildcards. */
export interface Words {
  readonly all: readonly string[];
  readonly owners: readonly string[];
  readonly names: readonly string[];
  readonly refs: readonly string[];
  readonly ids: readonly string[];
  readonly audiences: readonly string[];
  readonly workflows: readonly string[];
}

const FILLINGS = ['', 'x', 'evil', 'a/b', 'main', ':', 'pull_request', 'refs/heads/main', 'y-1'] as const;

export function wordsOf(policy: PolicyDocument, random: Random): Words {
  const values = policy.Statement.flatMap(({ Condition: block = {} }) =>
    Object.values(block).flatMap((keys) => Object.values(keys).flat()),
  );
  const filled = values.flatMap((value) =>
    random.times(4, () =>
      value.replace(/[*?]+/g, () => random.pick(FILLINGS)).replace(/\$\{[^}]*\}/g, 'octo-org/octo-repo'),
    ),
  );
  const bits = filled.flatMap((value) => [value, ...value.split(/[:/@]/), ...value.split(':')]);
  const all = [...new Set(bits)].filter((bit) => bit !== '');
  return {
    all,
    owners: all.filter((bit) => /^[A-Za-z0-9][A-Za-z0-9_-]{0,38}$/.test(bit) && !/[-_]$/.test(bit)),
    names: all.filter((bit) => /^[A-Za-z0-9._-]{1,100}$/.test(bit) && !/^\.+$/.test(bit)),
    refs: all.flatMap((bit) => /^refs\/(?:heads|tags)\/(.+)$/s.exec(bit)?.[1] ?? bit).filter(isRefName),
    ids: [...new Set(all.flatMap((bit) => bit.match(/[1-9]\d{0,8}/g) ?? []))],
    audiences: all,
    workflows: all.filter((bit) => /^[^/]+\/[^/]+\/\.github\/workflows\/[^/@]+\.ya?ml@.+/.test(bit)),
  };
}

function isRefName(text: string): boolean {
  return (
    /^(?!.*(\.\.|@\{|\/\/|\/\.|\.\/|\.lock$))[^\s~^:?*[\\/.][^\s~^:?*[\\]*$/s.test(text) &&
    !/[./]$/.test(text)
  );
}

/** How often a part is the home's own: enough to meet what a policy asks. */
const OWN = 0.5;

/** One token, of whatever repository. */
export function randomToken(random: Random, words: Words, home: Home): TestToken {
  const any = (own: readonly string[], more: readonly string[], otherwise: string): string =>
    random.chance(OWN) ? random.oneOf(own, otherwise) : mutated(random, random.oneOf(more, otherwise));
  const clean = (text: string, pattern: RegExp, otherwise: string): string =>
    pattern.test(text) ? text : otherwise;
  const owner = clean(any(['octo-org'], words.owners, 'evil'), /^[A-Za-z0-9][A-Za-z0-9_-]{0,38}$/, 'evil');
  const name = clean(any(['octo-repo'], words.names, 'evil'), /^(?!\.+$)[A-Za-z0-9._-]{1,100}$/, 'evil');
  const digits = (own: string): string => clean(any([own], words.ids, '99'), /^[1-9]\d{0,14}$/, '98');
  const branch = any(['main', 'x', 'v1', 'release/1'], words.refs, 'topic');
  const refName = isRefName(branch) ? branch : 'topic';
  const kind = random.pick(['heads', 'heads', 'tags', 'pull', 'merged'] as const);
  const ref =
    kind === 'pull'
      ? `refs/pull/${1 + random.below(40)}/merge`
      : `refs/${kind === 'merged' ? 'heads' : kind}/${refName}`;
  const isPull = kind === 'pull' || kind === 'merged';
  const environment =
    random.chance(0.4) && kind !== 'merged' ? any(['production', 'a:b'], words.all, 'staging') : undefined;
  const file = `${random.oneOf(words.owners, owner)}/${random.oneOf(words.names, name)}/.github/workflows/${random.pick(['deploy.yml', 'x.yml', 'y.yaml'])}@${random.pick([ref, 'refs/heads/main', 'refs/tags/v1'])}`;
  const claims: Record<string, string | undefined> = {
    iss: 'https://token.actions.githubusercontent.com',
    aud: random.chance(0.8) ? 'sts.amazonaws.com' : random.oneOf(words.audiences, 'other'),
    repository: `${owner}/${name}`,
    repository_owner: owner,
    repository_id: digits('2'),
    repository_owner_id: digits('1'),
    ref,
    environment,
    event_name: isPull ? 'pull_request' : 'push',
    workflow: any(['Deploy'], words.all, 'CI'),
    job_workflow_ref: random.chance(0.1)
      ? undefined
      : random.chance(0.4)
        ? random.oneOf(words.workflows, file)
        : file,
    actor: clean(any(['octocat', 'dependabot[bot]'], words.owners, 'x'), /^[A-Za-z0-9_-]+(\[bot\])?$/, 'x'),
    actor_id: digits('42'),
    enterprise_id: random.chance(0.3) ? digits('7') : undefined,
  };
  const isOwn =
    claims['repository'] === home.repository &&
    (home.ownerId === undefined || claims['repository_owner_id'] === home.ownerId) &&
    (home.repositoryId === undefined || claims['repository_id'] === home.repositoryId);
  const sub = subjectOf(random, claims, isPull, isOwn);
  const present = Object.entries({ sub, ...claims }).filter(([, value]) => value !== undefined);
  return Object.fromEntries(present.map(([key, value]) => [key, String(value)]));
}

const KEYS: readonly [readonly string[], ...(readonly string[])[]] = [
  ['repo', 'context'],
  ['job_workflow_ref'],
  ['repository_owner'],
  ['repo', 'context', 'job_workflow_ref'],
  ['environment'],
  ['context'],
  ['workflow'],
  ['actor', 'repo'],
  ['repository', 'ref'],
  ['repository_id', 'repository_owner_id'],
];

/** By GitHub's own forms for the home; by any template for others, who customise theirs as they like. */
function subjectOf(
  random: Random,
  claims: Readonly<Record<string, string | undefined>>,
  isPull: boolean,
  isOwn: boolean,
): string {
  const escaped = (text: string): string => text.split(':').join('%3A');
  const { environment, ref = '', repository = '' } = claims;
  const context =
    environment !== undefined
      ? `environment:${escaped(environment)}`
      : isPull
        ? 'pull_request'
        : `ref:${escaped(ref)}`;
  const [owner, name] = repository.split('/');
  const repo = random.chance(0.5)
    ? repository
    : `${owner}@${claims['repository_owner_id']}/${name}@${claims['repository_id']}`;
  const keys = isOwn ? KEYS[0] : random.chance(0.6) ? KEYS[0] : random.pick(KEYS);
  return keys
    .map((key) =>
      key === 'context' ? context : key === 'repo' ? `repo:${repo}` : `${key}:${escaped(claims[key] ?? '')}`,
    )
    .join(':');
}

const LETTERS = ['x', '-', '1', 'A', '.', 'o'] as const;

/** The text with a letter more, less or changed, now and then. */
function mutated(random: Random, text: string): string {
  if (random.chance(0.6)) return text;
  const at = random.below(text.length + 1);
  const rest = text.slice(at + random.below(2));
  return text.slice(0, at) + (random.chance(0.5) ? random.pick(LETTERS) : '') + rest;
}
