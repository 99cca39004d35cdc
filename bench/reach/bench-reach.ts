import { parseTrustPolicy } from '../../src/trust/language/parse.js';
import { lintTrust } from '../../src/trust/lint/lint.js';
import { reachAll } from '../../src/trust/reach/reach.js';
import { measureFleet } from './fleet.js';
import { type Measured, measure, measurePolicies } from './public.js';
import { Random } from './random.js';
import { PROVIDER, randomPolicy, type StatementDocument } from './random-policy.js';

/** Times questions to policies: random ones, large ones, and those of a directory where one is given. */
export async function benchReach(directory: string | undefined): Promise<void> {
  const random = Array.from({ length: 300 }, (_, seed) => randomPolicy(new Random(seed)));
  show(
    'random policies',
    random.flatMap((policy) => measure('octo-org+octo-repo--random', parse(policy))),
  );
  if (directory !== undefined) show(`policies of ${directory}`, await measurePolicies(directory));
  for (const [name, statements] of large()) {
    const policy = parse({ Version: '2012-10-17', Statement: statements });
    const before = performance.now();
    const answers = reachAll(policy, HOME, { now: () => performance.now() });
    const unknown = answers.filter(({ answer }) => answer === 'unknown').length;
    const ms = (performance.now() - before).toFixed(0);
    console.log(`3,000 statements, ${name}: ${ms} ms for ${answers.length} questions, ${unknown} unknown`);
    const linting = performance.now();
    lintTrust(policy);
    console.log(`3,000 statements, ${name}: ${(performance.now() - linting).toFixed(0)} ms for all rules`);
  }
  await measureFleet(5000);
  console.log(
    '\nGoals: a median of 5 ms a question, 2,000 ms at most; 3,000 statements within 2,000 ms a question, 5,000 roles within 20 s and 500 MB.',
  );
}

const HOME = {
  repository: 'octo-org/octo-repo',
  ownerId: '1',
  repositoryId: '2',
  environments: ['production'],
};
const KEY = 'token.actions.githubusercontent.com';

function parse(policy: unknown): ReturnType<typeof parseTrustPolicy> {
  return parseTrustPolicy(JSON.stringify(policy));
}

function show(name: string, measured: readonly Measured[]): void {
  const times = measured.map(({ ms }) => ms).sort((one, other) => one - other);
  const at = (share: number): string =>
    (times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0).toFixed(2);
  const counts = new Map<string, number>();
  for (const { answer } of measured) counts.set(answer, (counts.get(answer) ?? 0) + 1);
  const answers = [...counts].map(([answer, count]) => `${count} ${answer}`).join(', ');
  const files = new Set(measured.map(({ file }) => file)).size;
  console.log(`${name}: ${measured.length} questions (${files} files): ${answers}`);
  console.log(`  ms a question: median ${at(0.5)}, 95% ${at(0.95)}, most ${at(1)}\n`);
}

type Conditions = NonNullable<StatementDocument['Condition']>;

function large(): readonly (readonly [string, readonly StatementDocument[]])[] {
  const each = (make: (index: number) => Conditions): readonly StatementDocument[] =>
    Array.from({ length: 3000 }, (_, index) => statement(make(index)));
  const aud = { [`${KEY}:aud`]: ['sts.amazonaws.com'] };
  return [
    [
      'a branch each of as many repositories',
      each((index) => ({
        StringEquals: { ...aud, [`${KEY}:sub`]: [`repo:octo-org/service-${index}:ref:refs/heads/main`] },
      })),
    ],
    [
      'as many repositories by patterns',
      each((index) => ({
        StringEquals: aud,
        StringLike: { [`${KEY}:sub`]: [`repo:octo-org/service-${index}:*`] },
      })),
    ],
    [
      'as many ids',
      each((index) => ({ StringEquals: { ...aud, [`${KEY}:repository_id`]: [String(1000 + index)] } })),
    ],
    [
      'a subject and a workflow each',
      each((index) => ({
        StringEquals: {
          ...aud,
          [`${KEY}:sub`]: [`repo:octo-org/service-${index}:ref:refs/heads/main`],
          [`${KEY}:job_workflow_ref`]: [
            `octo-org/service-${index}/.github/workflows/deploy.yml@refs/heads/main`,
          ],
        },
      })),
    ],
  ];
}

function statement(conditions: Conditions): StatementDocument {
  return {
    Effect: 'Allow',
    Action: 'sts:AssumeRoleWithWebIdentity',
    Principal: { Federated: PROVIDER },
    Condition: conditions,
  };
}
