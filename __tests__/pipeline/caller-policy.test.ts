import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AccountsFile } from '../../sandbox/cloud.js';
import { startCloud } from '../support/cloud.js';
import { temporaryDirectory } from '../support/files.js';
import { runAction } from '../support/run-action.js';

const OWN = '222233334444';
const OTHER = '444455556666';
const HUB = `arn:aws:iam::${OWN}:role/hub`;
const SPOKE = `arn:aws:iam::${OTHER}:role/spoke`;
const NEIGHBOUR = `arn:aws:iam::${OWN}:role/neighbour`;
const ORGANIZATION = { id: 'o-a1b2c3d4e5' };

const document = (...statements: readonly object[]) => ({ Version: '2012-10-17', Statement: statements });
const may = (Resource: string, ...names: readonly string[]) => ({
  Effect: 'Allow',
  Action: names.map((name) => `sts:${name}`),
  Resource,
});
const ALL = { Effect: 'Allow', Action: '*', Resource: '*' };
const DENY = { ...ALL, Effect: 'Deny' };
const FULL = document(ALL);

/** What the accounts really have. */
interface World {
  readonly hub?: object;
  readonly trust?: object;
  readonly own?: object;
  readonly other?: object;
  readonly network?: object;
}

function accounts({ hub = {}, trust, own = {}, other = {}, network = {} }: World): AccountsFile {
  const provider = `arn:aws:iam::${OWN}:oidc-provider/ISSUER`;
  const trusted = trust ?? { Effect: 'Allow', Principal: { AWS: OWN }, Action: 'sts:*' };
  return {
    network,
    accounts: {
      [OWN]: {
        ...own,
        providers: [{ url: 'https://ISSUER', clientIds: ['sts.amazonaws.com'] }],
        roles: {
          hub: {
            trust: document({
              Effect: 'Allow',
              Principal: { Federated: provider },
              Action: 'sts:AssumeRoleWithWebIdentity',
            }),
            permissions: [may('*', 'AssumeRole', 'TagSession')],
            ...hub,
          },
          neighbour: { trust: document(trusted), permissions: [may('*', 'AssumeRole')] },
        },
      },
      [OTHER]: { ...other, roles: { spoke: { trust: document(trusted) } } },
    },
  };
}

interface Step {
  readonly inputs?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, object | string>>;
  readonly role?: string;
  readonly item?: object;
}

/** What the step prints of its error: without the facts. */
async function printed(world: World, { inputs = {}, files = {}, role = SPOKE, item = {} }: Step = {}) {
  const cloud = await startCloud({ accounts: accounts(world) });
  const directory = temporaryDirectory();
  mkdirSync(join(directory, 'workspace'), { recursive: true });
  for (const [name, content] of Object.entries(files)) {
    const text = typeof content === 'string' ? content : JSON.stringify(content, null, 2);
    writeFileSync(join(directory, 'workspace', name), text);
  }
  const chain = JSON.stringify([{ role, ...item }]);
  try {
    const outcome = await runAction(
      { 'role-to-assume': HUB, 'role-chain': chain, 'role-skip-session-tagging': 'true', ...inputs },
      { cloud, directory },
    );
    const lines = (outcome.commands().find(({ command }) => command === 'error')?.data ?? '').split('\n');
    const [first = '', ...rest] = lines.filter(
      (line) => !/^(Caller|Identity source|iss|sub|aud|ref|environment|job_workflow_ref): /.test(line),
    );
    return { first, lines: rest, summary: outcome.summary };
  } finally {
    await cloud.close();
  }
}

const STATEMENT = `{ "Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "${SPOKE}" }`;

describe('caller-policy says which side refused', () => {
  it('an identity policy without the role: what to add to it', async () => {
    const hub = document(may(SPOKE.replace('spoke', 'other'), 'AssumeRole'));
    const { lines, summary } = await printed(
      { hub: { permissions: hub.Statement } },
      { inputs: { 'caller-policy': 'hub.json' }, files: { 'hub.json': hub } },
    );
    expect(lines).toEqual([
      `The caller's side refuses: caller-policy does not allow sts:AssumeRole on ${SPOKE}. Closest match: hub.json, statement 1, line 4.`,
      `No policy of the role hub allows sts:AssumeRole on ${SPOKE}. Add to one: ${STATEMENT}`,
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
        /permissions boundary of the role hub does not allow .*`aws iam get-role --role-name hub/,
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
      `No policy of the role hub allows sts:AssumeRole on ${SPOKE}. Add to one: ${STATEMENT}`,
    ],
    [
      'identity, denied',
      { hub: { permissions: [ALL, DENY] } },
      'A policy of the role hub denies sts:AssumeRole. `aws iam list-role-policies --role-name hub`',
    ],
    [
      'boundary',
      { hub: { permissionsBoundary: document(may('*', 'GetCallerIdentity')) } },
      'The permissions boundary of the role hub does not allow',
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

  it('before what a trust policy says of it', async () => {
    const trust = { Effect: 'Allow', Principal: { AWS: OWN }, Action: 'sts:*' };
    const inputs = { 'trust-policy': JSON.stringify(document(trust)) };
    const { lines } = await printed({ ...inOne, hub: { permissions: [] } }, { inputs });
    expect(lines).toEqual([
      expect.stringContaining('AWS names the reason. No policy of the role hub allows'),
      'This trust policy would allow this caller (statement 1, line 1).',
    ]);
  });
});
