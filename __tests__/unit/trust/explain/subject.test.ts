import { explainTrust } from '../../../../src/trust/explain/explain.js';
import { parseTrustPolicy } from '../../../../src/trust/language/parse.js';
import type { Claims } from '../../../../src/trust/oidc/claims.js';
import { webIdentityContext } from '../../../../src/trust/oidc/request-context.js';
import { PROVIDER } from '../../../support/trust-policies.js';

const HOST = 'token.actions.githubusercontent.com';
const MAIN = 'repo:octo-org@65/octo-repo@74:ref:refs/heads/main';

function explain(operator: string, key: string, value: string | string[], claims: Claims) {
  const all = { iss: `https://${HOST}`, aud: 'sts.amazonaws.com', ...claims };
  const statement = {
    Effect: 'Allow',
    Principal: { Federated: PROVIDER },
    Action: 'sts:AssumeRoleWithWebIdentity',
    Condition: { [operator]: { [`${HOST}:${key}`]: value } },
  };
  const policy = parseTrustPolicy(JSON.stringify({ Version: '2012-10-17', Statement: statement }));
  return explainTrust(policy, {
    actions: ['sts:AssumeRoleWithWebIdentity'],
    principal: { type: 'Federated', provider: PROVIDER },
    context: webIdentityContext(all),
    claims: all,
  });
}

const ofSubject = (wanted: string | string[], sub: string, operator = 'StringLike') =>
  explain(operator, 'sub', wanted, { sub }).failures[0];

describe('the ids of the policy', () => {
  it.each([
    ['a repository', 'repo:octo-org@65/octo-repo@74:ref:refs/heads/main', '@65', '@99'],
    ['a repository, for another ref', 'repo:octo-org@65/octo-repo@74:ref:refs/heads/release', '@65', '@99'],
    ['an owner', 'repo:octo-org@65/octo-repo@74:ref:refs/heads/main', '@66', '@99'],
    ['an owner, of any repository', 'repo:octo-org@65/*', '@66', '@99'],
    ['an owner alone', 'repo:octo-org@65/octo-repo:ref:refs/heads/main', '@66', '@99'],
    ['a repository in other letters', 'repo:Octo-Org@65/octo-repo@74:ref:refs/heads/main', '@65', '@99'],
  ])('keep out who has taken over the name of %s', (_, wanted, owner, repository) => {
    const failure = ofSubject(wanted, `repo:octo-org${owner}/octo-repo${repository}:ref:refs/heads/main`);
    expect(failure).toMatchObject({
      id: 'other-ids',
      why: expect.stringContaining('another repository or owner with the same name'),
      fix: expect.stringMatching(/^Only if the owner recreated the repository on purpose/),
    });
  });

  it.each(['repository_id', 'repository_owner_id'])('keep out by %s alone', (claim) => {
    expect(explain('StringEquals', claim, '74', { [claim]: '99' }).failures[0]).toMatchObject({
      id: 'other-ids',
      fix: expect.stringMatching(/^Only if it was recreated on purpose/),
    });
  });

  it.each([
    ['no ids', 'repo:octo-org/octo-repo:ref:refs/heads/main'],
    ["the owner's alone", 'repo:octo-org@65/octo-repo:ref:refs/heads/main'],
    ["the repository's alone", 'repo:octo-org/octo-repo@74:ref:refs/heads/main'],
    ['none, and a pattern before the names', '*/octo-repo:ref:refs/heads/main'],
    ['none in one of the values', 'repo:octo-org/octo-repo:ref:refs/heads/main'],
  ])('are missing where the names are right: %s', (_, wanted) => {
    expect(ofSubject(['repo:octo-org@1/octo-repo@2:*', wanted], MAIN)).toMatchObject({
      id: 'immutable-subject',
      fix: `Use "${MAIN}".`,
    });
  });
});

describe('two things that are wrong with a subject are both told', () => {
  it.each<[string, string, string, string, RegExp, string]>([
    [
      'immutable-subject',
      'ids and the branch',
      'repo:octo-org/octo-repo:ref:refs/heads/release',
      MAIN,
      /with the ids .* The run is for "refs\/heads\/main"\.$/,
      `Write the repository as "repo:octo-org@65/octo-repo@74:". Run the job on "refs/heads/release", which the policy names, or add "${MAIN}" to the values.`,
    ],
    [
      'immutable-subject',
      'ids and upper case',
      'repo:Octo-Org/octo-repo:*',
      MAIN,
      /with the ids .* also differ in upper and lower case\.$/,
      'Use "repo:octo-org@65/octo-repo@74:*".',
    ],
    [
      'legacy-subject',
      'no ids and an environment',
      'repo:octo-org@65/octo-repo@74:ref:refs/heads/main',
      'repo:octo-org/octo-repo:environment:production',
      /with ids; .* The job names an environment/,
      'Opt the repository in to immutable subjects, or write it as "repo:octo-org/octo-repo:". Use "repo:octo-org/octo-repo:environment:production", and',
    ],
    [
      'case',
      'upper case and the branch',
      'repo:Octo-Org@65/octo-repo@74:ref:refs/heads/release',
      MAIN,
      /upper and lower case, .* The run is for/,
      'Write the repository as "repo:octo-org@65/octo-repo@74:". Run the job on',
    ],
  ])('%s: %s', (id, _, wanted, sub, why, fix) => {
    const failure = ofSubject(wanted, sub);
    expect(failure).toMatchObject({ id, why: expect.stringMatching(why) });
    expect(failure?.fix).toContain(fix);
  });
});

it.each<[string, string | string[], string, string]>([
  [
    'environment-missing',
    'repo:octo-org/octo-repo:environment:production',
    'repo:octo-org/octo-repo:pull_request',
    'Give the job environment: "production".',
  ],
  [
    'environment-missing',
    'repo:octo-org/octo-repo:environment:prod-*',
    'repo:octo-org/octo-repo:pull_request',
    'Give the job an environment: whose name matches "prod-*".',
  ],
  [
    'environment-missing',
    ['repo:octo-org/octo-repo:environment:production', 'repo:octo-org/other:pull_request'],
    'repo:octo-org/octo-repo:pull_request',
    'Give the job environment: "production".',
  ],
  [
    'subject-goes-on',
    'repo:octo-org/octo-repo:',
    'repo:octo-org/octo-repo:ref:refs/heads/main',
    'Use "repo:octo-org/octo-repo:ref:refs/heads/main".',
  ],
  [
    'subject-prefix',
    'octo-org/octo-repo:*',
    'repo:octo-org/octo-repo:ref:refs/heads/main',
    'If this repository may have the role, add "repo:octo-org/octo-repo:ref:refs/heads/main" to the values.',
  ],
  [
    'subject-prefix',
    'repo:https://github.com/octo-org/octo-repo:*',
    'repo:octo-org/octo-repo:ref:refs/heads/main',
    'If this repository may have the role, add "repo:octo-org/octo-repo:ref:refs/heads/main" to the values.',
  ],
  [
    'other-repository',
    'repo:octo-org/other:*',
    'repo:octo-org/octo-repo:ref:refs/heads/main',
    'If this repository may have the role, add "repo:octo-org/octo-repo:ref:refs/heads/main" to the values.',
  ],
  [
    'other-environment',
    'repo:octo-org/octo-repo:environment:staging',
    'repo:octo-org/octo-repo:environment:production',
    'Run the job in the environment "staging", which the policy names, or add "repo:octo-org/octo-repo:environment:production" to the values.',
  ],
])('%s: %j', (id, wanted, sub, fix) => {
  expect(ofSubject(wanted, sub)).toMatchObject({ id, fix });
});

it.each([
  ['repo:octo-org/octo-repo:ref:refs/heads/main', MAIN],
  ['repo:Octo-Org/octo-repo:*', MAIN],
  ['repo:octo-org@65/octo-repo@74:ref:refs/heads/main', 'repo:octo-org/octo-repo:ref:refs/heads/main'],
  ['repo:octo-org@65/octo-repo@74', MAIN],
  ['repo:octo-org@65/octo-repo@74:', MAIN],
  ['repo:octo-org@65/octo-repo@74:ref:main', MAIN],
  ['repo:octo-org@65/octo-repo@74:ref:refs/heads/release', MAIN],
  ['repo:octo-org/octo-repo:ref:refs/heads/main', 'repo:octo-org/octo-repo:environment:production'],
  ['repo:octo-org/octo-repo:environment:a:b', 'repo:octo-org/octo-repo:environment:a%3Ab'],
  ['repo:octo-org/octo-repo:ref:refs/heads/main', 'repo:octo-org/octo-repo:pull_request'],
  ['octo-org/octo-repo:*', MAIN],
  ['repo:octo-org/other:*', MAIN],
  ['repo:Octo-Org/octo-repo:*', 'repo:octo-org/octo-repo:ref:refs/heads/main'],
])('the value that the fix for %s names lets %s in', (wanted, sub) => {
  const fix = ofSubject(wanted, sub)?.fix ?? '';
  const [, value = ''] = /(?:[Uu]se|add|allow|does:) "([^"]*)"/.exec(fix) ?? [];
  // A pattern of the policy is kept.
  for (const operator of value.includes('*') ? ['StringLike'] : ['StringLike', 'StringEquals']) {
    expect(explain(operator, 'sub', value, { sub }).decision).toBe('allow');
  }
});

describe('a fix keeps the pattern that the policy has', () => {
  const tag = 'repo:octo-org@65/octo-repo@74:ref:refs/tags/v1.2';
  it.each([
    [
      'repo:octo-org/octo-repo:ref:refs/tags/v*',
      tag,
      'Use "repo:octo-org@65/octo-repo@74:ref:refs/tags/v*".',
    ],
    [
      'repo:Octo-Org@65/octo-repo@74:ref:refs/tags/*',
      tag,
      'Write it as the token does: "repo:octo-org@65/octo-repo@74:ref:refs/tags/*".',
    ],
    [
      'repo:octo-org@65/octo-repo@74:ref:refs/heads/release/*',
      'repo:octo-org/octo-repo:ref:refs/heads/release/1',
      'Opt the repository in to immutable subjects, or use "repo:octo-org/octo-repo:ref:refs/heads/release/*".',
    ],
  ])('%s', (wanted, sub, fix) => expect(ofSubject(wanted, sub)?.fix).toBe(fix));

  it('and names the whole subject where the operator takes none', () => {
    const wanted = 'repo:octo-org/octo-repo:ref:refs/tags/v*';
    expect(ofSubject(wanted, tag, 'StringEquals')?.fix).toBe(`Use "${tag}".`);
  });
});

it.each([
  [
    'octo-org/octo-repo:*',
    `The subject begins with repo:OWNER/NAME, here "repo:octo-org@65/octo-repo@74:", and the policy's value does not.`,
  ],
  [
    'repo:octo-org/other:*',
    'The policy is for another repository; the token belongs to "octo-org@65/octo-repo@74".',
  ],
  [
    'repo:octo-org@1/octo-repo@2:*',
    'The policy has other ids: this is another repository or owner with the same name. The token belongs to "octo-org@65/octo-repo@74", and the policy keeps it out as it should.',
  ],
  [
    'repo:Octo-Org@65/octo-repo@74:ref:refs/heads/release',
    'The names of owner and repository differ in upper and lower case, and the comparison is case-sensitive. The run is for "refs/heads/main".',
  ],
])('why %s keeps the token out', (wanted, why) => {
  expect(ofSubject(wanted, MAIN)?.why).toBe(why);
});
