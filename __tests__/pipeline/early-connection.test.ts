import { sharedCloud } from '../support/cloud.js';
import { BY_KEYS, DEPLOY, DEPLOYER_KEYS, LONG } from '../support/roles.js';
import { actionsOf, runAction } from '../support/run-action.js';
import { type LoopbackServer, startFront, until } from '../support/servers.js';

const sandbox = sharedCloud();
const WITH_POOL = {
  'role-to-assume': 'arn:aws:iam::111122223333:role/abac-deploy',
  'cognito-identity-pool-id': 'us-east-1:1a2b3c4d-5e6f-4a1b-8c2d-111122223333',
};
const THREE_ROLES = {
  'role-to-assume': 'arn:aws:iam::222233334444:role/link-1',
  'role-chain': 'arn:aws:iam::444455556666:role/link-2\narn:aws:iam::123456789012:role/link-3',
};
const portOf = (url: string | undefined) => Number(new URL(url ?? '').port);

interface Fronts {
  readonly token: LoopbackServer;
  readonly sts: LoopbackServer;
  readonly cognito: LoopbackServer;
}

/** What stands before GitHub's token endpoint, which does not answer before `isReady`, before STS and before Cognito. */
async function startFronts(isReady: (fronts: Omit<Fronts, 'token'>) => boolean): Promise<Fronts> {
  const sts = await startFront(portOf(sandbox.cloud.stsUrl));
  const cognito = await startFront(portOf(sandbox.cloud.cognitoUrl));
  const token = await startFront(portOf(sandbox.cloud.issuer), () => until(() => isReady({ sts, cognito })));
  return { token, sts, cognito };
}

async function runBehind(
  { token, sts, cognito }: Fronts,
  inputs: Record<string, string>,
  env: Record<string, string> = {},
) {
  const url = new URL(sandbox.cloud.environment()['ACTIONS_ID_TOKEN_REQUEST_URL'] ?? '');
  url.port = String(token.port);
  return await runAction(
    { 'sts-endpoint': `http://127.0.0.1:${sts.port}`, ...inputs },
    {
      cloud: sandbox.cloud,
      env: {
        ACTIONS_ID_TOKEN_REQUEST_URL: url.href,
        AWS_ENDPOINT_URL_COGNITO_IDENTITY: `http://127.0.0.1:${cognito.port}`,
        ...env,
      },
    },
  );
}

describe('while GitHub mints the token', () => {
  it('STS is connected to, and the call goes over that connection', async () => {
    const fronts = await startFronts(({ sts }) => sts.connections() === 1);
    const outcome = await runBehind(fronts, { 'role-to-assume': LONG });
    expect(outcome.error).toBeUndefined();
    expect(actionsOf(outcome)).toEqual(['GET /token', 'AssumeRoleWithWebIdentity']);
    expect([fronts.token, fronts.sts, fronts.cognito].map((front) => front.connections())).toEqual([1, 1, 0]);
    await until(() => fronts.sts.open() === 0);
  });

  it('so are both Cognito and STS with an identity pool', async () => {
    const fronts = await startFronts(({ sts, cognito }) => sts.connections() + cognito.connections() === 2);
    const outcome = await runBehind(fronts, WITH_POOL);
    expect(outcome.error).toBeUndefined();
    expect([fronts.token, fronts.sts, fronts.cognito].map((front) => front.connections())).toEqual([1, 1, 1]);
  });

  it('and a chain of roles needs no other connection', async () => {
    const fronts = await startFronts(({ sts }) => sts.connections() === 1);
    const outcome = await runBehind(fronts, THREE_ROLES);
    expect(outcome.error).toBeUndefined();
    expect(fronts.sts.connections()).toBe(1);
  });

  it('an STS that is not there does not matter until it is asked', async () => {
    const fronts = await startFronts(() => true);
    const outcome = await runBehind(fronts, {
      'role-to-assume': LONG,
      'sts-endpoint': 'http://127.0.0.1:9',
      'retry-max-attempts': '2',
    });
    expect(outcome.error).toMatchObject({
      code: 'NETWORK_FAILED',
      message: expect.stringMatching(
        /ECONNREFUSED.*the call to STS AssumeRoleWithWebIdentity.*\(2 attempts\)/,
      ),
    });
    expect(actionsOf(outcome)).toEqual(['GET /token']);
  });

  it('the connection is closed unused where a guard refuses the token', async () => {
    const fronts = await startFronts(({ sts }) => sts.connections() === 1);
    const outcome = await runBehind(fronts, { 'role-to-assume': LONG, 'allowed-refs': 'refs/heads/other' });
    expect(outcome.error).toMatchObject({ code: 'REF_NOT_ALLOWED' });
    expect(actionsOf(outcome)).toEqual(['GET /token']);
    await until(() => fronts.sts.open() === 0);
  });
});

describe('STS is connected to once', () => {
  it('for access keys and a role', async () => {
    const fronts = await startFronts(() => true);
    const outcome = await runBehind(fronts, { ...DEPLOYER_KEYS, 'role-to-assume': BY_KEYS });
    expect(outcome.error).toBeUndefined();
    expect(fronts.sts.connections()).toBe(1);
  });

  it('where existing credentials are kept', async () => {
    const left = await runAction({ 'role-to-assume': DEPLOY }, { cloud: sandbox.cloud });
    const fronts = await startFronts(() => true);
    const inputs = { 'role-to-assume': DEPLOY, 'use-existing-credentials': 'true' };
    const outcome = await runBehind(fronts, inputs, left.entries('env'));
    expect(actionsOf(outcome)).toEqual(['GetCallerIdentity']);
    expect([fronts.token, fronts.sts].map((front) => front.connections())).toEqual([0, 1]);
  });
});

describe('STS is not connected to', () => {
  it('where there is neither a role nor credentials', async () => {
    const fronts = await startFronts(() => true);
    const outcome = await runBehind(fronts, {});
    expect(outcome.error).toMatchObject({ code: 'CREDENTIALS_NOT_FOUND' });
    expect(fronts.sts.connections()).toBe(0);
  });

  it('where no-proxy sends the call through a proxy that is not there', async () => {
    const fronts = await startFronts(() => true);
    const inputs = {
      'role-to-assume': LONG,
      'http-proxy': '127.0.0.1:9',
      'no-proxy': `127.0.0.1:${fronts.token.port}`,
    };
    const outcome = await runBehind(fronts, { ...inputs, 'disable-retry': 'true' });
    expect(outcome.error).toMatchObject({ message: expect.stringContaining('connection to the proxy') });
    expect([fronts.token, fronts.sts].map((front) => front.connections())).toEqual([1, 0]);
  });
});
