import { findIn, HOST, PROVIDER, rolesIn, unknown } from '../../../support/found-policies.js';

const SECRET = '4dabf18193072939515e22adb298388d';

const policy = (values: unknown, provider: unknown = PROVIDER) => ({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Action: 'sts:AssumeRoleWithWebIdentity',
      Principal: { Federated: provider },
      Condition: { StringLike: { [`${HOST}:sub`]: values } },
    },
  ],
});
const exportOf = (...resources: readonly unknown[]) => ({
  'p.json': JSON.stringify({ deployment: { resources } }),
});
const role = (assumeRolePolicy: unknown, urn?: string) => ({
  type: 'aws:iam/role:Role',
  ...(urn !== undefined && { urn }),
  inputs: { assumeRolePolicy },
});

it('a policy that is an object has its secrets and outputs unknown', async () => {
  const values = [{ [SECRET]: 'x', ciphertext: 'y' }, '[secret]', '[unknown]', 'plain', 1, true];
  const native = {
    type: 'aws-native:iam:Role',
    urn: 'urn:pulumi:dev::app::aws-native:iam:Role::native',
    inputs: { assumeRolePolicyDocument: policy(values) },
  };
  const output = unknown('output');
  expect(await rolesIn(exportOf(native), 'p.json')).toEqual({
    native: [PROVIDER, `StringLike ${HOST}:sub ${unknown('secret')}|${output}|${output}|plain|1|true`],
  });
});

it('a role without a name has that of its kind, and resources of other kinds are left out', async () => {
  const found = await rolesIn(
    exportOf(role(JSON.stringify(policy('x'))), { type: 'aws:s3/bucket:Bucket' }, { urn: 'urn:a' }),
    'p.json',
  );
  expect(found).toEqual({ Role: [PROVIDER, `StringLike ${HOST}:sub x`] });
});

it('a role without a policy is reported', async () => {
  const { problems } = await findIn(exportOf(role(undefined, 'urn::a::deploy')), 'p.json');
  expect(problems).toMatchObject([{ rule: 'unread', role: 'deploy', message: 'it has no trust policy' }]);
});
