import { HUB, roleSandbox, SPOKE } from '../support/assume-role.js';
import { assumeWithToken, element, keysOf, LEGACY_DEPLOYER, requestToken } from '../support/sts-client.js';

const sandbox = roleSandbox();
const { assume } = sandbox;

const role = (name: string): string => `arn:aws:iam::111122223333:role/${name}`;

describe('session policies', () => {
  const inline = (action: string) =>
    JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: action, Resource: '*' }],
    });

  it('give back their packed size', async () => {
    const answer = await assume(LEGACY_DEPLOYER, role('access-key-deploy'), { Policy: inline('s3:*') });
    expect(element(answer, 'PackedPolicySize')).toBe('9');
  });

  it.each([
    ['{', 'The policy is not in the valid JSON format.'],
    ['{}', 'Syntax errors in policy.'],
    ['{"Statement":[{"Effect":"Allow","Action":"s3:*"}]}', 'Syntax errors in policy.'],
    ['{"Statement":[{"Effect":"Maybe","Action":"s3:*","Resource":"*"}]}', 'Syntax errors in policy.'],
    [
      '{"Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*","Principal":"*"}]}',
      'Syntax errors in policy.',
    ],
  ])('must be policies: %s', async (Policy, message) => {
    expect(await assume(LEGACY_DEPLOYER, role('access-key-deploy'), { Policy })).toMatchObject({
      status: 400,
      code: 'MalformedPolicyDocument',
      message,
    });
  });

  it('limit what the session may assume', async () => {
    const token = await requestToken(sandbox.cloud.environment());
    const withPolicy = async (more: Record<string, string>) =>
      (await assume(keysOf(await assumeWithToken(sandbox.cloud, HUB, token, more)), SPOKE)).status;
    expect(await withPolicy({ Policy: inline('s3:*') })).toBe(403);
    expect(await withPolicy({ Policy: inline('sts:AssumeRole') })).toBe(200);
    expect(await withPolicy({ 'PolicyArns.member.1.arn': 'arn:aws:iam::aws:policy/ReadOnlyAccess' })).toBe(
      403,
    );
    expect(
      await withPolicy({ 'PolicyArns.member.1.arn': 'arn:aws:iam::aws:policy/AdministratorAccess' }),
    ).toBe(200);
  });

  it('may not be too large: together, or packed', async () => {
    const long = inline(`s3:${'a'.repeat(1900)}`);
    expect(await assume(LEGACY_DEPLOYER, role('access-key-deploy'), { Policy: long })).toMatchObject({
      status: 400,
      code: 'PackedPolicyTooLarge',
      message: expect.stringMatching(
        /^Packed policy consumes 18\d% of allotted space, please use smaller policy\.$/,
      ),
    });
    const arn = `arn:aws:iam::aws:policy/${'p'.repeat(100)}`;
    expect(
      await assume(LEGACY_DEPLOYER, role('access-key-deploy'), {
        Policy: long,
        'PolicyArns.member.1.arn': arn,
      }),
    ).toMatchObject({ status: 400, code: 'ValidationError' });
    const managed = Array.from({ length: 10 }, (_, index) => [
      `PolicyArns.member.${index + 1}.arn`,
      `${arn}${'q'.repeat(90)}`,
    ]);
    expect(
      await assume(LEGACY_DEPLOYER, role('access-key-deploy'), Object.fromEntries(managed)),
    ).toMatchObject({
      code: 'ValidationError',
      message: 'Session policies must not exceed 2048 characters in all',
    });
  });

  it('must be managed by AWS or by the account of the role', async () => {
    const arn = (account: string) => ({ 'PolicyArns.member.1.arn': `arn:aws:iam::${account}:policy/deploy` });
    expect((await assume(LEGACY_DEPLOYER, role('access-key-deploy'), arn('111122223333'))).status).toBe(200);
    expect(await assume(LEGACY_DEPLOYER, role('access-key-deploy'), arn('444455556666'))).toMatchObject({
      code: 'ValidationError',
      message: 'The specified managed policy is not in the same account as the role.',
    });
    const none = { 'PolicyArns.member.1.arn': 'arn:aws:s3:::bucket-of-policies' };
    expect(await assume(LEGACY_DEPLOYER, role('access-key-deploy'), none)).toMatchObject({
      code: 'ValidationError',
      message: 'ARN arn:aws:s3:::bucket-of-policies is not valid.',
    });
  });
});
