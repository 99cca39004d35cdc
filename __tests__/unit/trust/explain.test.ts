import { type Claims, webIdentityContext } from '../../../src/trust/claims.js';
import { explainTrust } from '../../../src/trust/explain.js';
import { parseTrustPolicy } from '../../../src/trust/parse.js';
import { PROVIDER } from './support.js';

const HOST = 'token.actions.githubusercontent.com';
const CLAIMS: Claims = {
  iss: `https://${HOST}`,
  sub: 'repo:octo-org@65/octo-repo@74:ref:refs/heads/main',
  aud: 'sts.amazonaws.com',
  ref: 'refs/heads/main',
  repository: 'octo-org/octo-repo',
  job_workflow_ref: 'octo-org/shared/.github/workflows/deploy.yml@refs/heads/main',
  workflow_ref: 'octo-org/octo-repo/.github/workflows/ci.yml@refs/heads/main',
  event_name: 'push',
};

function explain(
  condition: unknown,
  claims: Claims = {},
  statement: object = {},
  actions = ['sts:AssumeRoleWithWebIdentity'],
) {
  const all = { ...CLAIMS, ...claims };
  const policy = parseTrustPolicy(
    JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Federated: PROVIDER },
          Action: 'sts:AssumeRoleWithWebIdentity',
          Condition: condition,
          ...statement,
        },
      ],
    }),
  );
  return explainTrust(policy, {
    actions,
    principal: { type: 'Federated', provider: PROVIDER },
    context: webIdentityContext(all),
    claims: all,
  });
}

const sub = (value: string | string[], operator = 'StringEquals') => ({
  [operator]: { [`${HOST}:sub`]: value },
});
const key = (claim: string, value: string, host = HOST) => ({
  StringEquals: { [`${host}:${claim}`]: value },
});
const legacy = { sub: 'repo:octo-org/octo-repo:ref:refs/heads/main' };
const inEnvironment = { sub: 'repo:octo-org/octo-repo:environment:production', environment: 'production' };

describe('the reason for a refusal', () => {
  it.each<[string, unknown, Claims, string]>([
    [
      'immutable-subject',
      sub('repo:octo-org/octo-repo:ref:refs/heads/main'),
      {},
      'with the ids of owner and repository',
    ],
    ['immutable-subject', sub('repo:octo-org/*', 'StringLike'), {}, 'with the ids of owner and repository'],
    [
      'legacy-subject',
      sub('repo:octo-org@65/octo-repo@74:ref:refs/heads/main'),
      legacy,
      'still have names alone',
    ],
    [
      'environment-replaces-ref',
      sub('repo:octo-org/octo-repo:ref:refs/heads/main'),
      inEnvironment,
      'ends in it instead of the ref',
    ],
    [
      'environment-missing',
      sub('repo:octo-org/octo-repo:environment:production'),
      legacy,
      'this job names none',
    ],
    [
      'pull-request',
      sub('repo:octo-org/octo-repo:ref:refs/heads/main'),
      { sub: 'repo:octo-org/octo-repo:pull_request' },
      'ends in pull_request',
    ],
    ['star-in-equals', sub('repo:octo-org@65/octo-repo@74:*'), {}, 'compares letter by letter'],
    ['case', sub('repo:Octo-Org@65/octo-repo@74:ref:refs/heads/main'), {}, 'upper and lower case only'],
    ['blanks', sub('repo:octo-org@65/octo-repo@74:ref:refs/heads/main '), {}, 'blanks around the value'],
    [
      'escaped-colon',
      sub('repo:octo-org/octo-repo:environment:a:b'),
      { sub: 'repo:octo-org/octo-repo:environment:a%3Ab' },
      'is written as %3A',
    ],
    ['subject-goes-on', sub('repo:octo-org@65/octo-repo@74'), {}, 'ends after the repository'],
    ['ref-shortened', sub('repo:octo-org@65/octo-repo@74:ref:main'), {}, 'the whole ref'],
    [
      'other-ref',
      sub('repo:octo-org@65/octo-repo@74:ref:refs/heads/release'),
      {},
      'The run is for "refs/heads/main"',
    ],
    [
      'other-environment',
      sub('repo:octo-org/octo-repo:environment:staging'),
      inEnvironment,
      'in the environment "production"',
    ],
    ['other-repository', sub('repo:octo-org@65/other@75:ref:refs/heads/main'), {}, 'another repository'],
    [
      'customised-subject',
      sub('repo:octo-org/octo-repo:ref:refs/heads/main'),
      { sub: 'repository_owner_id:65:workflow:ci' },
      'include_claim_keys',
    ],
    ['audience', key('aud', 'https://github.com/octo-org'), {}, 'made for the audience "sts.amazonaws.com"'],
    ['not-evaluated', key('event_name', 'push'), {}, 'AWS does not evaluate the claim "event_name"'],
    ['not-evaluated', key('iss', `https://${HOST}`), {}, 'AWS does not evaluate the claim "iss"'],
    ['no-environment', key('environment', 'production'), {}, 'names no environment'],
    ['absent', key('actor', 'octocat'), {}, 'The token has no claim "actor"'],
    ['absent', { StringEquals: { 'sts:ExternalId': 'x' } }, {}, 'does not have this key'],
    [
      'calling-workflow',
      key('job_workflow_ref', 'octo-org/octo-repo/.github/workflows/ci.yml@refs/heads/main'),
      {},
      'the one that calls it',
    ],
    [
      'other-issuer',
      key('sub', 'x', 'vstoken.actions.githubusercontent.com'),
      {},
      'one of the issuer "vstoken.',
    ],
    ['other-issuer', key('sub', 'x', `${HOST}/octo-corp`), {}, 'two different keys'],
    ['mismatch', { StringNotLike: { [`${HOST}:ref`]: 'refs/heads/*' } }, {}, 'must be none of those listed'],
    ['mismatch', key('repository', 'octo-org/other'), {}, 'none of the values that the policy wants'],
    ['present', { Null: { [`${HOST}:ref`]: 'true' } }, {}, 'must be absent'],
    [
      'several-values',
      key('aud', 'sts.amazonaws.com'),
      { aud: ['sts.amazonaws.com', 'x'] },
      'needs ForAnyValue:',
    ],
    ['unfit-value', { NumericEquals: { [`${HOST}:ref`]: '1' } }, {}, 'not of the kind'],
    ['unresolved-variable', key('ref', 'refs/heads/$' + '{aws:username}'), {}, '"aws:username" has no value'],
  ])('%s: %j', (id, condition, claims, why) => {
    const { decision, failures } = explain(condition, claims);
    expect(decision).toBe('none');
    expect(failures).toEqual([
      expect.objectContaining({ id, part: 'condition', why: expect.stringContaining(why) }),
    ]);
  });

  it.each<[string, object, string]>([
    [
      'provider-account',
      { Principal: { Federated: PROVIDER.replace('111122223333', '444455556666') } },
      'in the account 444455556666',
    ],
    ['provider-issuer', { Principal: { Federated: `${PROVIDER}/octo-corp` } }, 'trusts the OIDC provider of'],
    ['provider-missing', { Principal: { Federated: HOST } }, 'names no OIDC provider by its ARN'],
    ['provider-missing', { Principal: { AWS: '111122223333' } }, 'a token is nobody in an account'],
    [
      'not-principal',
      { Principal: undefined, NotPrincipal: { Federated: PROVIDER } },
      'leaves this caller out',
    ],
    ['action', { Action: 'sts:AssumeRole' }, 'the call needs sts:AssumeRoleWithWebIdentity'],
  ])('%s: %j', (id, statement, why) => {
    expect(explain({}, {}, statement).failures).toEqual([
      expect.objectContaining({ id, why: expect.stringContaining(why) }),
    ]);
  });

  it('is the missing sts:TagSession where the session has tags', () => {
    const actions = ['sts:AssumeRoleWithWebIdentity', 'sts:TagSession'];
    const { action, failures } = explain({}, {}, {}, actions);
    expect(action).toBe('sts:TagSession');
    expect(failures[0]).toMatchObject({ id: 'tag-session', fix: 'Add "sts:TagSession" to the Action.' });
  });

  it('is told with place, operator, key, wanted and got', () => {
    expect(explain(sub('repo:a/b:ref:c')).failures[0]).toMatchObject({
      at: { line: 1 },
      operator: 'StringEquals',
      key: `${HOST}:sub`,
      wanted: ['repo:a/b:ref:c'],
      got: [CLAIMS['sub']],
    });
  });
});

it('the closest statement is the one that fails for the least', () => {
  const statement = (repository: string, more: object = {}) => ({
    Effect: 'Allow',
    Principal: { Federated: PROVIDER },
    Action: 'sts:AssumeRoleWithWebIdentity',
    Condition: sub(`repo:${repository}:ref:refs/heads/main`),
    ...more,
  });
  const policy = parseTrustPolicy(
    JSON.stringify({
      Statement: [
        statement('octo-org/octo-repo', { Principal: { AWS: '111122223333' } }),
        statement('other/octo-repo'),
        statement('octo-org/octo-repo'),
        statement('octo-org/octo-repo', { Effect: 'Deny' }),
      ],
    }),
  );
  const { statement: closest } = explainTrust(policy, {
    actions: ['sts:AssumeRoleWithWebIdentity'],
    principal: { type: 'Federated', provider: PROVIDER },
    context: webIdentityContext(CLAIMS),
    claims: CLAIMS,
  });
  expect(closest?.number).toBe(3);
});

it('a Deny that applies is named, and an Allow that does', () => {
  expect(explain({}, {}, { Effect: 'Deny' })).toMatchObject({
    decision: 'deny',
    statement: { number: 1 },
    failures: [],
  });
  expect(explain({})).toMatchObject({ decision: 'allow', statement: { number: 1 }, failures: [] });
});
