import { Context } from '../../../../src/trust/evaluate/context.js';
import type { Principal } from '../../../../src/trust/evaluate/principals.js';
import { explainTrust } from '../../../../src/trust/explain/explain.js';
import { parseTrustPolicy } from '../../../../src/trust/language/parse.js';
import type { Claims } from '../../../../src/trust/oidc/claims.js';
import { webIdentityContext } from '../../../../src/trust/oidc/request-context.js';
import { PROVIDER, variable } from '../../../support/trust-policies.js';

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

/** A part of a sentence, or a pattern of it. */
const asPattern = (text: string | RegExp): RegExp =>
  typeof text === 'string' ? new RegExp(text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')) : text;

describe('the reason for a refusal', () => {
  it.each<[string, unknown, Claims, string | RegExp]>([
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
      'still have only names',
    ],
    [
      'environment-replaces-ref',
      sub('repo:octo-org/octo-repo:ref:refs/heads/main'),
      inEnvironment,
      'ends in the environment instead of the ref',
    ],
    [
      'environment-missing',
      sub('repo:octo-org/octo-repo:environment:production'),
      legacy,
      'this job does not name one',
    ],
    [
      'pull-request',
      sub('repo:octo-org/octo-repo:ref:refs/heads/main'),
      { sub: 'repo:octo-org/octo-repo:pull_request' },
      'ends in pull_request',
    ],
    ['star-in-equals', sub('repo:octo-org@65/octo-repo@74:*'), {}, 'compares letter by letter'],
    ['case', sub('repo:Octo-Org@65/octo-repo@74:ref:refs/heads/main'), {}, 'only in upper and lower case'],
    ['blanks', sub('repo:octo-org@65/octo-repo@74:ref:refs/heads/main '), {}, 'white space around the value'],
    [
      'escaped-colon',
      sub('repo:octo-org/octo-repo:environment:a:b'),
      { sub: 'repo:octo-org/octo-repo:environment:a%3Ab' },
      'writes a colon inside a value as %3A',
    ],
    ['subject-goes-on', sub('repo:octo-org@65/octo-repo@74'), {}, 'ends after the repository'],
    ['ref-shortened', sub('repo:octo-org@65/octo-repo@74:ref:main'), {}, 'the full ref'],
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
    [
      'audience',
      key('aud', 'https://github.com/octo-org'),
      {},
      'issued for the audience "sts.amazonaws.com"',
    ],
    [
      'not-evaluated',
      key('colour', 'red', HOST.toUpperCase()),
      {},
      'AWS does not evaluate the claim "colour"',
    ],
    ['not-evaluated', key('event_name', 'push'), {}, 'AWS does not evaluate the claim "event_name"'],
    ['not-evaluated', key('iss', `https://${HOST}`), {}, 'AWS does not evaluate the claim "iss"'],
    ['no-environment', key('environment', 'production'), {}, 'does not name an environment'],
    ['absent', key('actor', 'octocat'), {}, 'The token does not have the claim "actor"'],
    ['external-id', { StringEquals: { 'sts:ExternalId': 'x' } }, {}, 'has no external ID'],
    [
      'calling-workflow',
      key('job_workflow_ref', 'octo-org/octo-repo/.github/workflows/ci.yml@refs/heads/main'),
      {},
      'the workflow that calls it',
    ],
    [
      'other-issuer',
      key('sub', 'x', 'vstoken.actions.githubusercontent.com'),
      {},
      'belongs to the issuer "vstoken.',
    ],
    ['other-issuer', key('sub', 'x', `${HOST}/octo-corp`), {}, 'two different keys'],
    ['mismatch', { StringNotLike: { [`${HOST}:ref`]: 'refs/heads/*' } }, {}, 'must not be in the list'],
    ['mismatch', key('repository', 'octo-org/other'), {}, 'is not among the values that the policy wants'],
    ['present', { Null: { [`${HOST}:ref`]: 'true' } }, {}, 'must be absent'],
    [
      'several-values',
      key('aud', 'sts.amazonaws.com'),
      { aud: ['sts.amazonaws.com', 'x'] },
      'The key has several values, so the operator needs ForAnyValue: or ForAllValues: before it.',
    ],
    ['type-mismatch', { NumericEquals: { [`${HOST}:ref`]: '1' } }, {}, 'is of another type'],
    ['unresolved-variable', key('ref', 'refs/heads/$' + '{aws:username}'), {}, '"aws:username" has no value'],
    [
      'unresolved-variable',
      key('ref', `refs/heads/${variable('*')}${variable('aws:username')}`),
      {},
      'The policy variable "aws:username" has no value',
    ],
    ['not-evaluated', key('event_name', 'push'), {}, 'The token has this claim, but AWS does not evaluate'],
    ['not-evaluated', key('colour', 'red'), {}, /^AWS does not evaluate the claim "colour"/],
    ['not-evaluated', key('toString', 'x'), {}, /^AWS does not evaluate the claim "toString"/],
    [
      'absent',
      { StringEquals: { 'SAML:iss': 'https://idp.example' } },
      {},
      'nothing in a call with this token',
    ],
    [
      'absent',
      { StringEquals: { 'aws:environment': 'production' } },
      {},
      'nothing in a call with this token',
    ],
    [
      'mismatch',
      key('job_workflow_ref', 'octo-org/shared/.github/workflows/other.yml@refs/heads/main'),
      {},
      'is not among the values that the policy wants',
    ],
    [
      'customised-subject',
      sub('repo:octo-org/octo-repo:*', 'StringLike'),
      { sub: 'repo:octo-org/octo-repo' },
      'include_claim_keys',
    ],
    [
      'mismatch',
      sub('repository_owner_id:66:workflow:ci'),
      { sub: 'repository_owner_id:65:workflow:ci' },
      '"repository_owner_id:65:workflow:ci" is not among the values',
    ],
    [
      'mismatch',
      sub('repo:octo-org/octo-repo:event:pull_request'),
      { sub: 'repo:octo-org/octo-repo:pull_request' },
      '"repo:octo-org/octo-repo:pull_request" is not among the values',
    ],
    [
      'other-ref',
      sub('repo:octo-org@65/*:ref:refs/heads/release', 'StringLike'),
      {},
      'The run is for "refs/heads/main"',
    ],
    [
      'other-repository',
      sub('repo:octo-corp@66/*:ref:refs/heads/main', 'StringLike'),
      {},
      'the token belongs to "octo-org@65/octo-repo@74"',
    ],
    [
      'mismatch',
      key('job_workflow_ref', 'octo-org/octo-repo/.github/workflows/ci.yml@refs/heads/main'),
      { workflow_ref: undefined },
      'is not among the values that the policy wants',
    ],
    ['case', key('repository', 'Octo-Org/Octo-Repo'), {}, 'only in upper and lower case'],
    ['star-in-equals', key('repository', 'octo-org/*'), {}, 'StringEquals compares letter by letter'],
  ])('%s: %j', (id, condition, claims, why) => {
    const { decision, failures } = explain(condition, claims);
    expect(decision).toBe('none');
    expect(failures).toEqual([
      expect.objectContaining({ id, part: 'condition', why: expect.stringMatching(asPattern(why)) }),
    ]);
  });

  it.each<[string, object, string]>([
    [
      'provider-account',
      { Principal: { Federated: PROVIDER.replace('111122223333', '444455556666') } },
      'in the account 444455556666',
    ],
    ['provider-issuer', { Principal: { Federated: `${PROVIDER}/octo-corp` } }, 'trusts the OIDC provider of'],
    ['provider-missing', { Principal: { Federated: HOST } }, 'does not name an OIDC provider by its ARN'],
    ['provider-missing', { Principal: { AWS: '111122223333' } }, 'A web identity has no principal ARN'],
    [
      'not-principal',
      { Principal: undefined, NotPrincipal: { Federated: PROVIDER } },
      'leaves this caller out',
    ],
    ['not-principal', { Principal: undefined, NotPrincipal: '*' }, 'leaves this caller out'],
    ['action', { Action: 'sts:AssumeRole' }, 'the call needs sts:AssumeRoleWithWebIdentity'],
    [
      'action',
      { Action: undefined, NotAction: ['sts:AssumeRole', 'sts:AssumeRoleWithWebIdentity'] },
      'NotAction leaves sts:AssumeRoleWithWebIdentity out',
    ],
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

  it('is the missing sts:SetSourceIdentity where the session has a source identity', () => {
    const actions = ['sts:AssumeRoleWithWebIdentity', 'sts:SetSourceIdentity'];
    expect(explain({}, {}, {}, actions).failures).toMatchObject([
      { id: 'tag-session', fix: 'Add "sts:SetSourceIdentity" to the Action.' },
    ]);
  });

  it('does not send anyone to an Action that cannot stand beside NotAction', () => {
    const { failures } = explain({}, {}, { Action: undefined, NotAction: 'sts:*' });
    expect(failures[0]?.fix).toBe('Use Action with "sts:AssumeRoleWithWebIdentity" instead of NotAction.');
  });

  it.each<[string, unknown, Claims, string]>([
    [
      'a pull request is sent to push',
      sub('repo:octo-org/octo-repo'),
      { sub: 'repo:octo-org/octo-repo:pull_request' },
      'Run the job on push, or, for a role that only reads, allow "repo:octo-org/octo-repo:pull_request".',
    ],
    [
      'the whole subject, where the policy names no ref',
      sub('repo:octo-org@65/octo-repo@74:pull_request'),
      {},
      'Add "repo:octo-org@65/octo-repo@74:ref:refs/heads/main" to the values.',
    ],
    ['the value without its blanks', key('actor', ' octocat\t'), { actor: 'octocat' }, 'Write "octocat".'],
    [
      'an environment is named',
      sub('repo:octo-org/octo-repo:environment:production'),
      legacy,
      'Give the job environment: "production".',
    ],
    [
      'the letters of the token are given',
      key('repository', 'Octo-Org/octo-repo'),
      {},
      'Write it as the token does: "octo-org/octo-repo".',
    ],
    [
      'the reusable workflow is given',
      key('job_workflow_ref', 'octo-org/octo-repo/.github/workflows/ci.yml@refs/heads/main'),
      {},
      'Use "octo-org/shared/.github/workflows/deploy.yml@refs/heads/main".',
    ],
    [
      'both ways to one audience are given',
      key('aud', 'octo'),
      {},
      'Either set the input audience to "octo", which must then be among the OIDC provider\'s client ids, or change the policy to "sts.amazonaws.com".',
    ],
    [
      'no one is told to ask for a pattern as audience',
      { StringLike: { [`${HOST}:aud`]: 'https://*' } },
      {},
      'Either set the input audience to one that matches "https://*", which must then be among the OIDC provider\'s client ids, or change the policy to "sts.amazonaws.com".',
    ],
    [
      'nor for an identity pool',
      { StringEquals: { 'cognito-identity.amazonaws.com:aud': 'us-east-1:1a2b' } },
      { iss: 'https://cognito-identity.amazonaws.com' },
      'If this audience may have the role, change the policy to "sts.amazonaws.com".',
    ],
    ['the full ref is given', key('ref', 'main'), {}, 'Use "refs/heads/main".'],
    [
      "the full ref of the workflow's file is given",
      key('job_workflow_ref', 'octo-org/shared/.github/workflows/deploy.yml@v1'),
      { job_workflow_ref: 'octo-org/shared/.github/workflows/deploy.yml@refs/tags/v1' },
      'Use "octo-org/shared/.github/workflows/deploy.yml@refs/tags/v1".',
    ],
    [
      'another branch is sent to the one that is named',
      sub('repo:octo-org@65/octo-repo@74:ref:refs/heads/release'),
      {},
      'Run the job on "refs/heads/release", which the policy names, or add "repo:octo-org@65/octo-repo@74:ref:refs/heads/main" to the values.',
    ],
    [
      'a value is added',
      key('repository', 'octo-org/other'),
      {},
      'If the caller may have the role, add "octo-org/octo-repo" to the values.',
    ],
    [
      'a value is added to no others',
      { StringEquals: { [`${HOST}:sub`]: [] } },
      { sub: 'repo:octo-org/octo-repo:pull_request' },
      'If the caller may have the role, add "repo:octo-org/octo-repo:pull_request" to the values.',
    ],
    [
      'a value is taken away',
      { StringNotLike: { [`${HOST}:ref`]: 'refs/heads/*' } },
      {},
      'If the caller may have the role, remove the matching value from the list.',
    ],
    [
      'several values need a qualifier',
      key('aud', 'sts.amazonaws.com'),
      { aud: ['sts.amazonaws.com', 'x'] },
      'Write ForAnyValue:StringEquals.',
    ],
    [
      'several values that must be none of some need the other',
      { StringNotEquals: { [`${HOST}:aud`]: 'y' } },
      { aud: ['sts.amazonaws.com', 'x'] },
      'Write ForAllValues:StringNotEquals.',
    ],
    [
      'a missing tag of a token from elsewhere is sent',
      { StringEquals: { 'aws:RequestTag/Team': 'web' } },
      { iss: 'https://issuer.example' },
      'Send the session tag "Team", or remove the condition.',
    ],
  ])('says what to do: %s', (_, condition, claims, fix) => {
    expect(explain(condition, claims).failures[0]?.fix).toBe(fix);
  });

  it.each([
    [{ 'ForAnyValue:StringEquals': { [`${HOST}:aud`]: 'x' } }],
    [{ 'ForAllValues:StringNotEquals': { [`${HOST}:aud`]: 'y' } }],
  ])('has advice for several values that lets them in: %j', (condition) => {
    expect(explain(condition, { aud: ['sts.amazonaws.com', 'x'] }).decision).toBe('allow');
  });

  it.each([
    ['case', sub('repo:Octo-Org@65/octo-repo@74:*')],
    ['immutable-subject', sub('repo:octo-org/*')],
    ['other-repository', sub('repo:octo-org@65/other*')],
    ['mismatch', key('repository', 'octo-corp/*')],
  ])('mentions a star that is none beside what is wrong otherwise: %s', (id, condition) => {
    const [failure] = explain(condition).failures;
    expect(failure?.id).toBe(id);
    expect(failure?.why).toMatch(/Also, StringEquals treats \* .* patterns need StringLike\.$/);
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

describe('the reason why a statement is not about a caller', () => {
  const HUB = 'arn:aws:sts::111122223333:assumed-role/hub/build';
  const refusal = (principal: Principal, trusted: object) => {
    const statement = { Effect: 'Allow', Principal: trusted, Action: 'sts:AssumeRole' };
    const policy = parseTrustPolicy(JSON.stringify({ Version: '2012-10-17', Statement: statement }));
    const request = { actions: ['sts:AssumeRole'], principal, context: new Context(), claims: {} };
    return explainTrust(policy, request).failures;
  };

  it.each<[string, Principal, object, object]>([
    [
      'a role of the same account that is not named',
      { type: 'AWS', arn: HUB },
      { AWS: 'arn:aws:iam::111122223333:role/other' },
      {
        id: 'other-principal',
        why: 'The statement names other principals of the account.',
        fix: 'Add "arn:aws:iam::111122223333:role/hub" to the Principal.',
        got: [HUB],
      },
    ],
    [
      'a user of another account',
      { type: 'AWS', arn: 'arn:aws:iam::444455556666:user/bob' },
      { AWS: '111122223333' },
      {
        id: 'other-account',
        why: 'The caller is in the account 444455556666, and the statement names only principals of other accounts.',
        fix: 'Add "arn:aws:iam::444455556666:user/bob" to the Principal.',
        wanted: ['AWS: 111122223333'],
      },
    ],
    [
      'a service',
      { type: 'Service', name: 'ec2.amazonaws.com' },
      { Service: 'ecs.amazonaws.com' },
      {
        id: 'other-principal',
        why: 'The statement names other principals.',
        wanted: ['Service: ecs.amazonaws.com'],
        got: ['ec2.amazonaws.com'],
      },
    ],
    [
      'a canonical user',
      { type: 'CanonicalUser', id: 'abc' },
      { CanonicalUser: 'def' },
      { id: 'other-principal', wanted: ['CanonicalUser: def'], got: ['abc'] },
    ],
    [
      'a provider that IAM knows by a name',
      { type: 'Federated', provider: 'accounts.google.com' },
      { Federated: PROVIDER },
      {
        id: 'provider-issuer',
        why: 'The token comes from "accounts.google.com", which is built into AWS, and the statement trusts other providers.',
        fix: 'Use "Principal": { "Federated": "accounts.google.com" }.',
      },
    ],
    [
      'a provider that IAM knows by a name, named by an ARN',
      { type: 'Federated', provider: 'cognito-identity.amazonaws.com' },
      { Federated: 'arn:aws:iam::111122223333:oidc-provider/cognito-identity.amazonaws.com' },
      { id: 'provider-built-in', fix: 'Use "Principal": { "Federated": "cognito-identity.amazonaws.com" }.' },
    ],
    [
      'a token where the policy names a provider that AWS has built in',
      { type: 'Federated', provider: PROVIDER },
      { Federated: 'accounts.google.com' },
      { id: 'provider-issuer', why: expect.stringContaining('the OIDC provider of "accounts.google.com"') },
    ],
    [
      'a role, whose path is known',
      { type: 'AWS', arn: HUB, roleArn: 'arn:aws:iam::111122223333:role/ci/hub' },
      { AWS: 'arn:aws:iam::111122223333:role/hub' },
      { id: 'other-principal', fix: 'Add "arn:aws:iam::111122223333:role/ci/hub" to the Principal.' },
    ],
    [
      'a role where the statement names a service alone',
      { type: 'AWS', arn: HUB },
      { Service: 'ec2.amazonaws.com' },
      { id: 'other-principal', why: 'The statement does not name any AWS principals.' },
    ],
  ])('%s', (_, principal, trusted, failure) => {
    expect(refusal(principal, trusted)).toMatchObject([{ part: 'principal', ...failure }]);
  });
});

describe('a negated condition with a policy variable that has no value', () => {
  const unequal = (name: string) => explain({ StringNotEquals: { [`${HOST}:ref`]: variable(name) } });

  it('holds', () => expect(unequal('aws:username').decision).toBe('allow'));

  it('cannot be decided where only AWS knows the variable', () => {
    expect(unequal('aws:PrincipalTag/team')).toMatchObject({
      decision: 'unknown',
      failures: [{ id: 'unknown-here', why: expect.stringContaining('"aws:PrincipalTag/team"') }],
    });
  });
});

describe('the reason where the call was signed and there is no token', () => {
  it.each([
    ['sts:ExternalId', 'an external id that the call does not have'],
    [`${HOST}:sub`, 'the claim of a token'],
  ])('%s is %s: it says no word of a token', (name) => {
    const statement = {
      Effect: 'Allow',
      Principal: { AWS: '111122223333' },
      Action: 'sts:AssumeRole',
      Condition: { StringEquals: { [name]: 'x' } },
    };
    const policy = parseTrustPolicy(JSON.stringify({ Version: '2012-10-17', Statement: statement }));
    const { failures } = explainTrust(policy, {
      actions: ['sts:AssumeRole'],
      principal: { type: 'AWS', arn: 'arn:aws:iam::111122223333:user/bob' },
      context: new Context(),
      claims: {},
    });
    expect(failures).toMatchObject([{ id: 'absent', key: name, why: 'The request does not have this key.' }]);
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

it('the closest statement is about the own repository, whatever else it lacks', () => {
  const several = { ref: 'refs/heads/x', repository: 'a/b', job_workflow_ref: 'c', actor: 'd' };
  const keys = Object.entries(several).map(([name, value]) => [`${HOST}:${name}`, value]);
  const subject = 'repo:octo-org@65/octo-repo@74:environment:production';
  const statements = [
    { Action: 'sts:AssumeRole', Principal: { AWS: '111122223333' } },
    { Condition: sub('repo:octo-org@65/other@75:ref:refs/heads/main') },
    { Condition: { StringEquals: { [`${HOST}:sub`]: subject, ...Object.fromEntries(keys) } } },
  ].map((one) => ({
    Effect: 'Allow',
    Principal: { Federated: PROVIDER },
    Action: 'sts:AssumeRoleWithWebIdentity',
    ...one,
  }));
  const closest = (policy: object) =>
    explainTrust(parseTrustPolicy(JSON.stringify(policy)), {
      actions: ['sts:AssumeRoleWithWebIdentity'],
      principal: { type: 'Federated', provider: PROVIDER },
      context: webIdentityContext(CLAIMS),
      claims: CLAIMS,
    }).statement?.number;
  expect(closest({ Statement: statements })).toBe(3);
  expect(closest({ Statement: statements.slice(0, 2) })).toBe(2);
});

it.each<[string, object, number]>([
  ['for its action', { Action: 'sts:AssumeRole', Condition: {} }, 2],
  ['for a key that the token has not', { Condition: key('environment', 'production') }, 2],
  ['for a principal', { Principal: { AWS: '111122223333' }, Condition: {} }, 2],
  ['for nothing', { Condition: {} }, 1],
])('a statement that fails %s is not closer than one whose subject is nearly right', (_, more, number) => {
  const policy = parseTrustPolicy(
    JSON.stringify({
      Version: '2012-10-17',
      Statement: [more, { Condition: sub('repo:octo-org@65/octo-repo@74:ref:refs/heads/topic') }].map(
        (one) => ({
          Effect: 'Allow',
          Principal: { Federated: PROVIDER },
          Action: 'sts:AssumeRoleWithWebIdentity',
          ...one,
        }),
      ),
    }),
  );
  const { statement } = explainTrust(policy, {
    actions: ['sts:AssumeRoleWithWebIdentity'],
    principal: { type: 'Federated', provider: PROVIDER },
    context: webIdentityContext(CLAIMS),
    claims: CLAIMS,
  });
  expect(statement?.number).toBe(number);
});

it('a Deny that applies is named, and an Allow that does', () => {
  expect(explain({}, {}, { Effect: 'Deny' })).toMatchObject({
    decision: 'deny',
    statement: { number: 1 },
    failures: [],
  });
  expect(explain({})).toMatchObject({ decision: 'allow', statement: { number: 1 }, failures: [] });
});

describe('mistakes about what a token cannot have', () => {
  it('an external ID', () => {
    const [failure] = explain({ StringEquals: { 'sts:ExternalId': 'x' } }).failures;
    expect(failure?.fix).toMatch(/^Remove the condition:/);
  });

  it.each(['aws:RequestTag/Team', 'aws:PrincipalTag/Team'])('%s', (name) => {
    const [failure] = explain({ StringEquals: { [name]: 'web' } }).failures;
    expect(failure).toMatchObject({ id: 'token-tags', why: expect.stringContaining('the tag "Team"') });
  });

  it('a principal tag is known only to AWS for other callers', () => {
    const condition = { StringEquals: { 'aws:PrincipalTag/Team': 'web' } };
    const [failure] = explain(condition, { iss: 'https://issuer.example' }).failures;
    expect(failure?.id).toBe('unknown-here');
  });
});

describe('mistakes about which run it is', () => {
  const queue = 'refs/heads/gh-readonly-queue/main/pr-12-0a1b2c3d';
  const queued = { sub: `repo:octo-org@65/octo-repo@74:ref:${queue}`, ref: queue };

  it.each([
    ['sub', sub('repo:octo-org@65/octo-repo@74:ref:refs/heads/main'), 'repo:octo-org@65/octo-repo@74:ref:'],
    ['ref', key('ref', 'refs/heads/main'), ''],
  ])('a merge queue makes a branch for each group: %s', (_, condition, start) => {
    const [failure] = explain(condition, queued).failures;
    expect(failure).toMatchObject({
      id: 'merge-queue',
      fix: `Run the job on push to "main", after the merge, or, for a role that only reads, allow "${start}refs/heads/gh-readonly-queue/main/*" with StringLike.`,
    });
    const claim = start === '' ? 'ref' : 'sub';
    const pattern = `${start}refs/heads/gh-readonly-queue/main/*`;
    expect(explain({ StringLike: { [`${HOST}:${claim}`]: pattern } }, queued).decision).toBe('allow');
  });

  it.each([
    ['workflow_run', 'that of the default branch'],
    ['pull_request_target', 'the branch that the pull request goes into'],
  ])('%s', (event, why) => {
    const claims = { event_name: event };
    for (const condition of [
      sub('repo:octo-org@65/octo-repo@74:pull_request'),
      sub('repo:octo-org@65/octo-repo@74:ref:refs/heads/topic'),
      key('ref', 'refs/heads/topic'),
    ]) {
      expect(explain(condition, claims).failures[0]).toMatchObject({
        id: 'run-of-another',
        why: expect.stringContaining(why),
      });
    }
    const other = [
      sub('repo:octo-org@65/other@75:pull_request'),
      sub('repo:octo-org@65/octo-repo@74:environment:a'),
    ];
    for (const condition of [...other, key('actor', 'x')]) {
      expect(explain(condition, claims).failures[0]?.id).not.toBe('run-of-another');
    }
  });
});

describe('a repository under another name is known by its id', () => {
  const today = { repository: 'new-org/new-name', repository_id: '74' };
  const fresh = 'repo:new-org@66/new-name@74:ref:refs/heads/main';
  const plain = 'repo:new-org/new-name:ref:refs/heads/main';
  it.each<[string, unknown, Claims]>([
    ['in the subject', sub('repo:octo-org@65/octo-repo@74:ref:refs/heads/main'), { ...today, sub: fresh }],
    [
      'in a condition beside it',
      { StringEquals: { [`${HOST}:sub`]: 'repo:octo-org/octo-repo:*', [`${HOST}:repository_id`]: '74' } },
      { ...today, sub: plain },
    ],
    [
      'beside its name',
      { StringEquals: { [`${HOST}:repository`]: 'octo-org/octo-repo', [`${HOST}:repository_id`]: '74' } },
      { ...today, sub: plain },
    ],
  ])('%s', (_, condition, claims) => {
    expect(explain(condition, claims).failures[0]).toMatchObject({
      id: 'renamed-repository',
      why: expect.stringMatching(
        /was "octo-org\/octo-repo" and has been renamed or transferred to "new-org\/new-name"/,
      ),
    });
  });

  it('and nothing is said where no id proves it', () => {
    for (const condition of [
      sub('repo:octo-org/octo-repo:ref:refs/heads/main'),
      sub('repo:octo-org@65/octo-repo@75:ref:refs/heads/main'),
      sub(['repo:octo-org@65/octo-repo@74:x', 'repo:new-org@66/new-name@74:x']),
    ]) {
      expect(explain(condition, { ...today, sub: fresh }).failures[0]?.id).not.toBe('renamed-repository');
    }
  });
});

describe('the template of the subject', () => {
  const command = 'gh api repos/octo-org/octo-repo/actions/oidc/customization/sub';
  it.each([
    'repo:octo-org/octo-repo:ref:refs/heads/main:job_workflow_ref:octo-org/x/.github/workflows/a.yml@v1',
    'environment:production',
    'repository_owner_id:65:environment:production',
  ])('the policy is for a customised one, and the token has not: %s', (value) => {
    expect(explain(sub(value)).failures[0]).toMatchObject({
      id: 'default-subject',
      fix: expect.stringContaining(command),
    });
  });

  it('the token has a customised one, and the policy is for the default', () => {
    const claims = { sub: 'repository_owner_id:65:environment:production' };
    const [failure] = explain(sub('repo:octo-org/octo-repo:environment:production'), claims).failures;
    expect(failure).toMatchObject({ id: 'customised-subject', fix: expect.stringContaining(command) });
  });

  it('names no repository that the token has not', () => {
    const [failure] = explain(sub('environment:production'), { repository: '$(x)' }).failures;
    expect(failure?.fix).toContain('gh api repos/OWNER/NAME/actions');
  });
});

describe('what to do about', () => {
  const template =
    'gh api repos/octo-org/octo-repo/actions/oidc/customization/sub shows what the subject is made of.';
  it.each<[string, unknown, Claims, string]>([
    [
      'a claim that AWS does not evaluate',
      key('event_name', 'push'),
      {},
      "Use one of sub, aud, amr, email, actor, actor_id, enterprise_id, environment, job_workflow_ref, ref, repository, repository_id, repository_owner_id or workflow, or put the claim into the subject (GitHub's include_claim_keys).",
    ],
    [
      'an issuer that AWS does not evaluate',
      key('iss', `https://${HOST}`),
      {},
      'Remove the condition: the OIDC provider in the Principal already says it.',
    ],
    [
      'a key of another issuer',
      key('ref', 'refs/heads/main', 'vstoken.actions.githubusercontent.com'),
      {},
      `Use the key "${HOST}:ref", and name the OIDC provider of the same name as the principal.`,
    ],
    [
      'a customised subject',
      sub('repo:octo-org/octo-repo:ref:refs/heads/main'),
      { sub: 'repository_owner_id:65:workflow:ci' },
      `Write the condition for the form in use: "repository_owner_id:65:workflow:ci". ${template}`,
    ],
    [
      'a subject that is not customised',
      sub('environment:production'),
      {},
      `Customise the repository's subject (include_claim_keys), or use "repo:octo-org@65/octo-repo@74:ref:refs/heads/main". ${template}`,
    ],
    [
      'a star that is a star',
      sub('repo:octo-org@65/octo-repo@74:*'),
      {},
      'Use StringLike for "repo:octo-org@65/octo-repo@74:*", or write the value out.',
    ],
    [
      'a key with several values',
      key('aud', 'sts.amazonaws.com'),
      { aud: ['sts.amazonaws.com', 'x'] },
      'Write ForAnyValue:StringEquals.',
    ],
    [
      'a list of those who are kept out',
      { StringNotEquals: { [`${HOST}:ref`]: 'refs/heads/main' } },
      {},
      'If the caller may have the role, remove the matching value from the list.',
    ],
  ])('%s', (_, condition, claims, fix) => {
    expect(explain(condition, claims).failures[0]).toMatchObject({ fix });
  });
});

it.each([
  [`${HOST}/octo-corp`, `"${HOST}/octo-corp" (the issuer of one enterprise, with its name at the end).`],
  [
    'token.actions.octocorp.ghe.com',
    '"token.actions.octocorp.ghe.com" (GHE.com has an issuer for each tenant).',
  ],
  [
    'github.example/_services/token',
    '"github.example/_services/token" (GitHub Enterprise Server issues its own tokens).',
  ],
  ['gitlab.example', '"gitlab.example".'],
])('a key of github.com is not one of %s', (issuer, named) => {
  const [failure] = explain(key('sub', 'x'), { iss: `https://${issuer}` }).failures;
  expect(failure).toMatchObject({
    id: 'other-issuer',
    why: `The key belongs to the issuer "${HOST}", but the token comes from ${named} To AWS these are two different keys.`,
  });
});
