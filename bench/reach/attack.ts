import { Context } from '../../src/trust/evaluate/context.js';
import { evaluateTrust } from '../../src/trust/evaluate/evaluate.js';
import { parseTrustPolicy } from '../../src/trust/language/parse.js';
import type { TrustPolicy } from '../../src/trust/language/policy.js';
import { webIdentityContext } from '../../src/trust/oidc/request-context.js';
import {
  type Answer,
  type Home,
  QUESTIONS,
  type Question,
  type ReachOptions,
} from '../../src/trust/reach/question.js';
import { reachAll } from '../../src/trust/reach/reach.js';
import { isTokenOf } from './kind-of-token.js';
import type { Random } from './random.js';
import { type PolicyDocument, PROVIDER } from './random-policy.js';
import { randomToken, type TestToken, wordsOf } from './random-token.js';

/** What was found about one policy. */
export interface Attack {
  readonly answers: readonly Answer[];
  /** Answers that are wrong, with what shows it. */
  readonly faults: readonly string[];
  /** What the questions took, without the attack. */
  readonly ms: number;
}

/** Asks everything of a policy, lets the evaluator confirm every witness, and looks for tokens against every proof. */
export function attack(
  document: PolicyDocument,
  home: Home,
  random: Random,
  tokens: number,
  options: ReachOptions = {},
): Attack {
  const policy = parseTrustPolicy(JSON.stringify(document));
  const before = performance.now();
  const answers = reachAll(policy, home, options);
  const ms = performance.now() - before;
  const faults = answers.flatMap((answer) => witnessFault(policy, answer, home) ?? []);
  const proved = answers.flatMap(({ answer, question }) => (answer === 'no' ? [question] : []));
  const words = wordsOf(document, random);
  for (let count = 0; count < tokens && proved.length > 0; count++) {
    const token = randomToken(random, words, home);
    const broken = lets(policy, token, randomKeys(random))
      ? proved.filter((one) => isTokenOf(one, token, home))
      : [];
    for (const question of broken) faults.push(`${question} is no proof: ${JSON.stringify(token)}`);
  }
  return { answers, faults: faults.slice(0, 5), ms };
}

/** Why a witness is wrong; undefined where it is right. */
function witnessFault(policy: TrustPolicy, answer: Answer, home: Home): string | undefined {
  if (answer.answer === 'no' || answer.answer === 'unknown') return undefined;
  const { question, witness } = answer;
  const keys = answer.answer === 'depends' ? Object.entries(answer.suppose) : [];
  if (!lets(policy, witness, keys)) return `${question}: the evaluator refuses ${JSON.stringify(witness)}`;
  if (!isTokenOf(question, witness, home)) return `${question} is not about ${JSON.stringify(witness)}`;
  const names = [
    'iss',
    'sub',
    'aud',
    'repository',
    'repository_id',
    'repository_owner_id',
    'ref',
    'actor',
    'workflow',
  ];
  const missing = names.find((name) => witness[name] === undefined);
  return missing === undefined ? undefined : `${question}: the witness has no ${missing}`;
}

/** Whether the evaluator lets a token in. */
export function lets(
  policy: TrustPolicy,
  token: TestToken,
  keys: readonly (readonly [string, string])[] = [],
): boolean {
  const known = webIdentityContext(token, { providerArn: PROVIDER, keys });
  const context = new Context(known.keys().map((key) => [key, known.get(key)] as const));
  const principal = { type: 'Federated', provider: PROVIDER } as const;
  return (
    evaluateTrust(policy, { action: 'sts:AssumeRoleWithWebIdentity', principal, context }).decision ===
    'allow'
  );
}

/** Keys that only AWS knows, as they may be. */
function randomKeys(random: Random): readonly (readonly [string, string])[] {
  const all = [
    ['aws:SourceIp', random.pick(['10.0.0.1', '203.0.113.7'])],
    ['aws:PrincipalOrgID', random.pick(['o-1', 'o-2'])],
    ['aws:SourceVpc', 'vpc-1'],
    ['aws:CurrentTime', random.pick(['2026-06-01T00:00:00Z', '2025-06-01T00:00:00Z'])],
    ['aws:PrincipalTag/team', random.pick(['octo-org', 'x', 'octo-repo'])],
  ] as const;
  return all.filter(() => random.chance(0.5));
}

/** Homes to ask about: with and without ids, environments, workflows. */
export const HOMES: readonly [Home, ...Home[]] = [
  { repository: 'octo-org/octo-repo' },
  {
    repository: 'octo-org/octo-repo',
    ownerId: '1',
    repositoryId: '2',
    tags: ['v*'],
    environments: ['production'],
    workflows: ['octo-org/octo-repo/.github/workflows/deploy.yml@refs/heads/main'],
  },
  {
    repository: 'octo-org/octo-repo',
    ownerId: '1',
    branches: ['main', 'release/*'],
    environments: ['prod*', 'a:b'],
  },
];

export { QUESTIONS, type Question };
