import {
  ALL,
  DENY,
  document,
  FULL,
  HUB,
  may,
  NEIGHBOUR,
  ORGANIZATION,
  OTHER,
  OWN,
  printed,
  SPOKE,
  STATEMENT,
  type World,
} from '../support/refused-hop.js';

describe('a token', () => {
  const guard = document({
    ...DENY,
    Principal: '*',
    Condition: { StringNotEqualsIfExists: { 'aws:PrincipalOrgID': ORGANIZATION.id } },
  });
  const world = { own: { organization: ORGANIZATION, resourceControlPolicies: [guard] } };

  it('is refused by a resource control policy, in AWS’s words', async () => {
    const { first, lines } = await printed(world, { inputs: { 'role-chain': '' } });
    expect(first).toContain('with an explicit deny in a resource control policy.');
    expect(lines[0]).toMatch(
      /^AWS names the reason\. A resource control policy \(RCP\) denies sts:AssumeRoleWithWebIdentity/,
    );
    expect(lines[0]).toContain('A token belongs to no account and no organization');
    expect(lines.join()).not.toContain('Set the input');
  });

  it('and by the one that is given, since a token has no organization', async () => {
    const inputs = { 'role-chain': '', 'caller-policy': 'rcp: rcp.json\nhub.json' };
    const { lines } = await printed(world, { inputs, files: { 'rcp.json': guard, 'hub.json': FULL } });
    expect(lines[1]).toMatch(
      /^The role's side refuses: caller-policy denies sts:AssumeRoleWithWebIdentity on .*rcp\.json, statement 1/,
    );
  });

  it('has no policies of its own', async () => {
    const inputs = { 'role-chain': '', 'caller-policy': JSON.stringify(FULL) };
    expect((await printed(world, { inputs })).lines.at(-1)).toBe(
      'caller-policy was not evaluated: a token has no policies of its own, so that only rcp and vpc-endpoint count for this call.',
    );
  });
});

describe('AWS’s own words lead', () => {
  const inOne = { own: { organization: ORGANIZATION }, other: { organization: ORGANIZATION } };

  it.each<[string, World, string]>([
    [
      'identity',
      { hub: { permissions: [] } },
      `No policy of the role hub-deploy allows sts:AssumeRole on ${SPOKE}. Add to one: ${STATEMENT}`,
    ],
    [
      'identity, denied',
      { hub: { permissions: [ALL, DENY] } },
      'A policy of the role hub-deploy denies sts:AssumeRole. `aws iam list-role-policies --role-name hub-deploy`',
    ],
    [
      'boundary',
      { hub: { permissionsBoundary: document(may('*', 'GetCallerIdentity')) } },
      'The permissions boundary of the role hub-deploy does not allow',
    ],
    [
      'trust',
      { trust: { Effect: 'Allow', Principal: { AWS: OTHER }, Action: 'sts:*' } },
      "The role's trust policy does not allow sts:AssumeRole to this caller.",
    ],
    [
      'trust, denied',
      { trust: { Effect: 'Deny', Principal: '*', Action: 'sts:*' } },
      "The role's trust policy has a Deny that applies to sts:AssumeRole.",
    ],
    [
      'endpoint',
      {
        network: {
          sourceIp: '10.0.0.7',
          vpcEndpoint: {
            id: 'vpce-1',
            vpc: 'vpc-1',
            policy: document({ ...may('*', 'AssumeRoleWithWebIdentity'), Principal: '*' }),
          },
        },
      },
      'The request came through a VPC endpoint, whose policy does not allow sts:AssumeRole',
    ],
  ])('%s', async (_, world, advice) => {
    const { first, lines } = await printed({ ...inOne, ...world });
    expect(first).toMatch(/with an explicit deny in|because no .* allows the sts:AssumeRole action/);
    expect(lines[0]).toContain(`AWS names the reason. ${advice}`);
  });

  it('the session policy of the role before', async () => {
    const chain = JSON.stringify([
      { role: NEIGHBOUR, 'session-policy': document(may('*', 'GetCallerIdentity')) },
      { role: SPOKE },
    ]);
    const { lines } = await printed(inOne, { inputs: { 'role-chain': chain } });
    expect(lines[0]).toContain(
      'AWS names the reason. The session policy of the role neighbour does not allow sts:AssumeRole',
    );
    expect(lines[0]).toContain('session-policy` of the role before this one in role-chain');
  });

  it('where AWS is silent, the step knows the session policy that it gave itself', async () => {
    const steps = (policy: object) =>
      JSON.stringify([{ role: NEIGHBOUR, 'session-policy': policy }, { role: SPOKE }]);
    const narrow = await printed(
      {},
      { inputs: { 'role-chain': steps(document(may('*', 'GetCallerIdentity'))) } },
    );
    expect(narrow.lines).toEqual([
      `The caller's side refuses: session-policy of the previous role does not allow sts:AssumeRole on ${SPOKE}. Closest match: statement 1, line 1.`,
      expect.stringMatching(/^The session policy of the role neighbour does not allow .* Add to it: /),
      '- line 1, action: The statement covers "sts:GetCallerIdentity", and the call needs sts:AssumeRole. Add "sts:AssumeRole" to the Action.',
    ]);
    // One that allows it is not what refuses.
    const trust = { Effect: 'Allow', Principal: { AWS: HUB }, Action: 'sts:AssumeRole' };
    const wide = await printed(
      { trust },
      { inputs: { 'role-chain': steps(document(may('*', 'AssumeRole'))) } },
    );
    expect(wide.first).toContain('AccessDenied');
    expect(wide.lines.join()).not.toContain('session');
  });

  it('before what a trust policy says of it', async () => {
    const trust = { Effect: 'Allow', Principal: { AWS: OWN }, Action: 'sts:*' };
    const inputs = { 'trust-policy': JSON.stringify(document(trust)) };
    const { lines } = await printed({ ...inOne, hub: { permissions: [] } }, { inputs });
    expect(lines).toEqual([
      expect.stringContaining('AWS names the reason. No policy of the role hub-deploy allows'),
      'This trust policy would allow this caller (statement 1, line 1).',
    ]);
  });
});
