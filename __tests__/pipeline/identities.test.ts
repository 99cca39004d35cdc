import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sharedCloud } from '../support/cloud.js';
import { temporaryDirectory } from '../support/files.js';
import { BYSTANDER_VARIABLES, DEPLOYER_KEYS } from '../support/roles.js';
import { actionsOf, runAction } from '../support/run-action.js';

const sandbox = sharedCloud();
const POOL = 'us-east-1:1a2b3c4d-5e6f-4a1b-8c2d-111122223333';
const ABAC = 'arn:aws:iam::111122223333:role/abac-deploy';
const SAML = 'arn:aws:iam::111122223333:role/saml-deploy';
const IDP = 'arn:aws:iam::111122223333:saml-provider/octo-idp';
const MFA = 'arn:aws:iam::111122223333:role/mfa-deploy';
const DEVICE = 'arn:aws:iam::111122223333:mfa/legacy-deployer';

describe('a Cognito identity pool', () => {
  const inputs = { 'role-to-assume': ABAC, 'cognito-identity-pool-id': POOL };

  it('turns GitHub’s token into one with verified tags, with two requests more', async () => {
    const outcome = await runAction(inputs, { cloud: sandbox.cloud });
    expect(outcome.error).toBeUndefined();
    expect(actionsOf(outcome)).toEqual([
      'GET /token',
      'GetId',
      'GetOpenIdToken',
      'AssumeRoleWithWebIdentity',
    ]);
    expect(outcome.requests[0]?.params['audience']).toBe('cognito-identity.amazonaws.com');
    expect(outcome.entries('output')).toMatchObject({
      'authenticated-arn': 'arn:aws:sts::111122223333:assumed-role/abac-deploy/GitHubActions',
      'oidc-subject': expect.stringMatching(/^repo:octo-org@\d+\/octo-repo@\d+:ref:refs\/heads\/main$/),
    });
  });

  it('gives a session whose tags open the next role', async () => {
    const chain = {
      'role-chain': 'arn:aws:iam::444455556666:role/repository-octo-repo',
      'role-skip-session-tagging': 'true',
    };
    const outcome = await runAction({ ...inputs, ...chain }, { cloud: sandbox.cloud });
    expect(outcome.error).toBeUndefined();
    const other = { ...chain, 'role-chain': 'arn:aws:iam::444455556666:role/repository-other' };
    expect((await runAction({ ...inputs, ...other }, { cloud: sandbox.cloud })).error?.code).toBe(
      'ACCESS_DENIED',
    );
  });

  it('is not asked where a guard on GitHub’s own claims fails', async () => {
    const guard = { 'allowed-refs': 'refs/heads/main' };
    expect((await runAction({ ...inputs, ...guard }, { cloud: sandbox.cloud })).error).toBeUndefined();
    const refused = await runAction(
      { ...inputs, ...guard },
      { cloud: sandbox.cloud, run: { ref: 'refs/heads/other' } },
    );
    expect(refused.error?.code).toBe('REF_NOT_ALLOWED');
    expect(actionsOf(refused)).toEqual(['GET /token']);
  });

  it('that refuses is named, with the reason', async () => {
    const closed = 'us-east-1:1a2b3c4d-5e6f-4a1b-8c2d-444455556666';
    const outcome = await runAction(
      { ...inputs, 'cognito-identity-pool-id': closed },
      { cloud: sandbox.cloud },
    );
    expect(outcome.error).toMatchObject({
      code: 'COGNITO_REFUSED',
      message: expect.stringMatching(/^Cognito GetOpenIdToken returned no Token \(\w+: .+\)\.$/),
    });
    expect(actionsOf(outcome)).toEqual(['GET /token', 'GetId', 'GetOpenIdToken']);
  });

  it.each([
    ['throttles', { kind: 'throttle' }],
    ['is down', { kind: 'status', status: 503 }],
    ['resets the connection', { kind: 'reset' }],
  ] as const)('that %s for a moment is asked again', async (_, fault) => {
    sandbox.cloud.fault('cognito', fault, 'GetId');
    const outcome = await runAction(inputs, { cloud: sandbox.cloud });
    expect(outcome.error).toBeUndefined();
    expect(actionsOf(outcome).filter((action) => action === 'GetId')).toHaveLength(2);
  });

  it('whose answer is not Cognito’s is an error at once', async () => {
    sandbox.cloud.fault('cognito', { kind: 'garbage' }, 'GetId');
    const outcome = await runAction(inputs, { cloud: sandbox.cloud });
    expect(outcome.error?.message).toBe('Cognito GetId returned no IdentityId (HTTP 200).');
  });

  it('takes no job that may not ask for a token', async () => {
    const outcome = await runAction(inputs, { cloud: sandbox.cloud, run: { idToken: false } });
    expect(outcome.error?.code).toBe('ID_TOKEN_PERMISSION_MISSING');
  });
});

describe('a SAML assertion', () => {
  const inputs = async (assertion = sandbox.cloud.samlAssertion()) => ({
    'role-to-assume': SAML,
    'saml-assertion': await assertion,
    'saml-provider-arn': IDP,
  });

  it('assumes its role in one call, under the name it says', async () => {
    const outcome = await runAction(
      { ...(await inputs()), 'role-session-name': 'ignored' },
      { cloud: sandbox.cloud },
    );
    expect(outcome.error).toBeUndefined();
    expect(actionsOf(outcome)).toEqual(['AssumeRoleWithSAML']);
    expect(outcome.requests[0]?.params).not.toHaveProperty('RoleSessionName');
    expect(outcome.requests[0]?.params).toMatchObject({
      RoleArn: SAML,
      PrincipalArn: IDP,
      DurationSeconds: '3600',
    });
  });

  it('that is refused is explained, and never repeated', async () => {
    const assertion = await sandbox.cloud.samlAssertion({ audience: 'https://elsewhere.example.com' });
    const outcome = await runAction(await inputs(Promise.resolve(assertion)), { cloud: sandbox.cloud });
    expect(outcome.error?.message).toMatch(/^Could not assume .*role\/saml-deploy \(hop 1 of 1\)\. \w+: /);
    expect(outcome.stdout().replace(`::add-mask::${assertion}`, '')).not.toContain(assertion.slice(0, 40));
  });

  it('needs its provider and a role', async () => {
    const assertion = { 'saml-assertion': 'PHNhbWw+' };
    const outcome = await runAction(assertion, { cloud: sandbox.cloud });
    expect(outcome.error?.message).toContain('saml-provider-arn: it is required with saml-assertion.');
    const roleless = await runAction({ ...assertion, 'saml-provider-arn': IDP }, { cloud: sandbox.cloud });
    expect(roleless.error?.message).toMatch(/^role-to-assume: required by the identity source saml/);
    expect(roleless.requests).toEqual([]);
  });
});

describe('MFA', () => {
  const inputs = () => ({
    ...DEPLOYER_KEYS,
    'mfa-serial-number': DEVICE,
    'mfa-token-code': sandbox.cloud.mfaCode(DEVICE),
  });

  it('goes with access keys to the role that asks for it', async () => {
    const outcome = await runAction({ ...inputs(), 'role-to-assume': MFA }, { cloud: sandbox.cloud });
    expect(outcome.error).toBeUndefined();
    expect(actionsOf(outcome)).toEqual(['AssumeRole']);
    expect(outcome.requests[0]?.params).toMatchObject({ SerialNumber: DEVICE });
  });

  it('without a role gives the user’s own session, and the keys stay where they are', async () => {
    const outcome = await runAction(
      { ...inputs(), 'role-duration-seconds': '1800' },
      { cloud: sandbox.cloud },
    );
    expect(outcome.error).toBeUndefined();
    expect(actionsOf(outcome)).toEqual(['GetSessionToken', 'GetCallerIdentity']);
    expect(outcome.requests[0]?.params['DurationSeconds']).toBe('1800');
    expect(outcome.entries('env')).toMatchObject({
      AWS_ACCESS_KEY_ID: expect.stringMatching(/^ASIA/),
      AWS_SESSION_TOKEN: expect.any(String),
    });
    expect(outcome.entries('output')).toMatchObject({
      'authenticated-arn': 'arn:aws:iam::111122223333:user/legacy-deployer',
    });
  });
});

describe('an MFA code', () => {
  const inputs = {
    ...DEPLOYER_KEYS,
    'role-to-assume': MFA,
    'mfa-serial-number': DEVICE,
    'mfa-token-code': '000000',
  };

  it.each([
    ['is wrong', undefined, 'MFA_REFUSED'],
    ['met throttling', { kind: 'throttle' }, 'THROTTLED'],
    ['met a server that is down', { kind: 'status', status: 503 }, 'SERVICE_UNAVAILABLE'],
    ['met a connection that broke', { kind: 'reset' }, 'NETWORK_FAILED'],
  ] as const)('that %s is not tried again', async (_, fault, code) => {
    if (fault) sandbox.cloud.fault('sts', { ...fault, times: 5 });
    const outcome = await runAction(inputs, { cloud: sandbox.cloud });
    expect(outcome.error?.code).toBe(code);
    expect(actionsOf(outcome)).toEqual(['AssumeRole']);
  });

  it('is tried again where it never reached STS', async () => {
    const outcome = await runAction(
      { ...inputs, 'sts-endpoint': 'http://127.0.0.1:9', 'retry-max-attempts': '3' },
      { cloud: sandbox.cloud },
    );
    expect(outcome.error?.message).toContain('(3 attempts)');
  });

  it.each([
    [
      'with another source',
      { 'aws-access-key-id': '', 'aws-secret-access-key': '', 'role-chaining': 'true' },
      /mfa-serial-number: MFA requires access keys/,
    ],
    [
      'without its device',
      { 'mfa-serial-number': '' },
      /mfa-serial-number: it is required with mfa-token-code/,
    ],
    [
      'where it would be asked for again',
      { 'role-propagation-timeout-s': '30' },
      /role-propagation-timeout-s: it does not go with mfa-token-code/,
    ],
  ])('is refused %s, before any request', async (_, more, message) => {
    const outcome = await runAction(
      { ...inputs, ...more },
      { cloud: sandbox.cloud, env: BYSTANDER_VARIABLES },
    );
    expect(outcome.error?.message).toMatch(message);
    expect(outcome.requests).toEqual([]);
  });
});

describe('an EKS service account', () => {
  it('is found by the environment source, and its role assumes the next with tags', async () => {
    const file = join(temporaryDirectory(), 'token');
    writeFileSync(file, await sandbox.cloud.serviceAccountToken());
    const outcome = await runAction(
      { 'role-chaining': 'true', 'role-to-assume': 'arn:aws:iam::444455556666:role/irsa-spoke' },
      {
        cloud: sandbox.cloud,
        env: {
          AWS_WEB_IDENTITY_TOKEN_FILE: file,
          AWS_ROLE_ARN: 'arn:aws:iam::111122223333:role/irsa-deploy',
          AWS_REGION: 'us-east-1',
        },
      },
    );
    expect(outcome.error).toBeUndefined();
    expect(actionsOf(outcome)).toEqual(['AssumeRoleWithWebIdentity', 'AssumeRole']);
    expect(outcome.requests[1]?.params['Tags.member.1.Key']).toBe('GitHub');
  });
});
