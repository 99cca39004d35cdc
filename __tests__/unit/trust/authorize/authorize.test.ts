import type { NamedPolicy, Policies } from '../../../../src/trust/authorize/policies.js';
import type { Principal } from '../../../../src/trust/evaluate/principals.js';
import {
  ALLOW,
  allowTo,
  bucketPolicy,
  DENY,
  OTHER,
  OWN,
  outcome,
  policy,
  ROLE_ARN,
  SESSION,
  SESSION_ARN,
  TOKEN,
  trust,
  USER,
} from './support.js';

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
