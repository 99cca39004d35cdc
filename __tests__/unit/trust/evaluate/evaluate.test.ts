import type { Principal } from '../../../../src/trust/evaluate/principals.js';
import { parseTrustPolicy } from '../../../../src/trust/language/parse.js';
import { decide, PROVIDER } from '../../../support/trust-policies.js';

const SESSION: Principal = { type: 'AWS', arn: 'arn:aws:sts::111122223333:assumed-role/hub/build' };
const USER: Principal = { type: 'AWS', arn: 'arn:aws:iam::111122223333:user/ci/bob' };
const SERVICE: Principal = { type: 'Service', name: 'ec2.amazonaws.com' };
const WITH_PATH: Principal = { ...SESSION, roleArn: 'arn:aws:iam::111122223333:role/ci/hub' };

const allow = (principal: unknown, action: unknown = '*') => ({
  Effect: 'Allow',
  Principal: principal,
  Action: action,
});

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
describe('a Principal', () => {
  it.each<[string, unknown, Principal | undefined, boolean]>([
    ['the provider of a token', { Federated: PROVIDER }, undefined, true],
    ['another provider', { Federated: `${PROVIDER}/octo` }, undefined, false],
    ['a provider by its address', { Federated: 'token.actions.githubusercontent.com' }, undefined, false],
    ['the account of the provider', { AWS: '111122223333' }, undefined, false],
    ['everyone, of a token', '*', undefined, true],
    ['everyone by AWS, of a token', { AWS: '*' }, undefined, true],
    ['a star for a provider', { Federated: '*' }, undefined, false],
    ['the account', { AWS: '111122223333' }, USER, true],
    ['the account by its root', { AWS: 'arn:aws:iam::111122223333:root' }, SESSION, true],
    ['the account in another partition', { AWS: 'arn:aws-cn:iam::111122223333:root' }, USER, false],
    ['another account', { AWS: '222233334444' }, USER, false],
    ['the user', { AWS: 'arn:aws:iam::111122223333:user/ci/bob' }, USER, true],
    ['the user without the path', { AWS: 'arn:aws:iam::111122223333:user/bob' }, USER, false],
    ['the user in other case', { AWS: 'arn:aws:iam::111122223333:user/ci/Bob' }, USER, false],
    ['all users, which cannot be said', { AWS: 'arn:aws:iam::111122223333:user/*' }, USER, false],
    ['the session', { AWS: 'arn:aws:sts::111122223333:assumed-role/hub/build' }, SESSION, true],
    ['another session', { AWS: 'arn:aws:sts::111122223333:assumed-role/hub/test' }, SESSION, false],
    [
      'all sessions, which cannot be said',
      { AWS: 'arn:aws:sts::111122223333:assumed-role/hub/*' },
      SESSION,
      false,
    ],
    ["the session's role", { AWS: 'arn:aws:iam::111122223333:role/hub' }, SESSION, true],
    ["the session's role with its path", { AWS: 'arn:aws:iam::111122223333:role/ci/hub' }, SESSION, true],
    ['a role of another name', { AWS: 'arn:aws:iam::111122223333:role/ci/hub2' }, SESSION, false],
    ['a role of another account', { AWS: 'arn:aws:iam::222233334444:role/hub' }, SESSION, false],
    ['the role where its path is known', { AWS: 'arn:aws:iam::111122223333:role/ci/hub' }, WITH_PATH, true],
    ['without that path', { AWS: 'arn:aws:iam::111122223333:role/hub' }, WITH_PATH, false],
    ['one of several', { AWS: ['222233334444', '111122223333'] }, USER, true],
    ['one of several kinds', { AWS: '222233334444', Service: 'ec2.amazonaws.com' }, SERVICE, true],
    ['another service', { Service: 'ecs.amazonaws.com' }, SERVICE, false],
    ['a canonical user', { CanonicalUser: 'abc' }, { type: 'CanonicalUser', id: 'abc' }, true],
    ['another canonical user', { CanonicalUser: 'abc' }, { type: 'CanonicalUser', id: 'def' }, false],
    ['no canonical user', { CanonicalUser: 'abc' }, USER, false],
  ])('%s', (_, principal, caller, isNamed) => {
    const question = caller && { principal: caller };
    expect(decide(allow(principal), question)).toBe(isNamed ? 'allow' : 'none');
    const except = { Effect: 'Deny', NotPrincipal: principal, Action: '*' };
    expect(decide([allow('*'), except], question)).toBe(isNamed ? 'allow' : 'deny');
  });
});

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html
describe('an Action', () => {
  it.each<[unknown, boolean]>([
    ['sts:AssumeRoleWithWebIdentity', true],
    ['STS:assumerolewithwebidentity', true],
    ['sts:AssumeRole*', true],
    ['sts:AssumeRoleWith???Identity', true],
    ['sts:*', true],
    ['*', true],
    ['*:*', true],
    [['sts:TagSession', 'sts:AssumeRoleWithWebIdentity'], true],
    ['sts:AssumeRole', false],
    ['sts:AssumeRoleWithSAML', false],
    ['s*:*', false],
  ])('%j', (action, isCovered) => {
    expect(decide(allow('*', action))).toBe(isCovered ? 'allow' : 'none');
    expect(decide({ Effect: 'Allow', Principal: '*', NotAction: action })).toBe(isCovered ? 'none' : 'allow');
  });
});

describe('a decision', () => {
  const deny = { Effect: 'Deny', Principal: '*', Action: '*' };
  it('is no without statements', () => expect(decide([])).toBe('none'));
  it('is no where a Deny applies, wherever it stands', () => {
    expect(decide([allow('*'), deny])).toBe('deny');
    expect(decide([deny, allow('*')])).toBe('deny');
  });
  it('does not mind a Deny whose condition fails', () => {
    const other = { ...deny, Condition: { StringEquals: { k: 'a' } } };
    expect(decide([allow('*'), other], { context: { k: 'b' } })).toBe('allow');
  });
  it('takes one statement without a list, and elements in any case', () => {
    const text = '{"version":"2012-10-17","STATEMENT":{"effect":"Allow","principal":"*","action":"*"}}';
    expect(parseTrustPolicy(text).statements).toHaveLength(1);
  });
});

describe('a document that is no trust policy', () => {
  const where = (statement: string): string => `{\n  "Statement": [\n    ${statement}\n  ]\n}`;
  const statement = (more: string): string =>
    where(`{ "Effect": "Allow", "Principal": "*", "Action": "*", ${more} }`);
  it.each([
    ['[]', 'line 1, column 1: a trust policy must be an object'],
    ['{}', 'line 1, column 1: the policy has no Statement'],
    ['{"Version": "2012-10-18", "Statement": []}', 'line 1, column 13: Version must be'],
    ['{"Statement": [], "Extra": 1}', 'line 1, column 19: a trust policy has no element "Extra"'],
    [where('{ "Principal": "*", "Action": "*" }'), 'line 3, column 5: the statement has no Effect'],
    [where('{ "Effect": "allow", "Principal": "*", "Action": "*" }'), 'line 3, column 17: Effect must be'],
    [where('{ "Effect": "Allow", "Action": "*" }'), 'line 3, column 5: the statement has neither Principal'],
    [where('{ "Effect": "Allow", "Principal": "*" }'), 'line 3, column 5: the statement has neither Action'],
    [statement('"NotAction": "*"'), 'line 3, column 59: the statement has both Action and NotAction'],
    [statement('"NotPrincipal": "*"'), 'has both Principal and NotPrincipal'],
    [statement('"Resource": "*"'), 'line 3, column 59: a trust policy has no Resource: the role itself'],
    [
      where('{ "Effect": "Allow", "Principal": "*", "Action": "AssumeRole" }'),
      '"AssumeRole" is not an action',
    ],
    [where('{ "Effect": "Allow", "Principal": "x", "Action": "*" }'), 'line 3, column 39: Principal must be'],
    [
      where('{ "Effect": "Allow", "Principal": {"User": "x"}, "Action": "*" }'),
      'unknown kind of principal "User"',
    ],
    [where('{ "Effect": "Allow", "Principal": {"AWS": []}, "Action": "*" }'), 'Principal AWS is empty'],
    [where('{ "Effect": "Allow", "Principal": {"AWS": 1}, "Action": "*" }'), 'Principal AWS must be text'],
    [where('{ "Effect": "Allow", "Principal": {}, "Action": "*" }'), 'Principal is empty'],
    [statement('"Condition": []'), 'line 3, column 72: Condition must be an object'],
    [
      statement('"Condition": { "StringEqual": { "k": "a" } }'),
      'line 3, column 74: unknown condition operator "StringEqual"; did you mean StringEquals?',
    ],
    [statement('"Condition": { "NullIfExists": { "k": "true" } }'), 'Null takes neither IfExists nor a set'],
    [
      statement('"Condition": { "ForAnyValue:Null": { "k": "true" } }'),
      'Null takes neither IfExists nor a set',
    ],
    [statement('"Condition": { "toString": { "k": "true" } }'), 'unknown condition operator "toString"'],
    [statement('"Condition": { "StringEquals": "a" }'), 'line 3, column 90: StringEquals must be an object'],
    [
      statement('"Condition": { "StringEquals": { "k": { "a": 1 } } }'),
      'line 3, column 97: StringEquals k must be',
    ],
    [statement('"Condition": { "StringEquals": { "k": null } }'), 'StringEquals k must be text'],
    [statement('"Sid": 1'), 'Sid must be text'],
    ['{"Version": 2012, "Statement": []}', 'line 1, column 13: Version must be text'],
    ['{"Statement": ["x"]}', 'line 1, column 16: a statement must be an object'],
    [where('{ "Effect": true, "Principal": "*", "Action": "*" }'), 'line 3, column 17: Effect must be text'],
    [where('{ "Effect": "Allow", "Principal": "*", "Action": 1 }'), ': Action must be text'],
    [where('{ "Effect": "Allow", "Principal": "*", "Action": [] }'), ': Action is empty'],
    [where('{ "Effect": "Allow", "Principal": "*", "NotAction": [1] }'), ': NotAction must be text'],
    [where('{ "Effect": "Allow", "NotPrincipal": {}, "Action": "*" }'), ': NotPrincipal is empty'],
    [
      where('{ "Effect": "Allow", "NotPrincipal": {"AWS": 1}, "Action": "*" }'),
      'NotPrincipal AWS must be text',
    ],
    [
      statement('"NotResource": "*"'),
      'line 3, column 59: a trust policy has no NotResource: the role itself',
    ],
    [statement('"Extra": 1'), 'line 3, column 59: a statement has no element "Extra"'],
    [statement('"effect": "Deny"'), 'line 3, column 59: Effect is used twice'],
    [
      statement('"Condition": { "String_Equals": { "k": "a" } }'),
      'unknown condition operator "String_Equals"',
    ],
    [
      where('{ "Effect": "Allow", "Principal": ["*"], "Action": "*" }'),
      'line 3, column 39: Principal must be an object or "*"',
    ],
  ])('%j', (text, message) => {
    expect(() => parseTrustPolicy(text)).toThrow(message);
  });
});
