import type { RecordedRequest } from '../../sandbox/cloud.js';
import { sharedCloud } from '../support/cloud.js';
import { DEPLOYER_KEYS } from '../support/roles.js';
import { actionsOf, type Outcome, runAction } from '../support/run-action.js';
import { rendered } from '../support/secrets.js';

const sandbox = sharedCloud();
const HUB = 'arn:aws:iam::222233334444:role/hub-deploy';
const SPOKE = 'arn:aws:iam::444455556666:role/spoke-deploy';
const LINKS = [
  'arn:aws:iam::444455556666:role/link-2',
  'arn:aws:iam::123456789012:role/link-3',
  'arn:aws:iam::222233334444:role/link-4',
  'arn:aws:iam::444455556666:role/link-5',
];
const LINK_1 = 'arn:aws:iam::222233334444:role/link-1';

function stsCalls({ requests }: Outcome): readonly RecordedRequest[] {
  return requests.filter(({ service }) => service === 'sts');
}

/** Everything of the run that lasts: files, log and page. */
function traces(outcome: Outcome): string {
  return [...Object.values(outcome.files()), outcome.stdout(), outcome.summary].join('\n');
}

/** A trust policy for sessions of the hub with this source identity. */
const trustingIdentity = (identity: string): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: {
      Effect: 'Allow',
      Principal: { AWS: HUB },
      Action: ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'],
      Condition: { StringEquals: { 'sts:SourceIdentity': identity } },
    },
  });

describe('a chain of roles in one step', () => {
  it('names its roles in order when it has succeeded, in the log and in the summary', async () => {
    const outcome = await runAction(
      { 'role-to-assume': HUB, 'role-chain': SPOKE, summary: 'always' },
      { cloud: sandbox.cloud },
    );
    expect(outcome.log()).toContain(`Assumed ${HUB}, then ${SPOKE}.`);
    const rows = rendered(outcome.summary)
      .split('\n')
      .filter((line) => line.startsWith('| Role '));
    const requestId = '[0-9a-f-]{36}';
    expect(rows).toEqual([
      expect.stringMatching(
        new RegExp(`^\\| Role 1 of 2 \\| <code>${HUB} \\(STS request ${requestId}\\)</code> \\|$`),
      ),
      expect.stringMatching(
        new RegExp(`^\\| Role 2 of 2 \\| <code>${SPOKE} \\(STS request ${requestId}\\)</code> \\|$`),
      ),
    ]);
  });

  it('explains a refusal on the source identity', async () => {
    const refused = async (wanted: string) =>
      await runAction(
        {
          'role-to-assume': HUB,
          'role-chain': 'arn:aws:iam::444455556666:role/spoke-closed',
          'source-identity': 'octocat',
          'trust-policy': trustingIdentity(wanted),
        },
        { cloud: sandbox.cloud },
      );
    expect((await refused('alice')).log().join('\n')).toContain(
      'StringEquals sts:SourceIdentity wants "alice", got "octocat".',
    );
    expect((await refused('octocat')).log().join('\n')).toContain('would allow this caller');
  });

  it.each([
    ['two', HUB, [SPOKE], {}],
    ['three', LINK_1, LINKS.slice(0, 2), {}],
    ['five', LINK_1, LINKS, {}],
    ['five, from access keys', LINK_1, LINKS, DEPLOYER_KEYS],
  ])(
    'of %s makes one call a role, each signed by the one before, and exports the last only',
    async (_, first, chain, keys) => {
      const outcome = await runAction(
        { 'role-to-assume': first, 'role-chain': chain.join('\n'), ...keys },
        { cloud: sandbox.cloud, env: { RUNNER_DEBUG: '1' } },
      );
      expect(outcome.error).toBeUndefined();
      const isByKeys = 'aws-access-key-id' in keys;
      const calls = stsCalls(outcome);
      expect(actionsOf(outcome)).toEqual([
        ...(isByKeys ? ['AssumeRole'] : ['GET /token', 'AssumeRoleWithWebIdentity']),
        ...chain.map(() => 'AssumeRole'),
      ]);
      expect(calls.map(({ params }) => params['RoleArn'])).toEqual([first, ...chain]);
      expect(calls.map(({ params }) => params['DurationSeconds'])).toEqual([
        ...chain.map(() => '900'),
        '3600',
      ]);
      const signers = calls.slice(1).map(({ signer }) => signer ?? '');
      expect(new Set(signers).size).toBe(chain.length);
      expect(outcome.entries('output')).toMatchObject({
        'authenticated-arn': `${chain.at(-1)?.replace(':iam:', ':sts:').replace(':role/', ':assumed-role/')}/GitHubActions`,
      });
      // The keys on the way are masked, and stand nowhere else.
      for (const signer of signers) {
        expect(
          traces(outcome)
            .split('\n')
            .filter((line) => line.includes(signer)),
        ).toEqual([`::add-mask::${signer}`]);
      }
    },
  );

  it('carries each hop’s own settings', async () => {
    const outcome = await runAction(
      {
        'role-to-assume': HUB,
        'role-chain': [
          '- role: arn:aws:iam::555555555555:role/vendor-deploy',
          '  external-id: octo-org-external-id',
          '  session-name: vendor',
          '  duration-seconds: 1200',
          '  session-policy: {Version: 2012-10-17, Statement: []}',
          '  managed-session-policies: [arn:aws:iam::aws:policy/ReadOnlyAccess]',
        ].join('\n'),
        'role-skip-session-tagging': 'true',
      },
      { cloud: sandbox.cloud },
    );
    expect(outcome.error).toBeUndefined();
    expect(stsCalls(outcome).at(-1)?.params).toMatchObject({
      ExternalId: 'octo-org-external-id',
      RoleSessionName: 'vendor',
      DurationSeconds: '1200',
      Policy: '{"Version":"2012-10-17","Statement":[]}',
      'PolicyArns.member.1.arn': 'arn:aws:iam::aws:policy/ReadOnlyAccess',
    });
  });

  it('brings tags and a source identity to roles that ask for them', async () => {
    const team = await runAction(
      {
        'role-to-assume': HUB,
        'role-chain': '- {role: arn:aws:iam::444455556666:role/team-deploy, tags: {Team: platform}}',
      },
      { cloud: sandbox.cloud },
    );
    expect(team.error).toBeUndefined();
    const audited = await runAction(
      {
        'role-to-assume': HUB,
        'role-chain': 'arn:aws:iam::123456789012:role/audited-deploy',
        'source-identity': 'octocat',
      },
      { cloud: sandbox.cloud },
    );
    expect(audited.error).toBeUndefined();
  });

  it('tells which hop was refused, who asked, and what both sides must allow; nothing is exported', async () => {
    const outcome = await runAction(
      {
        'role-to-assume': HUB,
        'role-chain': `- role: arn:aws:iam::444455556666:role/spoke-closed\n  external-id: octo\n- ${SPOKE}`,
        'source-identity': 'octocat',
      },
      { cloud: sandbox.cloud },
    );
    expect(outcome.error?.message).toMatch(
      /^Could not assume .*role\/spoke-closed \(hop 2 of 3\)\. AccessDenied: /,
    );
    expect(outcome.error?.hint).toMatch(
      /the caller's own policy must allow sts:AssumeRole, sts:TagSession \(the call sends \d+ tags\) and sts:SetSourceIdentity on arn/,
    );
    expect(outcome.error?.hint).toMatch(/The call had an external ID and no MFA code\./);
    expect(outcome.error?.facts.get('Caller')).toBe(
      'arn:aws:sts::222233334444:assumed-role/hub-deploy/GitHubActions',
    );
    expect(outcome.files()).toMatchObject({ env: '', output: '' });
    expect(actionsOf(outcome)).toEqual(['GET /token', 'AssumeRoleWithWebIdentity', 'AssumeRole']);
  });

  it.each([
    [
      'a wrong final account',
      { 'role-chain': SPOKE, 'allowed-account-ids': '222233334444' },
      /allowed-account-ids: the account is "444455556666"/,
    ],
    [
      'a bare name',
      { 'role-chain': '- spoke-deploy' },
      /item 1: role: got "spoke-deploy"; allowed: the full ARN/,
    ],
    [
      'a duration over an hour',
      { 'role-chain': SPOKE, 'role-duration-seconds': '7200' },
      /at most 3600 with role-chain/,
    ],
    [
      'a chain without its first role',
      { 'role-chain': SPOKE, 'role-to-assume': '' },
      /role-to-assume: required with role-chain/,
    ],
    [
      'an unknown key',
      { 'role-chain': `- {role: ${SPOKE}, duration: 900}` },
      /item 1: got the key "duration"/,
    ],
  ])('refuses %s before the first request', async (_, inputs, message) => {
    const outcome = await runAction({ 'role-to-assume': HUB, ...inputs }, { cloud: sandbox.cloud });
    expect(outcome.error?.message).toMatch(message);
    expect(outcome.requests).toEqual([]);
  });

  it('guards the final account, not those on the way', async () => {
    const outcome = await runAction(
      { 'role-to-assume': HUB, 'role-chain': SPOKE, 'allowed-account-ids': '444455556666' },
      { cloud: sandbox.cloud },
    );
    expect(outcome.error).toBeUndefined();
  });

  it('is not swayed by a profile of the environment', async () => {
    const outcome = await runAction(
      { 'role-to-assume': HUB, 'role-chain': SPOKE },
      { cloud: sandbox.cloud, env: { AWS_PROFILE: 'nobody', AWS_CONFIG_FILE: '/nonexistent/config' } },
    );
    expect(outcome.error).toBeUndefined();
  });

  it('drops the convenience tags once where a session is too large, and names the largest parts where that is no help', async () => {
    const message = 'Packed size of session tags consumes 127% of allotted space.';
    const fault = { kind: 'error', status: 400, code: 'PackedPolicyTooLarge', message, times: 2 } as const;
    sandbox.cloud.fault('sts', fault, 'AssumeRole');
    const outcome = await runAction(
      { 'role-to-assume': HUB, 'role-chain': SPOKE, 'custom-tags': `Note: ${'x'.repeat(200)}` },
      { cloud: sandbox.cloud },
    );
    expect(outcome.stdout()).toContain(
      'trying once more without the tags EventName, RunId, Job, TriggeringActor.',
    );
    expect(actionsOf(outcome).slice(2)).toEqual(['AssumeRole', 'AssumeRole']);
    expect(outcome.error).toMatchObject({
      code: 'SESSION_TOO_LARGE',
      message: expect.stringContaining('127%'),
    });
    expect(outcome.error?.hint).toMatch(
      /The largest parts are the tag "Note" \(204 characters\), the tag "Commit" \(46 characters\) and/,
    );
  });
});
