import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import type { AccountsFile } from '../../sandbox/cloud.js';
import { denied, HUB_SESSION, roleSandbox, SPOKE } from '../support/assume-role.js';
import { startCloud } from '../support/cloud.js';
import { type Answer, BYSTANDER, element, keysOf, LEGACY_DEPLOYER } from '../support/sts-client.js';

const USER = 'arn:aws:iam::111122223333:user/legacy-deployer';

const sandbox = roleSandbox();
const { assume, hubKeys } = sandbox;

// docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
const untrusted = (name: string): string => `because no role trust policy allows the sts:${name} action`;

const role = (name: string): string => `arn:aws:iam::111122223333:role/${name}`;

describe('a user assumes a role', () => {
  it('through the AWS SDK, with tags', async () => {
    const client = new STSClient({
      region: 'us-east-1',
      endpoint: sandbox.cloud.stsUrl,
      credentials: LEGACY_DEPLOYER,
    });
    const answer = await client.send(
      new AssumeRoleCommand({
        RoleArn: role('access-key-deploy'),
        RoleSessionName: 'GitHubActions',
        Tags: [{ Key: 'Repository', Value: 'octo-org/octo-repo' }],
        TransitiveTagKeys: ['Repository'],
      }),
    );
    expect(answer).toMatchObject({
      AssumedRoleUser: { Arn: 'arn:aws:sts::111122223333:assumed-role/access-key-deploy/GitHubActions' },
      PackedPolicySize: 8,
    });
  });

  it('that does not exist: refused without a reason', async () => {
    expect(await assume(LEGACY_DEPLOYER, role('nobody'))).toMatchObject(
      denied(USER, 'sts:AssumeRole', role('nobody')),
    );
    // AWS keeps it to itself; whoever reads the sandbox's log may know.
    expect(sandbox.cloud.requests.at(-1)?.why).toEqual(['The sandbox has no role with this ARN.']);
  });

  it('that trusts a provider: refused', async () => {
    expect(await assume(LEGACY_DEPLOYER, role('production-deploy'))).toMatchObject(
      denied(USER, 'sts:AssumeRole', role('production-deploy'), untrusted('AssumeRole')),
    );
  });

  it('that trusts another user: refused', async () => {
    const bystander = 'arn:aws:iam::111122223333:user/bystander';
    expect(await assume(BYSTANDER, role('access-key-deploy'))).toMatchObject(
      denied(bystander, 'sts:AssumeRole', role('access-key-deploy'), untrusted('AssumeRole')),
    );
  });

  it('that trusts the account: only with a policy of its own', async () => {
    expect((await assume(LEGACY_DEPLOYER, role('long-session'))).status).toBe(200);
    expect(await assume(BYSTANDER, role('long-session'))).toMatchObject({ code: 'AccessDenied' });
  });
});

describe('an external id', () => {
  it.each<[string, Record<string, string>, number]>([
    ['is needed', {}, 403],
    ['must be the right one', { ExternalId: 'Example-External-Id' }, 403],
    ['opens the role', { ExternalId: 'example-external-id' }, 200],
    ['may have a plus, which is one in a form', { ExternalId: 'example+external+id' }, 403],
  ])('%s', async (_, more, status) => {
    expect((await assume(LEGACY_DEPLOYER, role('external-id'), more)).status).toBe(status);
  });
});

describe('a source identity', () => {
  it('needs sts:SetSourceIdentity in the trust policy', async () => {
    expect(
      await assume(LEGACY_DEPLOYER, role('access-key-deploy'), { SourceIdentity: 'octocat' }),
    ).toMatchObject(
      denied(USER, 'sts:SetSourceIdentity', role('access-key-deploy'), untrusted('SetSourceIdentity')),
    );
  });

  it('is given back where it may be set, and must fit the condition', async () => {
    const answer = await assume(LEGACY_DEPLOYER, role('source-identity'), { SourceIdentity: 'octocat' });
    expect(element(answer, 'SourceIdentity')).toBe('octocat');
    expect((await assume(LEGACY_DEPLOYER, role('source-identity'), { SourceIdentity: 'hubot' })).status).toBe(
      403,
    );
  });

  it('stays for the rest of the chain and cannot be changed', async () => {
    const file = chainFile();
    const other = await startCloud({ accounts: file });
    try {
      const first = keysOf(
        await assume(LEGACY_DEPLOYER, role('first'), { SourceIdentity: 'octocat' }, other),
      );
      expect(element(await assume(first, role('second'), {}, other), 'SourceIdentity')).toBe('octocat');
      expect(await assume(first, role('second'), { SourceIdentity: 'hubot' }, other)).toMatchObject({
        status: 400,
        code: 'ValidationError',
        message: 'The source identity is already set for this assume role session',
      });
      // Setting it again by inheritance takes the permission, too.
      expect(await assume(first, role('untagged'), {}, other)).toMatchObject({
        message: expect.stringContaining('sts:SetSourceIdentity'),
      });
    } finally {
      await other.close();
    }
  });
});

describe('a chain of roles', () => {
  it('crosses accounts where both sides allow it', async () => {
    const answer = await assume(await hubKeys(), SPOKE);
    expect(element(answer, 'Arn')).toBe('arn:aws:sts::444455556666:assumed-role/spoke-deploy/session');
  });

  it('is refused where the caller has no permission, although the role trusts it', async () => {
    const file = chainFile();
    const other = await startCloud({ accounts: file });
    try {
      const first = keysOf(await assume(LEGACY_DEPLOYER, role('first'), {}, other));
      const abroad = 'arn:aws:iam::444455556666:role/abroad';
      expect(await assume(first, abroad, {}, other)).toMatchObject(
        denied('arn:aws:sts::111122223333:assumed-role/first/session', 'sts:AssumeRole', abroad),
      );
    } finally {
      await other.close();
    }
  });

  it('is refused where the role does not trust the caller', async () => {
    expect(await assume(await hubKeys(), 'arn:aws:iam::444455556666:role/staging-deploy')).toMatchObject(
      denied(HUB_SESSION, 'sts:AssumeRole', 'arn:aws:iam::444455556666:role/staging-deploy'),
    );
  });

  it('lasts at most one hour', async () => {
    const keys = await hubKeys();
    expect((await assume(keys, SPOKE, { DurationSeconds: '3600' })).status).toBe(200);
    expect(await assume(keys, SPOKE, { DurationSeconds: '3601' })).toMatchObject({
      status: 400,
      code: 'ValidationError',
      message:
        'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
    });
  });
});

describe('the duration', () => {
  it('may not exceed what the role allows', async () => {
    expect(
      await assume(LEGACY_DEPLOYER, role('access-key-deploy'), { DurationSeconds: '3601' }),
    ).toMatchObject({
      status: 400,
      code: 'ValidationError',
      message: 'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    });
    const answer = await assume(LEGACY_DEPLOYER, role('long-session'), { DurationSeconds: '43200' });
    const seconds = (Date.parse(element(answer, 'Expiration') ?? '') - Date.now()) / 1000;
    expect(seconds).toBeGreaterThan(43190);
    expect(seconds).toBeLessThanOrEqual(43200);
  });

  it('is only told to those who may assume the role', async () => {
    expect((await assume(BYSTANDER, role('access-key-deploy'), { DurationSeconds: '3601' })).code).toBe(
      'AccessDenied',
    );
  });
});

describe('the policy of the caller', () => {
  const withUser = async (permissions: readonly object[]): Promise<Answer> => {
    const trust = { Statement: { Effect: 'Allow', Principal: { AWS: USER }, Action: 'sts:AssumeRole' } };
    const accessKeys = { [LEGACY_DEPLOYER.accessKeyId]: LEGACY_DEPLOYER.secretAccessKey };
    const users = { 'legacy-deployer': { accessKeys, permissions } };
    const other = await startCloud({
      accounts: { accounts: { '111122223333': { users, roles: { deploy: { trust } } } } },
    });
    try {
      return await assume(LEGACY_DEPLOYER, role('deploy'), {}, other);
    } finally {
      await other.close();
    }
  };

  it('need not allow it where the role names the caller, but may deny it', async () => {
    expect((await withUser([])).status).toBe(200);
    const statement = { Effect: 'Deny', Action: 'sts:*', NotResource: role('other') };
    expect(await withUser([statement])).toMatchObject({ code: 'AccessDenied' });
    expect((await withUser([{ ...statement, NotResource: role('dep*') }])).status).toBe(200);
  });

  it('that IAM would not save keeps the sandbox from starting', async () => {
    const condition = { IpAdress: { 'aws:SourceIp': '127.0.0.1' } };
    const statement = { Effect: 'Deny', Action: '*', Resource: '*', Condition: condition };
    await expect(withUser([statement])).rejects.toThrow(
      'user legacy-deployer permissions, line 9, column 9: unknown condition operator "IpAdress"',
    );
  });
});

/** first → second inside one account, untagged without the extra permissions, and a role abroad that trusts first. */
function chainFile(): AccountsFile {
  const trust = (principal: string, actions: readonly string[]) => ({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS: principal }, Action: actions }],
  });
  const all = ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'];
  return {
    accounts: {
      '111122223333': {
        users: {
          'legacy-deployer': {
            accessKeys: { [LEGACY_DEPLOYER.accessKeyId]: LEGACY_DEPLOYER.secretAccessKey },
          },
        },
        roles: {
          first: { trust: trust(USER, all) },
          second: { trust: trust(role('first'), all) },
          untagged: { trust: trust(role('first'), ['sts:AssumeRole']) },
        },
      },
      '444455556666': { roles: { abroad: { trust: trust(role('first'), all) } } },
    },
  };
}
