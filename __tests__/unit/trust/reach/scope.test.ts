import { lets } from '../../../../bench/reach/attack.js';
import { Random } from '../../../../bench/reach/random.js';
import { randomPolicy, randomStatement } from '../../../../bench/reach/random-policy.js';
import { randomToken, type TestToken, wordsOf } from '../../../../bench/reach/random-token.js';
import { parseTrustPolicy } from '../../../../src/trust/language/parse.js';
import { changeGroups, reachChanges } from '../../../../src/trust/reach/difference.js';
import type { Home } from '../../../../src/trust/reach/question.js';
import { ReachAnalysis } from '../../../../src/trust/reach/reach.js';
import { outsideOf, type Scope } from '../../../../src/trust/reach/scope.js';
import { times } from '../../../support/volume.js';
import { allow, policyOf } from './support.js';

const HOME: Home = { repository: 'octo-org/octo-repo', ownerId: '1', repositoryId: '2' };
const WORKFLOW = 'octo-org/octo-repo/.github/workflows/deploy.yml@refs/heads/main';

const SCOPES: readonly [Scope, ...Scope[]] = [
  { repositories: [HOME] },
  { repositories: [{ repository: 'octo-org/octo-repo' }], branches: ['main'] },
  { repositories: [HOME], branches: ['main', 'release/*'], tags: ['v*'] },
  { repositories: [HOME], environments: ['production'] },
  { repositories: [HOME], environments: [], tags: ['v1'] },
  { repositories: [HOME], branches: ['main'], environments: ['prod*'], workflows: [WORKFLOW] },
  { repositories: [HOME], workflows: [WORKFLOW] },
];

function isAmong(patterns: readonly string[], text: string): boolean {
  return patterns.some((pattern) => {
    const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
    return new RegExp(`^${parts.join('.*')}$`, 's').test(text);
  });
}

/** Whether a token is outside of a scope, said by its claims alone; undefined for one that GitHub would not issue. */
function isOutside(token: TestToken, scope: Scope): boolean | undefined {
  const [home] = scope.repositories;
  if (home === undefined) return true;
  const { repository = '', repository_id: id, repository_owner_id: ownerId } = token;
  const isSame = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();
  const [owner = '', own = ''] = [repository, home.repository].map((one) => one.replace(/\/.*$/, ''));
  if (repository === home.repository) {
    if (home.repositoryId !== undefined && id !== home.repositoryId) return true;
    if (home.ownerId !== undefined && ownerId !== home.ownerId) return undefined;
    return isOutsideLimits(token, scope);
  }
  if (isSame(repository, home.repository)) return undefined;
  if (owner !== own && isSame(owner, own)) return undefined;
  // An id belongs to one owner, or to one repository.
  if (id === home.repositoryId || (owner !== own && ownerId === home.ownerId)) return undefined;
  return true;
}

function isOutsideLimits(token: TestToken, scope: Scope): boolean | undefined {
  const { branches, tags, environments, workflows } = scope;
  const { ref = '', environment, job_workflow_ref: workflow } = token;
  const isPull = token['event_name'] === 'pull_request';
  const [, folder, name = ''] = /^refs\/(heads|tags|pull)\/(.*)$/s.exec(ref) ?? [];
  const isNamed = branches !== undefined || tags !== undefined;
  const isRef =
    !isPull && isAmong((folder === 'heads' ? branches : folder === 'tags' ? tags : []) ?? [], name);
  if (isNamed && !isRef) return true;
  if (workflows !== undefined && !isAmong(workflows, workflow ?? '')) return true;
  if (environments === undefined) return false;
  if (environments.length === 0 || environment === undefined) {
    return (environments.length === 0) !== (environment === undefined);
  }
  if (isAmong(environments, environment)) return false;
  return isAmong(environments, environment.toLowerCase()) ? undefined : true;
}

it('proves nothing about a scope that a token breaks, and shows only tokens from outside', () => {
  for (let seed = 0; seed < times(8, 40); seed++) {
    const random = new Random(5000 + seed);
    const scope = random.pick(SCOPES);
    const document = randomPolicy(random);
    const policy = parseTrustPolicy(JSON.stringify(document));
    const outcome = new ReachAnalysis(policy).askAbout({}, outsideOf(scope));
    const faults: unknown[] = [];
    if (outcome.answer === 'yes') {
      const { token } = outcome;
      if (!lets(policy, token) || isOutside(token, scope) !== true) faults.push(token);
    }
    const words = wordsOf(document, random);
    const tokens = random.times(outcome.answer === 'no' ? 300 : 0, () => randomToken(random, words, HOME));
    faults.push(...tokens.filter((token) => lets(policy, token) && isOutside(token, scope) === true));
    expect({ seed, scope, document, faults }).toEqual({ seed, scope, document, faults: [] });
  }
});

it('misses no token that a change lets in or locks out, and shows only such', () => {
  for (let seed = 0; seed < times(8, 40); seed++) {
    const random = new Random(7000 + seed);
    const before = randomPolicy(random);
    const Statement = random.chance(0.5) ? [...before.Statement, randomStatement(random)] : before.Statement;
    const after = random.chance(0.3) ? randomPolicy(random) : { ...before, Statement };
    const [old, fresh] = [before, after].map((one) => parseTrustPolicy(JSON.stringify(one)));
    if (old === undefined || fresh === undefined) throw new Error('no policies');
    const home = random.pick([undefined, HOME, { repository: 'octo-org/octo-repo', environments: ['a:b'] }]);
    const groups = changeGroups(home, random.chance(0.5));
    const { gained, lost } = reachChanges(old, fresh, groups, {});
    const faults: unknown[] = [];
    for (const [changes, one, other] of [
      [gained, fresh, old],
      [lost, old, fresh],
    ] as const) {
      for (const change of changes) {
        if (change.answer !== 'yes') continue;
        if (!lets(one, change.witness) || lets(other, change.witness)) faults.push(change);
      }
      if (changes.length > 0) continue;
      const words = wordsOf(after, random);
      const tokens = random.times(300, () => randomToken(random, words, HOME));
      faults.push(...tokens.filter((token) => lets(one, token) && !lets(other, token)));
    }
    expect({ seed, before, after, faults }).toEqual({ seed, before, after, faults: [] });
  }
});

describe('changes', () => {
  const sub = 'repo:octo-org/octo-repo:ref:refs/heads/main';
  const at = (account: string) =>
    policyOf(
      allow(
        { StringEquals: { sub } },
        {
          Principal: {
            Federated: `arn:aws:iam::${account}:oidc-provider/token.actions.githubusercontent.com`,
          },
        },
      ),
    );
  const changes = (before: ReturnType<typeof at>, after: ReturnType<typeof at>) =>
    reachChanges(before, after, changeGroups(HOME, false), {});

  /** What a customised subject of the home gains, by what is known of its template. */
  const gainedByCustomSubject = (home: Home) => {
    const custom = 'repo:octo-org/octo-repo:environment:x:ref:refs/heads/main';
    const after = policyOf(allow({ StringEquals: { repository_id: '2', sub: custom } }));
    const before = policyOf(allow({ StringEquals: { sub: 'x' } }));
    return reachChanges(before, after, changeGroups(home, true), {}).gained;
  };

  it.each([
    ['000000000000', '111122223333'],
    ['111122223333', '<ACCOUNT_ID>'],
    ['<ACCOUNT_ID>', '111122223333'],
  ])('are none where the account %s is only called %s', (before, after) => {
    expect(changes(at(before), at(after))).toEqual({ gained: [], lost: [] });
  });

  it('are there where another account’s provider is trusted', () => {
    const { gained, lost } = changes(at('111122223333'), at('444455556666'));
    expect([gained[0]?.answer, lost[0]?.answer]).toEqual(['yes', 'yes']);
  });

  it('are not known where nobody can say whose the provider was', () => {
    const hidden = policyOf(allow({ StringEquals: { sub } }, { Principal: { Federated: '<OIDC_ARN>' } }));
    const { gained } = changes(hidden, at('111122223333'));
    expect(gained).toMatchObject([{ answer: 'unknown', reason: 'deployment' }]);
  });

  it('include customised subjects of the home, where its template is not known', () => {
    const gained = gainedByCustomSubject(HOME);
    expect(gained).not.toEqual([]);
    expect(gained.every(({ isIntended }) => !isIntended)).toBe(true);
  });

  it.each([
    ['default', 0],
    [['repo', 'context', 'ref'], 1],
  ] as const)('include no other subjects than those of the template %j', (template, count) => {
    expect(gainedByCustomSubject({ ...HOME, template })).toHaveLength(count);
  });

  it('within what a role is for are called intended', () => {
    const none = policyOf(allow({ StringEquals: { sub: 'x' } }));
    const { gained } = reachChanges(
      none,
      at('111122223333'),
      changeGroups({ repository: HOME.repository }, true),
      {},
    );
    expect(gained.map(({ answer, isIntended }) => [answer, isIntended])).toEqual([['yes', true]]);
  });
});
