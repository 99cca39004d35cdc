import { parseIdentityStatements, parseTrustPolicy } from '../../sandbox/aws/sts/policy.js';
import { authorize } from '../../src/trust/authorize/authorize.js';
import type { Policies } from '../../src/trust/authorize/policies.js';
import { Context } from '../../src/trust/evaluate/context.js';
import type { Principal } from '../../src/trust/evaluate/principals.js';

const PROVIDER = 'arn:aws:iam::111122223333:oidc-provider/issuer.example';
const FEDERATED: Principal = { type: 'Federated', provider: PROVIDER };
const ROLE = 'arn:aws:iam::111122223333:role/ci/hub';
const SESSION: Principal = {
  type: 'AWS',
  arn: 'arn:aws:sts::111122223333:assumed-role/hub/build',
  roleArn: ROLE,
};
const ANYTHING = parseIdentityStatements({ Effect: 'Allow', Action: '*', Resource: '*' }, 'anything');

/** What the trust policy of a role in the caller's account says, and how directly: what else has to allow it. */
function decide(
  statements: object | readonly object[],
  principal: Principal = SESSION,
  action = 'sts:AssumeRole',
) {
  const policy = parseTrustPolicy({ Version: '2012-10-17', Statement: statements }, 'trust');
  const context = new Context([['sts:RoleSessionName', 'build']]);
  const ask = (more: Policies) =>
    authorize(
      { action, resource: 'arn:aws:iam::111122223333:role/deploy', principal, context },
      { ...more, resource: { kind: 'trust', name: 'trust', policy } },
    );
  const decided = ask({ identity: [ANYTHING] });
  if (decided.decision !== 'allow') {
    return { decision: decided.decision === 'deny' && decided.by.how === 'explicit-deny' ? 'deny' : 'none' };
  }
  if (ask({ identity: [], session: [] }).decision === 'allow')
    return { decision: 'allow', through: 'session' };
  const through = ask({ identity: [] }).decision === 'allow' ? 'principal' : 'account';
  return { decision: 'allow', through };
}

const allow = (Principal: unknown, Action: unknown = 'sts:AssumeRole') => ({
  Effect: 'Allow',
  Principal,
  Action,
});
const deny = (Principal: unknown, Action: unknown = 'sts:AssumeRole') => ({
  ...allow(Principal, Action),
  Effect: 'Deny',
});
const yes = (through: string) => ({ decision: 'allow', through });
const NONE = { decision: 'none' };
const DENY = { decision: 'deny' };

/** A policy variable, `${name}`. */
const variable = (name: string): string => `\${${name}}`;

describe('the principal', () => {
  it.each<[string, unknown, object]>([
    ['the role', { AWS: 'arn:aws:iam::111122223333:role/ci/hub' }, yes('principal')],
    ['the role without its path', { AWS: 'arn:aws:iam::111122223333:role/hub' }, NONE],
    ['the role in other case', { AWS: 'arn:aws:iam::111122223333:role/ci/Hub' }, NONE],
    ['the session', { AWS: 'arn:aws:sts::111122223333:assumed-role/hub/build' }, yes('session')],
    ['another session', { AWS: 'arn:aws:sts::111122223333:assumed-role/hub/test' }, NONE],
    ['the account', { AWS: '111122223333' }, yes('account')],
    ['the account by its root', { AWS: 'arn:aws:iam::111122223333:root' }, yes('account')],
    ['another account', { AWS: '222233334444' }, NONE],
    ['the same root in another partition', { AWS: 'arn:aws-cn:iam::111122223333:root' }, NONE],
    ['one of several', { AWS: ['222233334444', '111122223333'] }, yes('account')],
    [
      'the closest of several',
      { AWS: ['111122223333', 'arn:aws:iam::111122223333:role/ci/hub'] },
      yes('principal'),
    ],
    // docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics-single-account.html:
    // boundaries and session policies do not limit what a wildcard grants.
    ['everyone', '*', yes('session')],
    ['every AWS principal', { AWS: '*' }, yes('session')],
    ['a service', { Service: 'ec2.amazonaws.com' }, NONE],
    ['a provider', { Federated: PROVIDER }, NONE],
  ])('%s', (_, principal, answer) => {
    expect(decide(allow(principal))).toEqual(answer);
  });

  // A token has no policies that could limit it.
  it.each<[string, unknown, object]>([
    ['the provider', { Federated: PROVIDER }, yes('session')],
    ['another provider', { Federated: `${PROVIDER}/enterprise` }, NONE],
    ['the account of the provider', { AWS: '111122223333' }, NONE],
    // docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html: the same as "*".
    ['every AWS principal', { AWS: '*' }, yes('session')],
    ['everyone', '*', yes('session')],
  ])('for a token: %s', (_, principal, answer) => {
    const action = 'sts:AssumeRoleWithWebIdentity';
    expect(decide(allow(principal, action), FEDERATED, action)).toEqual(answer);
  });
});

describe('the action', () => {
  it.each<[string, unknown, object]>([
    ['in a list', ['sts:TagSession', 'sts:AssumeRole'], yes('account')],
    ['in other case', 'STS:assumerole', yes('account')],
    ['with a wildcard', 'sts:Assume*', yes('account')],
    ['any', '*', yes('account')],
    ['another', 'sts:TagSession', NONE],
    ['one that only begins so', 'sts:AssumeRoleWithWebIdentity', NONE],
  ])('%s', (_, action, answer) => {
    expect(decide(allow({ AWS: '111122223333' }, action))).toEqual(answer);
  });

  it('may be named by exception', () => {
    const statement = { Effect: 'Allow', Principal: '*', NotAction: 'sts:TagSession' };
    expect(decide(statement)).toEqual(yes('session'));
    expect(decide(statement, SESSION, 'sts:TagSession')).toEqual(NONE);
  });
});

describe('a Deny', () => {
  it('wins over every Allow', () => {
    expect(decide([allow('*'), deny({ AWS: '111122223333' })])).toEqual(DENY);
    expect(decide([deny({ AWS: 'arn:aws:iam::111122223333:role/ci/hub' }), allow('*')])).toEqual(DENY);
  });

  it('does nothing where its principal, action or condition is another', () => {
    const condition = { StringNotEquals: { 'sts:RoleSessionName': 'build' } };
    for (const other of [
      deny({ AWS: '222233334444' }),
      deny('*', 'sts:TagSession'),
      { ...deny('*'), Condition: condition },
    ]) {
      expect(decide([allow('*'), other])).toEqual(yes('session'));
    }
  });
});

describe('a condition', () => {
  const context = new Context([
    ['i:sub', 'repo:octo-org/octo-repo:ref:refs/heads/main'],
    ['aws:TagKeys', ['Team', 'Branch']],
    ['aws:SecureTransport', 'true'],
    ['aws:username', 'octo*cat'],
    ['sts:RoleSessionName', 'octo*cat'],
    ['aws:PrincipalArn', 'arn:aws:iam::111122223333:role/ci/hub'],
  ]);
  const holds = (Condition: unknown, keys = context) => {
    const statement = { Effect: 'Allow', Action: '*', Resource: '*', Condition };
    const request = {
      action: 's3:GetObject',
      resource: 'arn:aws:s3:::bucket/key',
      resourceAccount: '111122223333',
    };
    const identity = [parseIdentityStatements(statement, 'permissions')];
    return authorize({ ...request, principal: SESSION, context: keys }, { identity }).decision === 'allow';
  };
  const sub = 'repo:octo-org/octo-repo:ref:refs/heads/main';

  it.each<[string, unknown, boolean]>([
    ['StringEquals: the same', { StringEquals: { 'i:sub': sub } }, true],
    ['StringEquals: the key in other case', { StringEquals: { 'I:SUB': sub } }, true],
    ['StringEquals: the value in other case', { StringEquals: { 'i:sub': sub.toUpperCase() } }, false],
    ['StringEquals: a star is a star', { StringEquals: { 'i:sub': 'repo:octo-org/*' } }, false],
    ['StringEquals: one of several', { StringEquals: { 'i:sub': ['x', sub] } }, true],
    ['StringEquals: the key is absent', { StringEquals: { 'i:ref': 'x' } }, false],
    ['StringEqualsIgnoreCase', { StringEqualsIgnoreCase: { 'i:sub': sub.toUpperCase() } }, true],
    ['StringNotEquals: another', { StringNotEquals: { 'i:sub': 'x' } }, true],
    ['StringNotEquals: one of several is the same', { StringNotEquals: { 'i:sub': ['x', sub] } }, false],
    ['StringNotEquals: the key is absent', { StringNotEquals: { 'i:ref': 'x' } }, true],
    ['StringLike: a star', { StringLike: { 'i:sub': 'repo:octo-org/*:ref:*' } }, true],
    [
      'StringLike: a question mark is one character',
      { StringLike: { 'i:sub': sub.replace('main', 'mai??') } },
      false,
    ],
    ['StringLike: the whole text', { StringLike: { 'i:sub': 'repo:octo-org/octo-repo' } }, false],
    ['StringNotLike', { StringNotLike: { 'i:sub': 'repo:octo-org/*' } }, false],
    ['StringNotLike: the key is absent', { StringNotLike: { 'i:ref': '*' } }, true],
    ['Null true: the key is absent', { Null: { 'i:ref': 'true' } }, true],
    ['Null true: the key is there', { Null: { 'i:sub': 'true' } }, false],
    ['Null false: the key is there', { Null: { 'i:sub': false } }, true],
    ['Bool', { Bool: { 'aws:SecureTransport': true } }, true],
    ['Bool: the other', { Bool: { 'aws:SecureTransport': 'false' } }, false],
    ['Bool: the key is absent', { Bool: { 'aws:MultiFactorAuthPresent': 'false' } }, false],
    ['IfExists: absent', { StringEqualsIfExists: { 'i:ref': 'x' } }, true],
    ['IfExists: there and another', { StringEqualsIfExists: { 'i:sub': 'x' } }, false],
    ['IfExists: there and the same', { StringLikeIfExists: { 'i:sub': 'repo:*' } }, true],
    [
      'ForAllValues: all',
      { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['Team', 'Branch', 'Actor'] } },
      true,
    ],
    ['ForAllValues: not all', { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['Team'] } }, false],
    ['ForAllValues: the key is absent', { 'ForAllValues:StringEquals': { 'i:ref': 'x' } }, true],
    ['ForAnyValue: one', { 'ForAnyValue:StringEquals': { 'aws:TagKeys': ['Team', 'x'] } }, true],
    ['ForAnyValue: none', { 'ForAnyValue:StringLike': { 'aws:TagKeys': ['x*'] } }, false],
    ['ForAnyValue: the key is absent', { 'ForAnyValue:StringEquals': { 'i:ref': 'x' } }, false],
    [
      'ForAnyValue of a negation: the key is absent',
      { 'ForAnyValue:StringNotEquals': { 'i:ref': 'x' } },
      false,
    ],
    ['ArnLike: a star stays in its part', { ArnLike: { 'aws:PrincipalArn': 'arn:*:role/ci/hub' } }, false],
    [
      'ArnLike: a star in the resource',
      { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/ci/*' } },
      true,
    ],
    ['ArnNotEquals', { ArnNotEquals: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/ci/*' } }, false],
    ['a variable', { StringEquals: { 'sts:RoleSessionName': variable('aws:username') } }, true],
    [
      'a variable in a pattern',
      { StringLike: { 'sts:RoleSessionName': `${variable('aws:username')}*` } },
      true,
    ],
    [
      'a variable that is absent',
      { StringLike: { 'i:sub': `*${variable('aws:PrincipalTag/team')}*` } },
      false,
    ],
    ['an escaped star', { StringLike: { 'sts:RoleSessionName': `octo${variable('*')}cat` } }, true],
    ['an escaped star is no wildcard', { StringLike: { 'i:sub': `repo${variable('*')}` } }, false],
    ['all of several keys', { StringEquals: { 'i:sub': sub, 'i:ref': 'x' } }, false],
    ['all of several operators', { StringLike: { 'i:sub': '*' }, Null: { 'i:sub': 'true' } }, false],
  ])('%s', (_, block, answer) => {
    expect(holds(block)).toBe(answer);
  });

  it('a star that comes from a variable is no wildcard', () => {
    const starred = new Context([
      ['aws:username', '*'],
      ['sts:RoleSessionName', 'anything'],
    ]);
    const block = { StringLike: { 'sts:RoleSessionName': variable('aws:username') } };
    expect(holds(block, starred)).toBe(false);
  });

  it.each(['IpAdress', 'StringsEqual', 'ForEachValue:StringEquals', 'toString'])(
    'with the operator %s is an error, not a refusal, even where the statement does not apply',
    (operator) => {
      const statement = { ...allow({ AWS: '999999999999' }), Condition: { [operator]: { 'i:sub': 'x' } } };
      expect(() => decide(statement)).toThrow(`unknown condition operator "${operator}"`);
      expect(() => holds({ [operator]: { 'i:sub': 'x' } })).toThrow('unknown condition operator');
    },
  );
});

describe('a trust policy that is none is an error that names the place', () => {
  it.each<[string, unknown, string]>([
    ['no object', 'x', 'trust, line 1, column 1: a trust policy must be an object'],
    ['no statement', {}, 'the policy has no Statement'],
    ['another version', { Version: '2026-01-01', Statement: [] }, 'line 2, column 14: Version must be'],
    ['an unknown element', { Statement: [], Extra: 1 }, 'no element "Extra"'],
    ['no effect', { Statement: [{ Principal: '*', Action: '*' }] }, 'the statement has no Effect'],
    [
      'no principal',
      { Statement: [{ Effect: 'Allow', Action: '*' }] },
      'has neither Principal nor NotPrincipal',
    ],
    ['no action', { Statement: [allow('*', null)] }, 'Action must be text'],
    ['a resource', { Statement: [{ ...allow('*'), Resource: '*' }] }, 'a trust policy has no Resource'],
    ['part of a principal', { Statement: [allow({ AWS: 'arn:aws:iam::*:root' })] }, 'has a wildcard in it'],
    [
      'a condition that is text',
      { Statement: [{ ...allow('*'), Condition: 'x' }] },
      'Condition must be an object',
    ],
    [
      'an operator without keys',
      { Statement: [{ ...allow('*'), Condition: { Null: 1 } }] },
      'Null must be an object',
    ],
    [
      'a value that is an object',
      { Statement: [{ ...allow('*'), Condition: { Null: { a: {} } } }] },
      'Null a must be text',
    ],
  ])('%s', (_, document, message) => {
    expect(() => parseTrustPolicy(document, 'trust')).toThrow(message);
  });
});
