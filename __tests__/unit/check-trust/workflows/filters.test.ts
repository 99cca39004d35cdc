import { JobQuestions } from '../../../../src/check-trust/workflows/answers.js';
import { readOwnWorkflows } from '../../../../src/check-trust/workflows/own-workflows.js';
import { parseTrustPolicy } from '../../../../src/trust/language/parse.js';
import { decide } from '../../../../src/trust/reach/evaluator.js';
import { directoryWith } from '../../../support/check-trust.js';
import { trusting } from '../../../support/own-workflows.js';
import { Tally } from '../../../support/tally.js';
import { PROVIDER } from '../../../support/trust-policies.js';
import { times } from '../../../support/volume.js';

/*
 * Random filters and policies over a few branches, each decided one by one: by a regular expression made from GitHub's
 * page on filter patterns, and by the evaluator.
 */

const BRANCHES = [
  'main',
  'dev',
  'a',
  'aa',
  'ab',
  'b',
  'a/b',
  'a/b/c',
  'r/1',
  'r/12',
  'r/x',
  'v1',
  'v1.0',
  'x/main',
];
const FILTERS = [
  'main',
  '**',
  '*',
  'a*',
  'a+',
  'ab?',
  'a/**',
  '**/main',
  'r/[0-9]',
  'r/[0-9]+',
  'v*',
  '*/*',
  '[a-b]',
  '!a/**',
  '!main',
];
const SUBJECTS = ['*', 'a*', 'main', 'a', 'r/?', 'r/*', 'v1*', '?', '*/*', 'dev'];

/** Numbers that look random, the same in every run. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function expressionOf(filter: string): RegExp {
  const source = filter
    .replace(/^!/, '')
    .replace(
      /\*\*\/|\*\*|\*|[./]/g,
      (one) => ({ '**/': '(.*/)?', '**': '.*', '*': '[^/]*' })[one] ?? `\\${one}`,
    );
  return new RegExp(`^${source}$`);
}

function lets(filters: readonly string[], branch: string, isIgnored: boolean): boolean {
  const last = filters.findLast((filter) => expressionOf(filter).test(branch));
  const isMatch = last !== undefined && !last.startsWith('!');
  return isMatch !== isIgnored;
}

const HOME = { repository: 'octo-org/octo-repo', template: 'default' } as const;

test('what a job can assume agrees with the evaluator, branch by branch', () => {
  const next = generator(11);
  const pick = (all: readonly string[]): string => all[next(all.length)] ?? '';
  const tally = new Tally('no', 'yes', 'only-if');
  for (let round = 0; round < times(60, 300); round++) {
    const isIgnored = next(4) === 0;
    const all = Array.from({ length: 1 + next(3) }, () => pick(FILTERS));
    const filters = isIgnored ? all.map((one) => one.replace('!', '')) : all;
    const subjects = Array.from(
      { length: 1 + next(2) },
      () => `repo:octo-org/octo-repo:ref:refs/heads/${pick(SUBJECTS)}`,
    );
    const name = isIgnored ? 'branches-ignore' : 'branches';
    const text = `on: { push: { ${name}: ${JSON.stringify(filters)} } }\npermissions: write-all\njobs: { a: {} }`;
    const directory = directoryWith({ 'ci.yml': text });
    const { jobs, problems } = readOwnWorkflows(['ci.yml'], directory, HOME);
    const policy = parseTrustPolicy(trusting({ sub: subjects }));
    const [answer] = new JobQuestions(jobs, HOME, {}).answers(policy);
    const started = BRANCHES.filter((branch) => lets(filters, branch, isIgnored));
    const letIn = started.filter((branch) => {
      const ref = `refs/heads/${branch}`;
      const claims = {
        iss: 'https://token.actions.githubusercontent.com',
        aud: 'sts.amazonaws.com',
        sub: `repo:octo-org/octo-repo:ref:${ref}`,
        ref,
      };
      return decide(policy, PROVIDER, claims).decision === 'allow';
    });
    const where = JSON.stringify({ name, filters, subjects, answer });
    expect([where, problems]).toEqual([where, []]);
    tally.count(answer?.answer === 'no' || answer?.answer === 'yes' ? answer.answer : 'only-if');
    if (answer?.answer === 'no') expect([where, letIn]).toEqual([where, []]);
    if (answer?.answer === 'yes') expect([where, letIn]).toEqual([where, started]);
    const ref = answer?.witness?.['ref']?.replace('refs/heads/', '');
    if (ref !== undefined) expect([where, lets(filters, ref, isIgnored)]).toEqual([where, true]);
    if (answer?.answer === 'only-if') expect([where, answer.when.length > 0]).toEqual([where, true]);
  }
  tally.expectAllReached();
});
