import { lets } from '../../../../bench/reach/attack.js';
import { Random } from '../../../../bench/reach/random.js';
import { parseTrustPolicy } from '../../../../src/trust/language/parse.js';
import { ReachMemory } from '../../../../src/trust/reach/memory.js';
import type { Home } from '../../../../src/trust/reach/question.js';
import { reachAll } from '../../../../src/trust/reach/reach.js';
import { times } from '../../../support/volume.js';
import { allow, deny, policyOf } from './support.js';

const HOME: Home = { repository: 'octo-org/octo-repo', environments: ['production'], tags: ['v*'] };
const WITH_IDS: Home = { ...HOME, ownerId: '65', repositoryId: '74' };

const REPOSITORIES = [
  'octo-org/a',
  'octo-org/b-2',
  'octo-org/octo',
  'octo-org/octo-repo',
  'octo-org/octo-repo-2',
  'octo-org/main',
  'other/a',
  'Octo-Org/octo-repo',
  'octo-org@65/a@7',
  'octo-org@65/b@74',
  'octo-org@65/c@8',
  'octo-org@66/d@9',
] as const;
const ENDS = [
  ':*',
  '*',
  ':ref:refs/heads/main',
  ':ref:refs/heads/*',
  ':environment:production',
  ':pull_request',
  '*:ref:refs/tags/v1',
] as const;

function documentFor(random: Random, repository: string): object {
  const [plain = ''] = [repository.replace(/@\d+/g, '')];
  const end = random.pick(ENDS);
  const more = random.pick<Readonly<Record<string, string>>>([
    {},
    { repository: plain },
    { repository_id: '74' },
    { ref: 'refs/heads/main' },
    { repository: 'octo-org/*' },
    { job_workflow_ref: `${plain}/.github/workflows/a.yml@refs/heads/main` },
    { 'aws:SourceIp': '10.0.0.0/8' },
  ]);
  const statements = [
    allow({ StringLike: { sub: `repo:${repository}${end}` }, StringEquals: more }),
    random.pick([
      allow({ StringEquals: { sub: `repo:${repository}:environment:staging` } }),
      deny({ StringLike: { sub: '*:pull_request' } }),
      allow({ StringEquals: { sub: 'repo:octo-org/fixed:pull_request' } }),
    ]),
  ].slice(0, random.pick([1, 2]));
  return { Version: '2012-10-17', Statement: statements };
}

it.each([
  ['without ids', HOME],
  ['with ids', WITH_IDS],
])('answers about one policy serve another like it as if they were its own: %s', (_, home) => {
  const memory = new ReachMemory(home);
  for (let seed = 0; seed < times(40, 150); seed++) {
    const random = new Random(seed);
    const document = documentFor(random, random.pick(REPOSITORIES));
    const policy = parseTrustPolicy(JSON.stringify(document));
    const [known, fresh] = [memory.answers(policy), reachAll(policy, home)];
    const kinds = (answers: typeof fresh) =>
      answers.map((one) => [one.question, one.answer, 'reason' in one ? one.reason : undefined]);
    expect({ seed, document, kinds: kinds(known) }).toEqual({ seed, document, kinds: kinds(fresh) });
    for (const one of known) {
      if (one.answer === 'yes')
        expect([document, one, lets(policy, one.witness)]).toEqual([document, one, true]);
    }
  }
});

it('the names and ids in an answer are those of the policy', () => {
  const memory = new ReachMemory(WITH_IDS);
  const answers = (repository: string) => {
    const statement = allow({ StringLike: { sub: `repo:${repository}:ref:refs/heads/*` } });
    const text = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
    return memory.answers(parseTrustPolicy(text)).find(({ question }) => question === 'other-repository');
  };
  expect(answers('octo-org@65/first@7')).toMatchObject({ answer: 'yes' });
  expect(answers('octo-org@65/second@88')).toMatchObject({
    answer: 'yes',
    because: expect.stringContaining('octo-org/second'),
    witness: {
      sub: expect.stringMatching(/^repo:octo-org@65\/second@88:ref:/),
      repository: 'octo-org/second',
      repository_id: '88',
    },
  });
});

it('what there was no time for is asked again', () => {
  let [time, step] = [0, 1];
  const memory = new ReachMemory(HOME, { maxMs: 3, now: () => (time += step) });
  const policy = policyOf(allow({ StringLike: { sub: 'repo:octo-org/octo-repo-2:*' } }));
  const answers = () => memory.answers(policy).map((one) => ('reason' in one ? one.reason : one.answer));
  const hurried = answers();
  expect(hurried).toContain('time');
  expect(hurried).toContain('no');
  step = 0;
  expect(answers()).not.toContain('time');
});
