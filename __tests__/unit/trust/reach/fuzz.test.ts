import { attack, HOMES, lets } from '../../../../bench/reach/attack.js';
import { isTokenOf } from '../../../../bench/reach/kind-of-token.js';
import { Random } from '../../../../bench/reach/random.js';
import { type PolicyDocument, randomPolicy, randomStatement } from '../../../../bench/reach/random-policy.js';
import { randomToken, type TestToken, wordsOf } from '../../../../bench/reach/random-token.js';
import { parseTrustPolicy } from '../../../../src/trust/language/parse.js';
import { reachDifference } from '../../../../src/trust/reach/difference.js';
import { kindOf } from '../../../../src/trust/reach/kinds.js';
import { type Home, QUESTIONS, type Question } from '../../../../src/trust/reach/question.js';
import { reachAll } from '../../../../src/trust/reach/reach.js';
import { isOfKind } from '../../../../src/trust/reach/token.js';
import { variable } from '../../../support/trust-policies.js';
import { SEED, times } from '../../../support/volume.js';
import { allow, deny, key, policyOf } from './support.js';

/** Where the seeds begin: `npm run fuzz` gives another one each time. */
const FIRST = (SEED - 1) * 1_000_003;

const parse = (document: PolicyDocument) => parseTrustPolicy(JSON.stringify(document));

it('confirms every witness and breaks no proof of random policies', () => {
  for (let seed = FIRST; seed < FIRST + times(12, 300); seed++) {
    const random = new Random(seed);
    const policy = randomPolicy(random);
    const { faults } = attack(policy, random.pick(HOMES), random, 200);
    expect({ seed, policy, faults }).toEqual({ seed, policy, faults: [] });
  }
});

it('never lets anybody else in for another Deny, nor fewer for another Allow', () => {
  for (let seed = FIRST; seed < FIRST + times(10, 300); seed++) {
    const random = new Random(1000 + seed);
    const home = random.pick(HOMES);
    const policy = randomPolicy(random);
    const more = randomStatement(random);
    const longer = { ...policy, Statement: [...policy.Statement, more] };
    const [before, after] = [policy, longer].map((one) => reachAll(parse(one), home));
    const [wide, narrow] = more.Effect === 'Allow' ? [after, before] : [before, after];
    const contradictions = (narrow ?? []).filter(
      ({ question, answer }) =>
        answer === 'yes' && wide?.some((one) => one.question === question && one.answer === 'no'),
    );
    expect({ seed, contradictions }).toEqual({ seed, contradictions: [] });
    const change = reachDifference(parse(policy), parse(longer), home);
    expect(more.Effect === 'Allow' ? change.lost.answer : change.gained.answer).not.toMatch(
      /^(yes|depends)$/,
    );
  }
});

it('takes a token for what the questions say it is, by its claims alone', () => {
  const found = new Map<Question, Set<boolean>>(QUESTIONS.map((one) => [one, new Set()]));
  for (let seed = FIRST; seed < FIRST + times(12, 60); seed++) {
    const random = new Random(2000 + seed);
    const home = random.pick(HOMES);
    const words = wordsOf(randomPolicy(random), random);
    const tokens = random.times(200, () => randomToken(random, words, home));
    for (const question of QUESTIONS) {
      const kind = kindOf(question, home);
      if (kind === undefined) continue;
      for (const token of tokens) found.get(question)?.add(isTokenOf(question, token, home));
      const wrong = tokens.filter((token) => isOfKind(token, kind) !== isTokenOf(question, token, home));
      expect({ seed, home, question, wrong }).toEqual({ seed, home, question, wrong: [] });
    }
  }
  for (const [question, both] of found) expect([question, both.size]).toEqual([question, 2]);
});

describe('beside all tokens over a small alphabet', () => {
  const home: Home = {
    repository: 'a/b',
    ownerId: '1',
    repositoryId: '2',
    branches: ['a'],
    environments: ['a'],
  };
  const FOREIGN: readonly Question[] = ['other-owner', 'other-repository', 'recycled-name'];
  const texts = ['a', 'b', 'ab', 'c'];

  /** Every token with these names, in GitHub's own forms. */
  const tokens: readonly TestToken[] = texts.flatMap((owner) =>
    ['a', 'b', 'ab', 'c', 'bc'].flatMap((name) => {
      const isHome = owner === 'a' && name === 'b';
      const [ownerId, id] = [owner === 'a' ? '1' : '3', isHome ? '2' : '4'];
      const recycled = isHome ? [id, '5'] : [id];
      return recycled.flatMap((repositoryId) => tokensOf(owner, name, ownerId, repositoryId));
    }),
  );

  function tokensOf(owner: string, name: string, ownerId: string, id: string): readonly TestToken[] {
    const refs = [
      ...texts.flatMap((text) => [`refs/heads/${text}`, `refs/tags/${text}`]),
      'refs/pull/1/merge',
    ];
    return refs.flatMap((ref) =>
      [undefined, 'a', 'b', 'ab', 'pull_request'].flatMap((environment) =>
        [true, false].flatMap((isImmutable) => {
          const isPull = ref.startsWith('refs/pull/');
          const repo = isImmutable ? `${owner}@${ownerId}/${name}@${id}` : `${owner}/${name}`;
          const run = isPull ? 'pull_request' : `ref:${ref}`;
          return {
            iss: 'https://token.actions.githubusercontent.com',
            sub: `repo:${repo}:${environment === undefined ? run : `environment:${environment}`}`,
            aud: 'sts.amazonaws.com',
            repository: `${owner}/${name}`,
            repository_owner: owner,
            repository_id: id,
            repository_owner_id: ownerId,
            ref,
            event_name: isPull ? 'pull_request' : 'push',
            ...(environment !== undefined && { environment }),
          };
        }),
      ),
    );
  }

  const subjects = [
    'repo:a/b:*',
    'repo:a*',
    'repo:a/?:*',
    'repo:*/b:ref:refs/heads/a',
    '*:pull_request',
    'repo:a/b:environment:a',
    '*',
    `repo:${variable(key('REPOSITORY'))}:*`,
  ] as const;
  const environments = [
    'a',
    '*b',
    '*',
    variable(key('ENVIRONMENT')),
    variable(key('repository_id')),
  ] as const;
  const refs = ['refs/heads/a', 'refs/heads/*b', 'refs/tags/*', 'refs/pull/*', '*a'] as const;
  const operators = ['StringLike', 'StringNotLike', 'StringLikeIfExists'] as const;

  it.each([1, 2, 3, 4])('misses no token that is let in (%i)', (seed) => {
    const random = new Random(FIRST + seed);
    for (let count = 0; count < times(2, 40); count++) {
      const statements = [
        allow({
          StringLike: { sub: random.pick(subjects) },
          [random.pick(operators)]: { ref: random.pick(refs) },
        }),
        deny({ [random.pick(operators)]: { sub: random.pick(subjects), ref: random.pick(refs) } }),
        allow({
          [random.pick(operators)]: { repository: ['a/b', 'ab/*'], environment: random.pick(environments) },
        }),
        deny({ [random.pick(operators)]: { environment: random.pick(environments) } }),
      ].filter(() => random.chance(0.6));
      const policy = policyOf(...statements);
      const hasVariables = JSON.stringify(statements).includes('${');
      const inside = tokens.filter((token) => lets(policy, token));
      for (const answer of reachAll(policy, home)) {
        const { question } = answer;
        const isThere = inside.some((token) => isTokenOf(question, token, home));
        // How others customise their subjects may be all that is not known.
        const isOpen = hasVariables || (!isThere && FOREIGN.includes(question));
        const possible = [isThere ? 'yes' : 'no|yes', ...(isOpen ? ['unknown'] : [])].join('|');
        expect([statements, question, answer.answer]).toEqual([
          statements,
          question,
          expect.stringMatching(`^(${possible})$`),
        ]);
      }
    }
  });
});
