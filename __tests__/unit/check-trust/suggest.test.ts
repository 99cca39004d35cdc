import { lets } from '../../../bench/reach/attack.js';
import { isTokenOf } from '../../../bench/reach/kind-of-token.js';
import { Random } from '../../../bench/reach/random.js';
import { randomToken, type TestToken, wordsOf } from '../../../bench/reach/random-token.js';
import { suggest } from '../../../src/check-trust/suggest/suggest.js';
import { parseTrustPolicy } from '../../../src/trust/language/parse.js';
import { lintTrust } from '../../../src/trust/lint/lint.js';
import type { Home } from '../../../src/trust/reach/question.js';
import { reachAll } from '../../../src/trust/reach/reach.js';
import { Tally } from '../../support/tally.js';
import { times } from '../../support/volume.js';

const HOST = 'token.actions.githubusercontent.com';
const GHE = 'https://token.actions.octocorp.ghe.com';
const WORKFLOW = 'octo-org/octo-repo/.github/workflows/deploy.yml@refs/heads/main';
const HOME: Home = { repository: 'octo-org/octo-repo', ownerId: '1', repositoryId: '2' };

const now = (): number => 0;
const policyFor = (home: Home): string => suggest(home, { account: '111122223333' }, now).text;
const conditionsFor = (home: Home): unknown => JSON.parse(policyFor(home)).Statement[0].Condition;

/** Tokens of this repository and of its neighbours, one for each way in which they can differ. */
function* neighbours(): Generator<TestToken> {
  const repositories = [
    ['octo-org', 'octo-repo', '1', '2'],
    ['octo-org', 'octo-repo', '1', '3'],
    ['octo-org', 'octo-repo-2', '1', '4'],
    ['evil', 'octo-repo', '5', '6'],
  ] as const;
  const refs = [
    'heads/main',
    'heads/x',
    'heads/release/1',
    'heads/v1',
    'tags/v1',
    'tags/main',
    'pull/1/merge',
  ];
  const environments = [undefined, 'production', 'Production', 'prod', 'a:b', 'a%3Ab', 'axb'];
  for (const [owner, name, ownerId, id] of repositories) {
    for (const ref of [...refs, 'merged']) {
      for (const environment of environments) {
        for (const workflow of [
          WORKFLOW,
          WORKFLOW.replace('deploy', 'x'),
          WORKFLOW.replace('octo', 'evil'),
        ]) {
          for (const repo of [`${owner}/${name}`, `${owner}@${ownerId}/${name}@${id}`]) {
            if (ref === 'merged' && environment !== undefined) continue;
            yield tokenOf({ owner, name, ownerId, id, ref, environment, workflow, repo });
          }
        }
      }
    }
  }
}

function tokenOf({ owner, name, ownerId, id, ref, environment, workflow, repo }: Parts): TestToken {
  const isPull = ref === 'merged' || ref.startsWith('pull/');
  const full = `refs/${ref === 'merged' ? 'heads/main' : ref}`;
  const run = isPull ? 'pull_request' : `ref:${full}`;
  return {
    iss: `https://${HOST}`,
    sub: `repo:${repo}:${environment === undefined ? run : `environment:${environment.replaceAll(':', '%3A')}`}`,
    aud: 'sts.amazonaws.com',
    repository: `${owner}/${name}`,
    repository_owner: owner,
    repository_id: id,
    repository_owner_id: ownerId,
    ref: full,
    event_name: isPull ? 'pull_request' : 'push',
    job_workflow_ref: workflow,
    ...(environment !== undefined && { environment }),
  };
}

type Parts = Readonly<
  Record<'owner' | 'name' | 'ownerId' | 'id' | 'ref' | 'workflow' | 'repo', string> & {
    environment: string | undefined;
  }
>;

function randomHome(random: Random): Home {
  const some = (texts: readonly [string, ...string[]]): readonly string[] =>
    random.times(random.below(3), () => random.pick(texts));
  const orNot = <T>(value: T): T | undefined => (random.chance(0.6) ? value : undefined);
  const branches = some(['main', 'x', 'release/*', 'r?lease/1', '*', 'v1']);
  return {
    repository: 'octo-org/octo-repo',
    ...(random.chance(0.7) && { ownerId: '1', repositoryId: '2' }),
    branches: branches.length === 0 ? undefined : branches,
    tags: some(['v*', 'v1', '*', 'main']),
    environments: orNot(some(['production', 'prod*', 'a:b', 'a?b', 'p?oduction', '*'])),
    workflows: orNot(some([WORKFLOW, '*/deploy.yml@refs/heads/*', 'octo-org/*'])),
  };
}

it('lets in exactly the tokens that are asked for', () => {
  const tally = new Tally('let in', 'kept out');
  const tokens = [...neighbours()];
  for (let seed = 0; seed < times(5, 40); seed++) {
    const random = new Random(seed);
    const home = randomHome(random);
    const text = policyFor(home);
    const policy = parseTrustPolicy(text);
    const words = wordsOf(JSON.parse(text), random);
    const attackers = random.times(80, () => randomToken(random, words, home));
    for (const token of [...tokens, ...attackers]) {
      const isAsked = isTokenOf('intended', token, home) && token['aud'] === 'sts.amazonaws.com';
      tally.count(isAsked ? 'let in' : 'kept out');
      if (lets(policy, token) !== isAsked) expect({ seed, home, text, token, isAsked }).toBe('right');
    }
    const answers = reachAll(policy, home).map(({ question, answer }) => [question, answer]);
    expect({ seed, answers }).toEqual({
      seed,
      answers: answers.map(([question]) => [question, question === 'intended' ? 'yes' : 'no']),
    });
  }
  tally.expectAllReached();
});

it.each<[string, Home]>([
  ['a branch', HOME],
  ['an environment', { ...HOME, environments: ['production'], branches: ['main', 'release/*'] }],
  ['a workflow', { ...HOME, template: 'immutable', workflows: [WORKFLOW], tags: ['v*'] }],
])('has nothing for the rules to object to: %s', (_, home) => {
  expect(lintTrust(parseTrustPolicy(policyFor(home)))).toEqual([]);
});

it('compares whole names where they are exact, and patterns where they are not', () => {
  expect(conditionsFor({ ...HOME, template: 'immutable', branches: ['main', `\${x}`, 'a$b'] })).toEqual({
    StringEquals: {
      [`${HOST}:aud`]: 'sts.amazonaws.com',
      [`${HOST}:sub`]: [
        'repo:octo-org@1/octo-repo@2:ref:refs/heads/main',
        `repo:octo-org@1/octo-repo@2:ref:refs/heads/\${$}{x}`,
        'repo:octo-org@1/octo-repo@2:ref:refs/heads/a$b',
      ],
    },
  });
  expect(
    conditionsFor({ ...HOME, template: 'immutable', tags: ['v?', 'latest'], branches: ['main'] }),
  ).toEqual({
    StringEquals: { [`${HOST}:aud`]: 'sts.amazonaws.com' },
    StringLike: {
      [`${HOST}:sub`]: [
        'repo:octo-org@1/octo-repo@2:ref:refs/heads/main',
        'repo:octo-org@1/octo-repo@2:ref:refs/tags/v?',
        'repo:octo-org@1/octo-repo@2:ref:refs/tags/latest',
      ],
    },
  });
});

it('compares the environment itself where a subject could be another one’s', () => {
  const environments = ['a:b'];
  expect(conditionsFor({ ...HOME, template: 'immutable', environments })).toEqual({
    StringEquals: {
      [`${HOST}:aud`]: 'sts.amazonaws.com',
      [`${HOST}:sub`]: 'repo:octo-org@1/octo-repo@2:environment:a%3Ab',
      [`${HOST}:ref`]: 'refs/heads/main',
      [`${HOST}:environment`]: 'a:b',
    },
  });
});

it.each<[readonly string[], Home, unknown]>([
  [
    ['context'],
    HOME,
    { sub: 'ref:refs/heads/main', repository: HOME.repository, repository_id: '2', repository_owner_id: '1' },
  ],
  [
    ['job_workflow_ref', 'context'],
    { ...HOME, workflows: [WORKFLOW] },
    {
      sub: `job_workflow_ref:${WORKFLOW}:ref:refs/heads/main`,
      repository: HOME.repository,
      repository_id: '2',
      repository_owner_id: '1',
      job_workflow_ref: WORKFLOW,
    },
  ],
  [
    ['repository_owner', 'repository_owner_id', 'repository_id', 'repository', 'environment', 'ref'],
    { ...HOME, environments: ['production'] },
    {
      sub: 'repository_owner:octo-org:repository_owner_id:1:repository_id:2:repository:octo-org/octo-repo:environment:production:ref:refs/heads/main',
      repository: HOME.repository,
      ref: 'refs/heads/main',
    },
  ],
])('reads a customised subject: %j', (template, home, claims) => {
  const own = Object.fromEntries(
    Object.entries({ aud: 'sts.amazonaws.com', ...Object(claims) }).map(([name, value]) => [
      `${HOST}:${name}`,
      value,
    ]),
  );
  expect(conditionsFor({ ...home, template })).toEqual({ StringEquals: own });
});

it('has wildcards for what a customised subject says beside', () => {
  const template = ['repository_id', 'context', 'ref_type', 'actor', 'job_workflow_ref'];
  expect(conditionsFor({ ...HOME, tags: ['v1'], workflows: ['*/x.yml@*'], template })).toMatchObject({
    StringLike: {
      [`${HOST}:sub`]: [
        'repository_id:2:ref:refs/heads/main:ref_type:branch:actor:*:job_workflow_ref:*/x.yml@*',
        'repository_id:2:ref:refs/tags/v1:ref_type:tag:actor:*:job_workflow_ref:*/x.yml@*',
      ],
    },
  });
});

it('suggests for other issuers of GitHub what their subjects can tell apart', () => {
  expect(
    conditionsFor({
      ...HOME,
      issuer: 'https://ghes.example.com/_services/token',
      ownerId: undefined,
      repositoryId: undefined,
    }),
  ).toEqual({
    StringEquals: {
      'ghes.example.com/_services/token:aud': 'sts.amazonaws.com',
      'ghes.example.com/_services/token:sub': 'repo:octo-org/octo-repo:ref:refs/heads/main',
    },
  });
  expect(conditionsFor({ ...HOME, issuer: GHE, template: 'immutable' })).toEqual({
    StringEquals: {
      'token.actions.octocorp.ghe.com:aud': 'sts.amazonaws.com',
      'token.actions.octocorp.ghe.com:sub': 'repo:octo-org@1/octo-repo@2:ref:refs/heads/main',
    },
  });
});

it.each<[string, Home, RegExp]>([
  [
    'ids that no claim has',
    { ...HOME, issuer: GHE },
    /With the closest one: recycled-name: .*evaluates only sub and aud/,
  ],
  [
    'a ref that the subject of an environment does not have',
    { ...HOME, issuer: GHE, template: 'immutable', environments: ['production'] },
    /any-ref-in-environment: The branch \S+ of octo-org\/octo-repo from an environment named production gets in/,
  ],
  [
    'an environment whose subject is another one’s',
    { repository: 'o/r', issuer: GHE, template: ['repo', 'context', 'ref'], environments: ['a:b'] },
    /--suggest: no policy was found/,
  ],
  [
    'a pattern that its subject does not keep to',
    {
      repository: 'o/r',
      issuer: 'https://ghes.example.com/_services/token',
      template: ['repo', 'context', 'ref'],
      environments: ['a?b'],
    },
    /does not get in, although it should/,
  ],
  [
    'a subject without the kind of run',
    { ...HOME, template: ['repo'] },
    /pull-request: A pull request merged into the branch main of octo-org\/octo-repo/,
  ],
  [
    'more subjects than fit',
    { ...HOME, branches: Array.from({ length: 101 }, (_, index) => `b${index}`) },
    /more than 200 different subjects/,
  ],
  [
    'a policy that is too long',
    { ...HOME, branches: Array.from({ length: 60 }, (_, index) => `branch-${index}`) },
    /would have \d+ characters, and IAM allows 4096/,
  ],
  [
    'tokens that are not of GitHub',
    { ...HOME, issuer: 'https://gitlab.com' },
    /--issuer: got "https:\/\/gitlab.com"; allowed/,
  ],
])('refuses what cannot be expressed: %s', (_, home, message) => {
  expect(() => policyFor(home)).toThrow(message);
});

it('says what the reader must do or know', () => {
  const notes = (home: Home, options = {}) => suggest(home, options, now).notes;
  expect(notes(HOME, { account: '111122223333' })).toEqual([]);
  expect(notes({ repository: 'octo-org/octo-repo', ownerId: '1' }, { format: 'terraform' })).toEqual([
    "Without --repository-id, a repository that takes over the name octo-org/octo-repo can get in. To see the ids: gh api repos/octo-org/octo-repo --jq '.owner.id, .id'",
  ]);
  const branches = Array.from({ length: 20 }, (_, index) => `branch-${index}`);
  expect(notes({ ...HOME, branches })).toEqual([
    'Replace ACCOUNT_ID by the account of the role, or give --account.',
    expect.stringMatching(/^The policy has \d{4} characters; the quota is 2048 unless it has been raised\.$/),
  ]);
});
