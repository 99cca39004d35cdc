import { readFileSync } from 'node:fs';
import {
  DENY,
  document,
  FULL,
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

describe('caller-policy says which side refused', () => {
  it('an identity policy without the role: what to add to it, as docs/chains.md shows', async () => {
    const hub = document(may(SPOKE.replace('spoke-deploy', 'other'), 'AssumeRole'));
    const { lines, summary } = await printed(
      { hub: { permissions: hub.Statement } },
      { inputs: { 'caller-policy': 'iam/hub-deploy.json' }, files: { 'iam/hub-deploy.json': hub } },
    );
    expect(readFileSync('docs/chains.md', 'utf8')).toContain(`\`\`\`text\n${lines.join('\n')}\n\`\`\`\n`);
    expect(lines).toEqual([
      `The caller's side refuses: caller-policy does not allow sts:AssumeRole on ${SPOKE}. Closest match: iam/hub-deploy.json, statement 1, line 4.`,
      `No policy of the role hub-deploy allows sts:AssumeRole on ${SPOKE}. Add to one: ${STATEMENT}`,
      `- line 9, resource: The Resource is "arn:aws:iam::${OTHER}:role/other", which does not cover ${SPOKE}.`,
    ]);
    const [, pasted = ''] = /#### The caller's side[\s\S]*?````json\n([\s\S]*?)\n````/.exec(summary) ?? [];
    expect(JSON.parse(pasted)).toEqual({ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: SPOKE });
  });

  it('the statement to add opens the role', async () => {
    const { lines } = await printed(
      { hub: { permissions: [] } },
      {
        inputs: { 'caller-policy': '{ "Version": "2012-10-17", "Statement": [] }' },
        item: { tags: { Team: 'web' } },
      },
    );
    expect(lines[0]).toContain('does not allow sts:AssumeRole on');
    expect(lines[0]).toContain('It has no Allow statement.');
    const statement: unknown = JSON.parse(/Add to one: (.*)$/.exec(lines[1] ?? '')?.[1] ?? '');
    expect(statement).toEqual(may(SPOKE, 'AssumeRole', 'TagSession'));
    const opened = await printed(
      { hub: { permissions: [may(SPOKE, 'AssumeRole', 'TagSession')] } },
      { item: { tags: { Team: 'web' } } },
    );
    expect(opened.first).toBe('');
  });

  it('tags that only the caller’s side may not set', async () => {
    const hub = document(may(SPOKE, 'AssumeRole'));
    const { lines } = await printed(
      { hub: { permissions: hub.Statement } },
      { inputs: { 'caller-policy': JSON.stringify(hub) }, item: { tags: { Team: 'web' } } },
    );
    expect(lines[0]).toBe(
      `The caller's side refuses: caller-policy does not allow sts:TagSession on ${SPOKE}. Closest match: statement 1, line 1.`,
    );
    expect(lines[2]).toContain(
      'which needs sts:TagSession as well, and the statement allows only sts:AssumeRole.',
    );
  });

  it('both sides, where both refuse', async () => {
    const trust = { Effect: 'Allow', Principal: { AWS: '555555555555' }, Action: 'sts:AssumeRole' };
    const { lines } = await printed(
      { trust, hub: { permissions: [] } },
      {
        inputs: { 'trust-policy': JSON.stringify(document(trust)), 'caller-policy': 'hub.json' },
        files: { 'hub.json': document(may(`${SPOKE}s`, 'AssumeRole')) },
      },
    );
    expect(lines[0]).toContain('trust-policy does not allow sts:AssumeRole.');
    expect(lines).toContainEqual(
      expect.stringContaining("The caller's side refuses: caller-policy does not allow"),
    );
  });

  it('the role’s side, where the caller’s policies allow it', async () => {
    const trust = { Effect: 'Allow', Principal: { AWS: '555555555555' }, Action: 'sts:AssumeRole' };
    const hub = document(may(SPOKE, 'AssumeRole'));
    const inputs = { 'caller-policy': JSON.stringify(hub), 'trust-policy': JSON.stringify(document(trust)) };
    const { lines } = await printed({ trust }, { inputs });
    expect(lines[0]).toContain('trust-policy does not allow sts:AssumeRole.');
    expect(lines.at(-1)).toBe(
      `caller-policy allows sts:AssumeRole on ${SPOKE}: the caller's side is not what refuses.`,
    );
  });

  it('in one account, where the trust policy may name the caller itself', async () => {
    const account = { Effect: 'Allow', Principal: { AWS: OWN }, Action: 'sts:AssumeRole' };
    const files = { 'hub.json': document(may(SPOKE, 'AssumeRole')) };
    const world = { trust: account, hub: { permissions: files['hub.json'].Statement } };
    const alone = await printed(world, { role: NEIGHBOUR, files, inputs: { 'caller-policy': 'hub.json' } });
    expect(alone.lines).toContainEqual(
      `caller-policy does not allow sts:AssumeRole on ${NEIGHBOUR}, which is needed unless the role's trust policy names this caller by its own ARN (one that names the account is not enough). Closest match: hub.json, statement 1, line 4.`,
    );
    const trust = JSON.stringify(document(account));
    const both = await printed(world, {
      role: NEIGHBOUR,
      files,
      inputs: { 'caller-policy': 'hub.json', 'trust-policy': trust },
    });
    expect(both.lines).toContainEqual(
      `The caller's side refuses: caller-policy does not allow sts:AssumeRole on ${NEIGHBOUR}. Closest match: hub.json, statement 1, line 4.`,
    );
  });

  it.each<[string, World, string, object, readonly RegExp[]]>([
    [
      'a boundary',
      { hub: { permissionsBoundary: document(may('*', 'GetCallerIdentity')) } },
      'boundary: policy.json',
      document(may('*', 'GetCallerIdentity')),
      [
        /caller-policy does not allow .*policy\.json, statement 1/,
        /permissions boundary of the role hub-deploy does not allow .*`aws iam get-role --role-name hub-deploy/,
      ],
    ],
    [
      'a service control policy that only denies, beside AWS’s own',
      { own: { organization: ORGANIZATION, serviceControlPolicies: [[FULL, document(DENY)]] } },
      'scp: policy.json',
      document({ ...DENY, Sid: 'Nobody' }),
      [
        /caller's side refuses: caller-policy denies .*policy\.json, statement 1 \("Nobody"\), line 4 \(service control policy\)/,
        /--target-id 222233334444 --filter SERVICE_CONTROL_POLICY/,
      ],
    ],
    [
      'a level of service control policies that does not allow it',
      {
        own: {
          organization: ORGANIZATION,
          serviceControlPolicies: [[document(may('*', 'GetCallerIdentity'))]],
        },
      },
      'scp: policy.json',
      document(may('*', 'GetCallerIdentity')),
      [
        /caller-policy does not allow/,
        /No service control policy \(SCP\) allows sts:AssumeRole at one of the levels/,
      ],
    ],
    [
      'a resource control policy',
      {
        other: {
          organization: ORGANIZATION,
          resourceControlPolicies: [document({ ...DENY, Principal: '*' })],
        },
      },
      'rcp: policy.json',
      document({ ...DENY, Principal: '*' }),
      [
        /The role's side refuses: caller-policy denies/,
        /--target-id 444455556666 --filter RESOURCE_CONTROL_POLICY/,
      ],
    ],
    [
      'a condition on what only AWS knows',
      { hub: { permissions: [] } },
      'identity: policy.json',
      document({ ...may(SPOKE, 'AssumeRole'), Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } } }),
      [
        /Only AWS can tell whether caller-policy allows sts:AssumeRole on .* It depends on policy\.json, statement 1/,
        /aws:SourceIp/,
      ],
    ],
    [
      'no identity policy at all',
      { hub: { permissions: [] } },
      'boundary: policy.json',
      FULL,
      [/Nothing in caller-policy refuses sts:AssumeRole on .* It has no identity policy/],
    ],
  ])('%s', async (_, world, input, policy, expected) => {
    const { lines, summary } = await printed(world, {
      inputs: { 'caller-policy': input },
      files: { 'policy.json': policy },
    });
    for (const pattern of expected) expect(lines.join('\n')).toMatch(pattern);
    expect(summary).toContain("#### The caller's side");
  });
});

describe('caller-policy that cannot be used', () => {
  it.each<[string, string, Readonly<Record<string, string>>, string]>([
    [
      'is not there',
      'none.json',
      {},
      'caller-policy could not be read: there is no file "none.json" in the workspace.',
    ],
    ['is outside the workspace', '../x.json', {}, 'caller-policy could not be read'],
    [
      'is no policy',
      'a.json',
      { 'a.json': '{}' },
      'caller-policy "a.json", line 1, column 1: the policy has no Statement',
    ],
    [
      'has a principal',
      '{ "Statement": [{ "Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*" }] }',
      {},
      'caller-policy, line 1, column 38: this kind of policy has no Principal',
    ],
  ])('because it %s says so, and keeps the general advice', async (_, input, files, message) => {
    const { lines, summary } = await printed(
      { hub: { permissions: [] } },
      { inputs: { 'caller-policy': input }, files },
    );
    expect(lines[0]).toContain('Both sides must allow the call');
    expect(lines).toContainEqual(expect.stringContaining(message));
    expect(summary).toContain("#### The caller's side");
  });

  it('because its list is wrong is refused before any request', async () => {
    const { first, lines } = await printed({}, { inputs: { 'caller-policy': 'scps: a.json' } });
    expect([first, ...lines].join('\n')).toContain(
      'caller-policy: got "scps: a.json"; allowed: a policy as JSON',
    );
    expect(lines.join('\n')).toContain('No request was made');
  });
});
