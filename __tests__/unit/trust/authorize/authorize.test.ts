import { authorize, type Refusal } from '../../../../src/trust/authorize/authorize.js';
import type { NamedPolicy, Policies, ResourcePolicy } from '../../../../src/trust/authorize/policies.js';
import { refusalWords } from '../../../../src/trust/authorize/words.js';
import { Context, type ContextValue } from '../../../../src/trust/evaluate/context.js';
import type { Principal } from '../../../../src/trust/evaluate/principals.js';
import { parseTrustPolicy } from '../../../../src/trust/language/parse.js';
import { parsePermissionPolicy } from '../../../../src/trust/language/permission-policy.js';

const OWN = '111122223333';
const USER: Principal = { type: 'AWS', arn: `arn:aws:iam::${OWN}:user/alice` };
const ROLE_ARN = `arn:aws:iam::${OWN}:role/ci/hub`;
const SESSION_ARN = `arn:aws:sts::${OWN}:assumed-role/hub/build`;
const SESSION: Principal = { type: 'AWS', arn: SESSION_ARN, roleArn: ROLE_ARN };
const TOKEN: Principal = { type: 'Federated', provider: 'token.example' };
const BUCKET = 'arn:aws:s3:::bucket/key';

interface Question {
  readonly principal?: Principal;
  readonly action?: string;
  readonly resource?: string;
  readonly account?: string;
  readonly keys?: Readonly<Record<string, ContextValue>>;
}

const document = (statements: unknown) => JSON.stringify({ Version: '2012-10-17', Statement: statements });

function policy(...statements: readonly object[]): NamedPolicy {
  return { name: 'policy', policy: parsePermissionPolicy(document(statements), 'without-principals') };
}

function bucketPolicy(...statements: readonly object[]): NamedPolicy & { readonly kind: 'resource' } {
  const parsed = parsePermissionPolicy(document(statements), 'names-principals');
  return { kind: 'resource', name: 'bucket', policy: parsed };
}

function trust(...statements: readonly object[]): ResourcePolicy {
  return { kind: 'trust', name: 'trust', policy: parseTrustPolicy(document(statements)) };
}

function ask(policies: Partial<Policies>, question: Question = {}) {
  const { principal = USER, action = 's3:GetObject', resource = BUCKET, keys = {} } = question;
  const context = new Context(Object.entries(keys));
  const resourceAccount = question.account ?? OWN;
  return authorize({ principal, action, resource, resourceAccount, context }, { identity: [], ...policies });
}

const words = (by: Refusal, action = 's3:GetObject') => refusalWords(by, action);

/** `allow`, or how AWS words the refusal. */
function outcome(policies: Partial<Policies>, question: Question = {}): string {
  const decided = ask(policies, question);
  if (decided.decision === 'deny') return words(decided.by, question.action);
  return decided.decision === 'unknown' ? `unknown: ${decided.on.join()}` : decided.decision;
}

const ALLOW = { Effect: 'Allow', Action: '*', Resource: '*' };
const DENY = { ...ALLOW, Effect: 'Deny' };
const OTHER = { ...ALLOW, Action: 'ec2:*' };
const allowTo = (principal: unknown) => ({ ...ALLOW, Principal: principal });

/*
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics-single-account.html:
 * what a resource-based policy allows, while identity policy, permissions boundary and session policy say nothing.
 */
describe('a resource-based policy in the caller’s account', () => {
  const nothing = { identity: [policy(OTHER)], boundary: policy(OTHER), session: [policy(OTHER)] };
  const { session: _, ...nothingOfUser } = nothing;
  const NO_BOUNDARY = 'because no permissions boundary allows the s3:GetObject action';
  const NO_SESSION = 'because no session policy allows the s3:GetObject action';
  const NO_IDENTITY = 'because no identity-based policy allows the s3:GetObject action';

  it.each<[string, unknown, Principal, Partial<Policies>, string]>([
    ['that names the user grants it', { AWS: USER.arn }, USER, nothingOfUser, 'allow'],
    ['that names everyone grants it to a user', '*', USER, nothingOfUser, 'allow'],
    ['that names the role is limited by the boundary', { AWS: ROLE_ARN }, SESSION, nothing, NO_BOUNDARY],
    [
      'that names the role is limited by the session policy',
      { AWS: ROLE_ARN },
      SESSION,
      { ...nothing, boundary: policy(ALLOW) },
      NO_SESSION,
    ],
    [
      'that names the role needs no identity policy',
      { AWS: ROLE_ARN },
      SESSION,
      { ...nothing, boundary: policy(ALLOW), session: [policy(ALLOW)] },
      'allow',
    ],
    ['that names the session grants it', { AWS: SESSION_ARN }, SESSION, nothing, 'allow'],
    ['that names everyone grants it to a session', '*', SESSION, nothing, 'allow'],
    ['that names the account leaves it to identity policies', { AWS: OWN }, SESSION, nothing, NO_IDENTITY],
    [
      'that names the account, with an identity policy that allows it',
      { AWS: OWN },
      SESSION,
      { identity: [policy(ALLOW)] },
      'allow',
    ],
    ['that names another is not needed', { AWS: ROLE_ARN }, USER, { identity: [policy(ALLOW)] }, 'allow'],
  ])('%s', (_, principal, caller, policies, expected) => {
    const asked = { resource: bucketPolicy(allowTo(principal)), ...policies };
    expect(outcome(asked, { principal: caller })).toBe(expected);
  });

  it('is limited by no implicit deny, and by every explicit one', () => {
    const asked = { ...nothing, resource: bucketPolicy(allowTo({ AWS: SESSION_ARN })) };
    for (const [kind, name] of [
      [{ identity: [policy(DENY)] }, 'an identity-based policy'],
      [{ boundary: policy(DENY) }, 'a permissions boundary'],
      [{ session: [policy(DENY)] }, 'a session policy'],
    ] as const) {
      expect(outcome({ ...asked, ...kind }, { principal: SESSION })).toBe(`with an explicit deny in ${name}`);
    }
  });

  it('of a KMS key has to allow it, whatever the identity policy says', () => {
    const key = (principal: unknown) => ({ ...bucketPolicy(allowTo(principal)), mustAllow: true }) as const;
    const identity = [policy(ALLOW)];
    const question = { action: 'kms:Decrypt', resource: `arn:aws:kms:us-east-1:${OWN}:key/k` };
    expect(outcome({ identity, resource: key({ AWS: ROLE_ARN }) }, question)).toBe(
      'because no resource-based policy allows the kms:Decrypt action',
    );
    expect(outcome({ identity, resource: key({ AWS: OWN }) }, question)).toBe('allow');
    expect(outcome({ identity: [], resource: key({ AWS: USER.arn }) }, question)).toBe('allow');
  });
});

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
describe('in another account', () => {
  const account = '444455556666';
  const both = { identity: [policy(ALLOW)], resource: bucketPolicy(allowTo({ AWS: OWN })) };

  it('both accounts have to allow it', () => {
    expect(outcome(both, { account })).toBe('allow');
    expect(outcome({ identity: both.identity }, { account })).toBe(
      'because no resource-based policy allows the s3:GetObject action',
    );
    const named = { resource: bucketPolicy(allowTo({ AWS: USER.arn })) };
    expect(outcome(named, { account })).toBe(
      'because no identity-based policy allows the s3:GetObject action',
    );
  });

  it('everyone is not enough either, and boundary and session policies limit', () => {
    const open = { ...both, resource: bucketPolicy(allowTo('*')) };
    const asked = { account, principal: SESSION };
    expect(outcome({ ...open, identity: [] }, asked)).toMatch('no identity-based policy');
    expect(outcome({ ...open, boundary: policy(OTHER) }, asked)).toMatch('no permissions boundary');
    expect(outcome({ ...open, session: [] }, asked)).toMatch('no session policy');
  });
});

// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_update-role-trust-policy.html and
// https://repost.aws/knowledge-center/iam-assume-role-error
describe('a role’s trust policy', () => {
  const role = `arn:aws:iam::${OWN}:role/deploy`;
  const question = { action: 'sts:AssumeRole', resource: role };
  const trusts = (principal: unknown) =>
    trust({ Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole' });
  const mayAssume = [policy({ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: role })];

  it.each<[string, unknown, readonly NamedPolicy[], string]>([
    ['that names the user grants by itself', { AWS: USER.arn }, [], 'allow'],
    [
      'that names the account leaves it to identity policies',
      { AWS: `arn:aws:iam::${OWN}:root` },
      [],
      'because no identity-based policy allows the sts:AssumeRole action',
    ],
    ['that names the account, with an identity policy', { AWS: OWN }, mayAssume, 'allow'],
    [
      'that names another, whatever the identity policy says',
      { AWS: ROLE_ARN },
      mayAssume,
      'because no role trust policy allows the sts:AssumeRole action',
    ],
  ])('%s', (_, principal, identity, expected) => {
    expect(outcome({ identity, resource: trusts(principal) }, question)).toBe(expected);
  });

  it('denies in words of its own', () => {
    const resource = trust({ Effect: 'Deny', Principal: '*', Action: 'sts:*' });
    expect(outcome({ identity: mayAssume, resource }, question)).toBe(
      'with an explicit deny in the role trust policy',
    );
  });

  it('is all that counts for a token, with resource control policies and the endpoint’s', () => {
    const asked = { ...question, principal: TOKEN };
    const resource = trusts({ Federated: 'token.example' });
    expect(outcome({ resource }, asked)).toBe('allow');
    expect(outcome({ resource, resourceControl: [guard({})] }, asked)).toBe(
      'with an explicit deny in a resource control policy',
    );
    const vpcEndpoint = bucketPolicy({ ...allowTo('*'), Action: 's3:*' });
    expect(outcome({ resource, vpcEndpoint }, asked)).toBe(
      'because no VPC endpoint policy allows the sts:AssumeRole action',
    );
  });
});

function guard(Condition: object): NamedPolicy {
  return bucketPolicy({ ...DENY, Principal: '*', Condition });
}

// https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html
describe('service control policies', () => {
  const FULL = policy(ALLOW);
  const identity = [FULL];

  it.each<[string, readonly (readonly NamedPolicy[])[], string]>([
    ['allow at every level', [[FULL], [FULL], [FULL]], 'allow'],
    [
      'do not allow at one level',
      [[FULL], [policy(OTHER)], [FULL]],
      'because no service control policy allows the s3:GetObject action',
    ],
    [
      'have none at one level',
      [[FULL], []],
      'because no service control policy allows the s3:GetObject action',
    ],
    ['of one level are taken together', [[policy(OTHER), FULL]], 'allow'],
    [
      'deny at one level',
      [[FULL], [FULL, policy(DENY)]],
      'with an explicit deny in a service control policy',
    ],
  ])('%s', (_, serviceControl, expected) => {
    expect(outcome({ identity, serviceControl })).toBe(expected);
  });

  it('grant nothing', () => {
    expect(outcome({ serviceControl: [[FULL]] })).toMatch('no identity-based policy');
  });

  it('limit what a resource’s policy grants directly', () => {
    const resource = bucketPolicy(allowTo({ AWS: USER.arn }));
    expect(outcome({ resource, serviceControl: [[policy(OTHER)]] })).toMatch('no service control policy');
  });
});

// https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html
it('a resource control policy keeps out who is not of the organization', () => {
  const resourceControl = [guard({ StringNotEqualsIfExists: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } })];
  const asked = { identity: [policy(ALLOW)], resourceControl };
  expect(outcome(asked, { keys: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } })).toBe('allow');
  expect(outcome(asked, { keys: { 'aws:PrincipalOrgID': 'o-other12345' } })).toBe(
    'with an explicit deny in a resource control policy',
  );
});

// https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
it('a boundary grants nothing, and limits what identity policies grant', () => {
  const s3 = policy({ ...ALLOW, Action: 's3:*' });
  expect(outcome({ boundary: policy(ALLOW) })).toMatch('no identity-based policy');
  expect(outcome({ identity: [policy(ALLOW)], boundary: s3 })).toBe('allow');
  expect(outcome({ identity: [policy(ALLOW)], boundary: s3 }, { action: 'ec2:RunInstances' })).toBe(
    'because no permissions boundary allows the ec2:RunInstances action',
  );
});

it('session policies are taken together, and a Deny among them wins', () => {
  const identity = [policy(ALLOW)];
  const question = { principal: SESSION };
  expect(outcome({ identity, session: [policy(OTHER), policy(ALLOW)] }, question)).toBe('allow');
  expect(outcome({ identity, session: [policy(ALLOW), policy(DENY)] }, question)).toMatch(
    'explicit deny in a session policy',
  );
});

describe('a statement', () => {
  it.each<[string, object, string]>([
    ['with a wildcard in the action', { Action: 's3:Get*', Resource: '*' }, 'yes'],
    ['in another case', { Action: 'S3:getobject', Resource: '*' }, 'yes'],
    ['with NotAction', { NotAction: 's3:Put*', Resource: '*' }, 'yes'],
    ['with NotAction that names it', { NotAction: 's3:*', Resource: '*' }, 'no'],
    ['with a wildcard in the resource', { Action: '*', Resource: 'arn:aws:s3:::bucket/*' }, 'yes'],
    ['with a question mark', { Action: '*', Resource: 'arn:aws:s3:::bucket/k?y' }, 'yes'],
    ['with another resource', { Action: '*', Resource: 'arn:aws:s3:::other/*' }, 'no'],
    ['with a resource in another case', { Action: '*', Resource: 'arn:aws:s3:::Bucket/*' }, 'no'],
    ['with NotResource', { Action: '*', NotResource: 'arn:aws:s3:::other/*' }, 'yes'],
    ['with NotResource that names it', { Action: '*', NotResource: ['x', BUCKET].slice(1) }, 'no'],
    ['with a variable', { Action: '*', Resource: `arn:aws:s3:::\${aws:username}/*` }, 'yes'],
    ['with a variable of no value', { Action: '*', Resource: `arn:aws:s3:::\${aws:userid}/*` }, 'no'],
    [
      'with a condition that holds',
      { Action: '*', Resource: '*', Condition: { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } } },
      'yes',
    ],
    [
      'with a condition that does not',
      { Action: '*', Resource: '*', Condition: { IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } } },
      'no',
    ],
    ['with a placeholder', { Action: '*', Resource: `arn:aws:s3:::\${BUCKET}/*` }, 'unknown'],
    ['with a placeholder elsewhere', { Action: '*', Resource: `arn:aws:sqs:::\${QUEUE}` }, 'no'],
    [
      'with NotResource of a placeholder',
      { Action: '*', NotResource: `arn:aws:s3:::\${BUCKET}/*` },
      'unknown',
    ],
  ])('%s', (_, statement, applies) => {
    const keys = { 'aws:username': 'bucket', 'aws:SourceIp': '203.0.113.7' };
    const decide = (Effect: string) =>
      ask({ identity: [policy(ALLOW, { ...statement, Effect })] }, { keys }).decision;
    expect(decide('Deny')).toBe({ yes: 'deny', no: 'allow', unknown: 'unknown' }[applies]);
    const alone = outcome({ identity: [policy({ ...statement, Effect: 'Allow' })] }, { keys });
    const refused = 'because no identity-based policy allows the s3:GetObject action';
    expect(alone).toBe({ yes: 'allow', no: refused, unknown: 'unknown: identity' }[applies]);
  });

  it.each([
    [{ ...ALLOW, Principal: '*' }, 'this kind of policy has no Principal'],
    [{ Effect: 'Allow', Action: '*' }, 'has neither Resource nor NotResource'],
    [{ ...ALLOW, NotResource: '*' }, 'has both Resource and NotResource'],
    [{ ...ALLOW, Resource: 'bucket' }, '"bucket" is not a resource; write an ARN or *'],
    [{ ...ALLOW, Resource: [] }, 'Resource is empty'],
  ])('that IAM would not save is an error: %j', (statement, message) => {
    expect(() => policy(statement)).toThrow(message);
  });
});

describe('what is not known', () => {
  it('leaves it undecided, unless another kind of policy decides', () => {
    expect(outcome({ identity: 'unknown' })).toBe('unknown: identity');
    expect(outcome({ identity: 'unknown', boundary: policy(OTHER) })).toMatch('no permissions boundary');
    expect(outcome({ identity: 'unknown', boundary: policy(DENY) })).toMatch('explicit deny');
  });

  it('may be a condition on what only AWS knows', () => {
    const condition = { Bool: { 'aws:SecureTransport': 'true' } };
    const identity = [policy({ ...ALLOW, Condition: condition })];
    const request = { principal: USER, action: 's3:GetObject', resource: BUCKET, resourceAccount: OWN };
    const asked = { ...request, context: new Context() };
    expect(authorize(asked, { identity }).decision).toBe('deny');
    const isUndecided = () => true;
    expect(authorize(asked, { identity }, isUndecided)).toMatchObject({ decision: 'unknown' });
  });
});

it('says which statements refused', () => {
  const identity = [
    { ...policy(ALLOW, { ...DENY, Sid: 'Revoked' }), name: 'AWSRevokeOlderSessions' },
    policy({ ...DENY, Action: 'ec2:*' }),
  ];
  const denied = ask({ identity });
  expect(denied).toMatchObject({
    by: {
      how: 'explicit-deny',
      statements: [{ policy: 'AWSRevokeOlderSessions', statement: { sid: 'Revoked' } }],
    },
  });
  expect(ask({ identity: [policy(OTHER)] })).toMatchObject({
    by: {
      how: 'not-allowed',
      statements: [{ policy: 'policy', coversAction: false, coversResource: 'yes' }],
    },
  });
});
