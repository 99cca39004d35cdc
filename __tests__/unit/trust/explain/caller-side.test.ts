import type { NamedPolicy, Policies } from '../../../../src/trust/authorize/policies.js';
import { Context, type ContextValue } from '../../../../src/trust/evaluate/context.js';
import type { Principal } from '../../../../src/trust/evaluate/principals.js';
import { type CallerRequest, explainCallerSide } from '../../../../src/trust/explain/caller-side.js';
import { parseTrustPolicy } from '../../../../src/trust/language/parse.js';
import { parsePermissionPolicy } from '../../../../src/trust/language/permission-policy.js';

const ROLE = 'arn:aws:iam::444455556666:role/spoke';
const NEIGHBOUR = 'arn:aws:iam::222233334444:role/neighbour';
const CALLER: Principal = {
  type: 'AWS',
  arn: 'arn:aws:sts::222233334444:assumed-role/hub/build',
  roleArn: 'arn:aws:iam::222233334444:role/hub',
};
const UNKNOWN = { kind: 'trust', policy: 'unknown' } as const;
const ALLOW = { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: ROLE };
const DENY = { ...ALLOW, Effect: 'Deny' };

const text = (statements: readonly object[]) =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements });
const policy = (...statements: readonly object[]): NamedPolicy => ({
  name: 'own.json',
  policy: parsePermissionPolicy(text(statements), 'without-principals'),
});
const trust = (...statements: readonly object[]) =>
  ({ kind: 'trust', name: 'trust', policy: parseTrustPolicy(text(statements)) }) as const;

const explain = (
  policies: Partial<Policies>,
  { keys = {}, ...more }: Partial<CallerRequest> & { readonly keys?: Record<string, ContextValue> } = {},
) =>
  explainCallerSide(
    {
      actions: ['sts:AssumeRole'],
      principal: CALLER,
      resource: ROLE,
      context: new Context(Object.entries(keys)),
      ...more,
    },
    { identity: 'unknown', resource: UNKNOWN, ...policies },
  );
const why = (side: ReturnType<typeof explain>) => side.failures.map((one) => one.why).join(' ');

describe('the caller’s side', () => {
  it('allows what its policies allow, and what nobody asks', () => {
    expect(explain({ identity: [policy(ALLOW)] })).toMatchObject({ decision: 'allow', kind: undefined });
    expect(explain({})).toMatchObject({ decision: 'allow' });
    expect(explain({}, { actions: [] })).toMatchObject({ decision: 'allow', action: '' });
  });

  it('refuses for the first reason, by the statement that comes closest', () => {
    const other = { ...ALLOW, Action: 's3:*', Resource: 'arn:aws:s3:::bucket' };
    const nearer = { ...ALLOW, Resource: `${ROLE}s` };
    const side = explain({ identity: [policy(other, nearer)] });
    expect(side).toMatchObject({ decision: 'deny', kind: 'identity', how: 'not-allowed' });
    expect(side.closest).toMatchObject({ policy: 'own.json', statement: { number: 2 } });
    expect(why(side)).toBe(`The Resource is "${ROLE}s", which does not cover ${ROLE}.`);
  });

  it('refuses with a Deny, whose conditions it shows', () => {
    const condition = { StringEquals: { 'sts:RoleSessionName': 'build' } };
    const side = explain(
      { identity: [policy(ALLOW, { ...DENY, Condition: condition })] },
      { keys: { 'sts:RoleSessionName': 'build' } },
    );
    expect(side).toMatchObject({
      decision: 'deny',
      how: 'explicit-deny',
      closest: { statement: { number: 2 } },
    });
    expect(why(side)).toBe('The condition is true.');
  });

  it('refuses with an empty policy', () => {
    expect(explain({ identity: [policy()] })).toMatchObject({
      decision: 'deny',
      closest: undefined,
      failures: [],
    });
  });

  it.each([
    ['NotResource that names it', { Action: 'sts:*', NotResource: ROLE }, `NotResource leaves ${ROLE} out.`],
    [
      'NotAction that names it',
      { NotAction: 'sts:*', Resource: ROLE },
      'NotAction leaves sts:AssumeRole out.',
    ],
  ])('says why of %s', (_, parts, expected) => {
    const statement = { Effect: 'Allow', ...parts };
    expect(why(explain({ identity: [policy(statement)] }))).toBe(expected);
  });

  it('is undecided where only a deployment or AWS knows', () => {
    const unknown = explain({
      identity: [policy({ ...ALLOW, Resource: `arn:aws:iam::\${SPOKE}:role/spoke` })],
    });
    expect(unknown).toMatchObject({ decision: 'unknown', kind: 'identity' });
    expect(why(unknown)).toContain('Only the deployment knows whether');
    const condition = { StringEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } };
    const byAws = explain({ boundary: policy({ ...ALLOW, Condition: condition }) });
    expect(byAws).toMatchObject({ decision: 'unknown', kind: 'boundary' });
    expect(why(byAws)).toContain('Only AWS knows "aws:PrincipalOrgID"');
    const denied = explain({
      identity: [policy(ALLOW)],
      serviceControl: [[policy({ ...DENY, Condition: condition }, ALLOW)]],
    });
    expect(denied).toMatchObject({ decision: 'unknown', kind: 'service-control' });
  });

  it('is asked alone where the trust policy refuses', () => {
    const resource = trust({ Effect: 'Deny', Principal: '*', Action: 'sts:*' });
    expect(explain({ resource, identity: [policy(ALLOW)] })).toMatchObject({ decision: 'allow' });
    expect(explain({ resource, identity: [policy()] })).toMatchObject({ decision: 'deny', kind: 'identity' });
  });

  it('need not allow it where a trust policy of its account names the caller', () => {
    const asked = { resource: NEIGHBOUR };
    const names = trust({ Effect: 'Allow', Principal: { AWS: CALLER.roleArn }, Action: 'sts:*' });
    expect(explain({ identity: [policy()] }, asked)).toMatchObject({ decision: 'unless-named' });
    expect(explain({ identity: [policy()], resource: names }, asked)).toMatchObject({ decision: 'allow' });
  });
});

describe('for a token', () => {
  const asked = {
    principal: { type: 'Federated', provider: 'token.example' },
    actions: ['sts:AssumeRoleWithWebIdentity'],
  } as const;
  const guard = (condition: object) => ({
    name: 'rcp.json',
    policy: parsePermissionPolicy(
      text([{ Effect: 'Deny', Principal: '*', Action: 'sts:*', Resource: '*', Condition: condition }]),
      'names-principals',
    ),
  });

  // github.com/aws/lza-universal-configuration/issues/29
  it('its organization is known to be none', () => {
    const other = { StringNotEqualsIfExists: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } };
    expect(explain({ resourceControl: [guard(other)] }, asked)).toMatchObject({
      decision: 'deny',
      kind: 'resource-control',
    });
  });

  it('its address is not', () => {
    const address = { NotIpAddress: { 'aws:SourceIp': '10.0.0.0/8' } };
    expect(explain({ resourceControl: [guard(address)] }, asked)).toMatchObject({
      decision: 'unknown',
      kind: 'resource-control',
    });
  });
});
