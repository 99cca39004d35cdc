import type { Run } from '../../sandbox/cloud.js';
import { assumeAs, ownSandbox, tokenOf, trustPolicy } from '../support/own-roles.js';

const MAIN = 'repo:octo-org/octo-repo:ref:refs/heads/main';
const ONE = 'arn:aws:iam::111122223333:role/deploy';
const TWO = 'arn:aws:iam::444455556666:role/deploy';
const BRANCH: Run = { ref: 'refs/heads/feature' };

describe("a role of one's own files", () => {
  it.each<[string, string, unknown, string]>([
    ['a trust policy in JSON, named by its file', 'deploy.trust.json', trustPolicy(MAIN), ONE],
    [
      'a template of CloudFormation, with its name, path and account',
      'roles.json',
      {
        Resources: {
          Role: {
            Type: 'AWS::IAM::Role',
            Properties: {
              RoleName: { 'Fn::Sub': 'deploy' },
              Path: '/ci/',
              AssumeRolePolicyDocument: trustPolicy(MAIN, {
                'Fn::Sub':
                  'arn:aws:iam::$' + '{AWS::AccountId}:oidc-provider/token.actions.githubusercontent.com',
              }),
            },
          },
        },
      },
      'arn:aws:iam::111122223333:role/ci/deploy',
    ],
    [
      'a plan of Terraform',
      'plan.json',
      {
        planned_values: {
          root_module: {
            resources: [
              {
                type: 'aws_iam_role',
                address: 'aws_iam_role.this["a"]',
                values: { name: 'deploy', path: '/', assume_role_policy: JSON.stringify(trustPolicy(MAIN)) },
              },
            ],
          },
        },
      },
      ONE,
    ],
    [
      "the account's details, with the ARN",
      'details.json',
      {
        RoleDetailList: [
          { Arn: ONE, RoleName: 'deploy', Path: '/', AssumeRolePolicyDocument: trustPolicy(MAIN) },
        ],
      },
      ONE,
    ],
    [
      'a state of Terraform',
      'state.json',
      {
        terraform_version: '1.9.0',
        resources: [
          {
            type: 'aws_iam_role',
            name: 'this',
            instances: [
              {
                attributes: {
                  name: 'deploy',
                  arn: ONE,
                  assume_role_policy: JSON.stringify(trustPolicy(MAIN)),
                },
              },
            ],
          },
        ],
      },
      ONE,
    ],
    [
      'a preview of Pulumi, with its longest session and its tags',
      'preview.json',
      {
        steps: [
          {
            newState: {
              urn: 'urn:pulumi:dev::ci::aws:iam/role:Role::this',
              type: 'aws:iam/role:Role',
              inputs: {
                name: 'deploy',
                maxSessionDuration: 7200,
                tags: { team: 'ci' },
                assumeRolePolicy: JSON.stringify(trustPolicy(MAIN)),
              },
            },
          },
        ],
      },
      ONE,
    ],
    [
      'a file of Terraform',
      'main.tf',
      `resource "aws_iam_role" "this" {
        name               = "deploy"
        assume_role_policy = <<EOT
${JSON.stringify(trustPolicy(MAIN))}
EOT
      }`,
      ONE,
    ],
  ])('comes from %s', async (_, path, content, arn) => {
    const sandbox = await ownSandbox({ [path]: content }, { accounts: ['111122223333'] });
    expect(sandbox.roles.map((one) => one.arn)).toEqual([arn]);
    expect((await assumeAs(sandbox, arn)).status).toBe(200);
    expect(await assumeAs(sandbox, arn, BRANCH)).toMatchObject({ status: 403, code: 'AccessDenied' });
  });

  it('is in each of the accounts it is deployed to', async () => {
    const policy = trustPolicy(MAIN, { Ref: 'GitHubProvider' });
    const template = {
      Resources: { deploy: { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: policy } } },
    };
    const accounts = ['111122223333', '444455556666'];
    const sandbox = await ownSandbox({ 'roles.json': template }, { accounts });
    expect([(await assumeAs(sandbox, ONE)).status, (await assumeAs(sandbox, TWO)).status]).toEqual([
      200, 200,
    ]);
    await expect(ownSandbox({ 'roles.json': template })).rejects.toThrow(
      'the account of the role "deploy" (roles.json, deploy) is not known; allowed: accounts with the ids',
    );
  });

  it('has the ARN that it is given', async () => {
    const files = { 'a.json': trustPolicy(MAIN), 'roles.json': { Roles: [role('one'), role('two')] } };
    const roles = [
      `${TWO}=a.json`,
      `arn:aws:iam::444455556666:role/ci/x=roles.json#arn:aws:iam::111122223333:role/two`,
    ];
    const sandbox = await ownSandbox(files, { roles });
    expect(sandbox.roles.map(({ arn, source }) => `${arn} ${source}`)).toEqual([
      'arn:aws:iam::111122223333:role/one roles.json, arn:aws:iam::111122223333:role/one',
      `${TWO} a.json`,
      'arn:aws:iam::444455556666:role/ci/x roles.json, arn:aws:iam::111122223333:role/two',
    ]);
    await expect(ownSandbox(files, { roles: [`${TWO}=roles.json`] })).rejects.toThrow(
      'names 2 roles; allowed',
    );
    await expect(ownSandbox(files, { roles: [`${TWO}=a.json#x`] })).rejects.toThrow('names 0 roles; allowed');
    await expect(ownSandbox(files, { roles: ['deploy=a.json'] })).rejects.toThrow(
      'roles: got "deploy=a.json"; allowed: ROLE_ARN=FILE',
    );
  });

  it('is told apart from another of the same ARN', async () => {
    const policies = ['a/deploy.json', 'b/deploy.json'];
    const files = {
      'a/deploy.json': trustPolicy(MAIN),
      'b/deploy.json': trustPolicy('repo:x/y:pull_request'),
    };
    const { remarks } = await ownSandbox(files, { policies });
    expect(remarks).toContain(`${ONE} is in a/deploy.json and in b/deploy.json: the first one counts.`);
  });

  it('may be called anything', async () => {
    const sandbox = await ownSandbox({ 'ISSUER-ISSUER.json': trustPolicy(MAIN) });
    expect(sandbox.roles[0]?.arn).toBe('arn:aws:iam::111122223333:role/ISSUER-ISSUER');
  });
});

function role(RoleName: string) {
  const Arn = `arn:aws:iam::111122223333:role/${RoleName}`;
  return { Arn, RoleName, AssumeRolePolicyDocument: trustPolicy(MAIN) };
}

describe('what cannot be used', () => {
  it.each([
    [{ 'a.json': '{' }, {}, 'policies: no role was found; a.json:1:'],
    [{ 'a.json': trustPolicy(MAIN) }, { policies: ['b.json'] }, 'b.json cannot be read'],
    [{ 'a.json': trustPolicy(MAIN) }, { policies: ['*.yml'] }, 'no file matches *.yml'],
    [{ 'a.json': trustPolicy(MAIN) }, { accounts: ['12'] }, 'accounts: got "12"; allowed: ids of 12 digits'],
  ])('is an error with a reason', async (files, options, message) => {
    await expect(ownSandbox(files, options)).rejects.toThrow(message);
  });

  it('is a remark where other roles can be used', async () => {
    const files = { 'a.json': '{', 'deploy.json': trustPolicy(MAIN) };
    const { remarks } = await ownSandbox(files);
    expect(remarks).toEqual([
      expect.stringMatching(/^a\.json:1: /),
      'The files do not have the permissions of one role. The sandbox lets them assume every role that trusts them.',
    ]);
  });
});

describe('standing for GitHub', () => {
  it('is said in the header of a token alone', async () => {
    const sandbox = await ownSandbox({ 'deploy.json': trustPolicy(MAIN) });
    const { claims, header } = await tokenOf(sandbox);
    expect(claims.iss).toBe('https://token.actions.githubusercontent.com');
    expect(header).toMatchObject({ sandbox: sandbox.cloud.issuer });
    const document = await fetch(`${sandbox.cloud.issuer}/.well-known/openid-configuration`);
    expect(await document.json()).toMatchObject({ issuer: claims.iss });
  });

  it('explains a refusal as the step does, with the lines of the file', async () => {
    const sandbox = await ownSandbox({ 'deploy.json': trustPolicy(MAIN) });
    await assumeAs(sandbox, ONE, BRANCH);
    await assumeAs(sandbox, TWO);
    const [, refused, , unknown] = sandbox.story.events;
    expect(refused?.why).toEqual([
      'The trust policy of deploy (deploy.json) does not allow sts:AssumeRoleWithWebIdentity. Closest match: statement 1, line 4.',
      expect.stringMatching(
        /^line 13: StringEquals token\.actions\.githubusercontent\.com:sub wants ".*main", got ".*feature"\. /,
      ),
    ]);
    expect(unknown).toMatchObject({
      decision: 'refused',
      refusal: { code: 'InvalidIdentityToken' },
      why: [],
    });
  });
});
