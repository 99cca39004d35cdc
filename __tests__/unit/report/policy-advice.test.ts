import { callerStatement, policyAdvice, type RefusedBy } from '../../../src/report/policy-advice.js';

const ROLE = 'arn:aws:iam::444455556666:role/spoke';
const USER = 'arn:aws:iam::111122223333:user/ci/alice';
const SESSION = 'arn:aws:sts::222233334444:assumed-role/hub/build';

const advice = (more: Partial<RefusedBy>): string =>
  policyAdvice({
    kind: 'identity',
    how: 'not-allowed',
    action: 'sts:AssumeRole',
    actions: ['sts:AssumeRole'],
    roleArn: ROLE,
    callerArn: SESSION,
    isToken: false,
    ...more,
  });

describe('advice names the caller and the command that shows its policies', () => {
  it.each<[string, string | undefined, string, string]>([
    ['a session', SESSION, 'the role hub', '`aws iam list-role-policies --role-name hub`'],
    ['a user', USER, 'the user alice', '`aws iam list-user-policies --user-name alice`'],
    ['a role', 'arn:aws:iam::111122223333:role/ci/hub', 'the role hub', '--role-name hub`'],
    ['nobody known', undefined, 'the caller', '--role-name NAME`'],
    [
      'another kind of caller',
      'arn:aws:sts::111122223333:federated-user/bob',
      'the caller',
      '--role-name NAME`',
    ],
    [
      'a name that a shell would read',
      'arn:aws:iam::111122223333:user/$(id)',
      'the caller',
      '--role-name NAME`',
    ],
  ])('for %s', (_, callerArn, name, command) => {
    const text = advice({ callerArn, how: 'explicit-deny' });
    expect(text).toContain(`A policy of ${name} denies sts:AssumeRole.`);
    expect(text).toContain(command);
  });

  it('of a boundary', () => {
    expect(advice({ kind: 'boundary', callerArn: USER })).toContain(
      '`aws iam get-user --user-name alice --query User.PermissionsBoundary` names it. Add to it: {',
    );
    expect(advice({ kind: 'boundary', how: 'explicit-deny', callerArn: undefined })).toContain(
      '`aws iam get-role --role-name NAME --query Role.PermissionsBoundary` names it. Change the Deny, or exempt this call from it.',
    );
  });
});

describe('advice names the account whose organization decides', () => {
  it.each<[string, Partial<RefusedBy>, readonly string[]]>([
    [
      'the caller’s, for a service control policy',
      { kind: 'service-control', how: 'explicit-deny' },
      ['(SCP) denies sts:AssumeRole', '--target-id 222233334444 --filter SERVICE_CONTROL_POLICY'],
    ],
    [
      'one that is not known',
      { kind: 'service-control', callerArn: undefined },
      ['No service control policy (SCP) allows sts:AssumeRole', '--target-id ACCOUNT '],
    ],
    [
      'the role’s, for a resource control policy',
      { kind: 'resource-control', how: 'explicit-deny' },
      ['--target-id 444455556666 --filter RESOURCE_CONTROL_POLICY'],
    ],
  ])('%s', (_, refused, texts) => {
    for (const text of texts) expect(advice(refused)).toContain(text);
    expect(advice(refused)).not.toContain('A token belongs to');
  });
});

it.each<[Partial<RefusedBy>, string]>([
  [{ kind: 'vpc-endpoint', how: 'explicit-deny' }, 'whose policy denies sts:AssumeRole'],
  [{ kind: 'session', how: 'explicit-deny' }, 'The session policy of the role hub denies'],
  [
    { kind: 'trust', how: 'explicit-deny' },
    "The role's trust policy has a Deny that applies to sts:AssumeRole.",
  ],
  [{ kind: 'resource', how: 'explicit-deny' }, 'A resource-based policy denies sts:AssumeRole.'],
  [{ kind: 'resource' }, 'A resource-based policy does not allow sts:AssumeRole.'],
])('advice for %j', (refused, text) => {
  expect(advice(refused)).toContain(text);
});

it('the statement to add is for this role and these actions alone', () => {
  const actions = ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'];
  expect(JSON.parse(callerStatement({ actions, roleArn: ROLE }))).toEqual({
    Effect: 'Allow',
    Action: actions,
    Resource: ROLE,
  });
});
