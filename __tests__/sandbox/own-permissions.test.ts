import { assumeAs, ownSandbox, trustPolicy } from '../support/own-roles.js';
import { keysOf, signed } from '../support/sts-client.js';

const MAIN = 'repo:octo-org/octo-repo:ref:refs/heads/main';
const ONE = 'arn:aws:iam::111122223333:role/deploy';
const TWO = 'arn:aws:iam::444455556666:role/deploy';

describe('a chain', () => {
  const SPOKE = 'arn:aws:iam::111122223333:role/spoke';
  const chain = (permissions: object) => ({
    RoleDetailList: [
      { Arn: ONE, RoleName: 'deploy', AssumeRolePolicyDocument: trustPolicy(MAIN), ...permissions },
      {
        Arn: SPOKE,
        RoleName: 'spoke',
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Principal: { AWS: '111122223333' }, Action: 'sts:AssumeRole' }],
        },
      },
    ],
    Policies: [
      {
        Arn: 'arn:aws:iam::111122223333:policy/own',
        PolicyVersionList: [{ IsDefaultVersion: true, Document: permissionTo(SPOKE) }],
      },
    ],
  });
  const permissionTo = (Resource: string) => ({
    Version: '2012-10-17',
    Statement: { Effect: 'Allow', Action: 'sts:AssumeRole', Resource },
  });
  const attached = (PolicyArn: string) => ({ AttachedManagedPolicies: [{ PolicyArn }] });

  it.each<[string, object, number]>([
    [
      'with an inline policy that allows it',
      { RolePolicyList: [{ PolicyDocument: permissionTo(SPOKE) }] },
      200,
    ],
    [
      'with an encoded one',
      { RolePolicyList: [{ PolicyDocument: encodeURIComponent(JSON.stringify(permissionTo(SPOKE))) }] },
      200,
    ],
    ['with an attached policy that allows it', attached('arn:aws:iam::111122223333:policy/own'), 200],
    ['as an administrator', attached('arn:aws:iam::aws:policy/AdministratorAccess'), 200],
    [
      'with a policy of AWS whose content is not known',
      attached('arn:aws:iam::aws:policy/PowerUserAccess'),
      200,
    ],
    ['with a policy that cannot be read', { RolePolicyList: [{ PolicyDocument: '%7B' }] }, 200],
    ['without any permission', {}, 403],
    ['with a permission for another role', { RolePolicyList: [{ PolicyDocument: permissionTo(TWO) }] }, 403],
  ])("%s is decided by the permissions in the account's details", async (_, permissions, status) => {
    const sandbox = await ownSandbox({ 'details.json': chain(permissions) });
    const keys = keysOf(await assumeAs(sandbox, ONE));
    const params = { Action: 'AssumeRole', RoleArn: SPOKE, RoleSessionName: 'session' };
    expect((await signed(sandbox.cloud, keys, params)).status).toBe(status);
    const { why } = sandbox.story.events.at(-1) ?? {};
    const because =
      /^The trust policy of spoke .* allows sts:AssumeRole .*, so the caller's own permissions do not\.$/;
    expect(why).toEqual(status === 200 ? [] : [expect.stringMatching(because)]);
  });
});
