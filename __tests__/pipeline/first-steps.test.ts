import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sharedCloud } from '../support/cloud.js';
import { temporaryDirectory } from '../support/files.js';
import { BY_KEYS, DEPLOY, DEPLOYER_KEYS, LONG } from '../support/roles.js';
import { actionsOf, type RunOptions, runAction } from '../support/run-action.js';

const sandbox = sharedCloud();
const NO_TOKEN = { ACTIONS_ID_TOKEN_REQUEST_TOKEN: undefined, ACTIONS_ID_TOKEN_REQUEST_URL: undefined };
const run = (inputs: Readonly<Record<string, string>>, env: RunOptions['env'] = {}) =>
  runAction(inputs, { cloud: sandbox.cloud, env });
const KEYS = {
  AWS_ACCESS_KEY_ID: DEPLOYER_KEYS['aws-access-key-id'],
  AWS_SECRET_ACCESS_KEY: DEPLOYER_KEYS['aws-secret-access-key'],
};

describe('an empty role', () => {
  it('is named, with what makes a secret empty, where the job may ask for a token', async () => {
    const outcome = await run({ 'role-to-assume': '' });
    expect(outcome.error).toMatchObject({
      code: 'CREDENTIALS_NOT_FOUND',
      message: expect.stringMatching(/^role-to-assume is empty\. Found no AWS credentials/),
      hint: expect.stringMatching(
        /^A secret or variable is empty where its name is misspelt, .+environment: NAME.+ secrets: inherit\. The job may ask GitHub for a token, so that only the role is missing\.$/,
      ),
    });
    expect(actionsOf(outcome)).toEqual([]);
  });

  it('is named where the job may not ask for a token either', async () => {
    const outcome = await run({}, NO_TOKEN);
    expect(outcome.error?.hint).toMatch(/may not ask GitHub for a token either: .*id-token: write/);
  });

  it("in Dependabot's run is one of its own secrets", async () => {
    const outcome = await run({}, { GITHUB_ACTOR: 'dependabot[bot]' });
    expect(outcome.error?.hint).toMatch(/^Dependabot started this run/);
  });

  it.each(['github-oidc', 'cognito', 'web-identity-token-file'])(
    'is told in the same words to the source %s',
    async (source) => {
      const outcome = await run({ 'identity-source': source });
      expect(outcome.error).toMatchObject({
        code: 'INPUT_INVALID',
        message: expect.stringMatching(
          /role-to-assume: required by the identity source .+ A secret or variable is empty where its name is misspelt/,
        ),
      });
    },
  );

  it('is told of the input that was given in its place', async () => {
    const outcome = await run({ 'role-to-asume': DEPLOY });
    const told = 'There is no input role-to-asume, so its value has no effect. Did you mean role-to-assume?';
    expect(outcome.log()).toContain(`Warning: ${told}`);
    expect(outcome.error?.hint).toContain(told);
  });

  it('is what was meant where the environment was named, or has credentials', async () => {
    expect((await run({ 'identity-source': 'environment' })).error?.message).toMatch(
      /^Found no AWS credentials/,
    );
    expect((await run({}, KEYS)).error).toBeUndefined();
  });
});

describe('several things that are wrong', () => {
  it('are told at once, a role by its name and settings of a chain among them', async () => {
    const outcome = await run({
      'role-to-assume': 'deploy',
      'role-session-name': 'a b',
      'refresh-credentials': 'true',
      'output-env-credentials': 'true',
      'source-identity': 'x',
    });
    const [, ...problems] = outcome.error?.message.split('\n- ') ?? [];
    expect(problems.map((problem) => problem.replace(/:.*/s, ''))).toEqual([
      'role-session-name',
      'source-identity',
      'role-to-assume',
      'source-identity',
      'refresh-credentials',
    ]);
  });

  it('name nothing that follows from another of them', async () => {
    const outcome = await run({
      'role-to-assume': 'arn:nonsense',
      'role-chain': '- nonsense',
      'source-identity': 'octocat',
    });
    const [, ...problems] = outcome.error?.message.split('\n- ') ?? [];
    expect(problems.map((problem) => problem.replace(/:.*/s, ''))).toEqual(['role-to-assume', 'role-chain']);
  });

  it('between roles are among them', async () => {
    const outcome = await run({
      'role-to-assume': LONG,
      'role-chain': DEPLOY,
      'role-duration-seconds': '7200',
      'allowed-refs': 'refs/heads/main',
      'identity-source': 'environment',
    });
    expect(outcome.error?.message).toMatch(/- allowed-refs: .+\n- role-duration-seconds: got 7200/);
  });
});

describe('translate-env-variables', () => {
  const planted = { ROLE_TO_ASSUME: DEPLOY };

  it('is true, so that a variable stands in, and the log names it', async () => {
    const outcome = await run({ 'role-to-assume': '' }, planted);
    expect(outcome.error).toBeUndefined();
    expect(outcome.log().join('\n')).toContain('role-to-assume (ROLE_TO_ASSUME)');
  });

  it('false assumes no planted role, and sends nothing to a planted endpoint', async () => {
    const inputs = { 'translate-env-variables': 'false' };
    const outcome = await run(inputs, { ...planted, AWS_ENDPOINT_URL_STS: 'http://127.0.0.1:9' });
    expect(outcome.error?.message).toMatch(/^role-to-assume is empty/);
    const endpoint = sandbox.cloud.environment()['AWS_ENDPOINT_URL_STS'] ?? '';
    const own = await run(
      { ...inputs, 'role-to-assume': LONG, 'sts-endpoint': endpoint },
      { ...planted, AWS_ENDPOINT_URL_STS: 'http://127.0.0.1:9', HTTPS_PROXY: 'http://127.0.0.1:9' },
    );
    expect(own.error).toBeUndefined();
    expect(own.entries('output')['authenticated-arn']).toMatch(/assumed-role\/long-session\//);
  });
});

describe('credentials in the environment that no request could be signed with', () => {
  it.each([
    [
      'a line break',
      { AWS_SECRET_ACCESS_KEY: `${KEYS.AWS_SECRET_ACCESS_KEY}\n` },
      /AWS_SECRET_ACCESS_KEY has/,
    ],
    ['a zero-width space', { AWS_ACCESS_KEY_ID: 'AKIA\u200bIOSFODNN7' }, /AWS_ACCESS_KEY_ID has/],
    ['a token with a blank', { AWS_SESSION_TOKEN: 'a b' }, /AWS_SESSION_TOKEN has/],
    [
      'no session token',
      { AWS_ACCESS_KEY_ID: 'ASIAIOSFODNN7EXAMPLE', AWS_ENDPOINT_URL_STS: '' },
      /temporary one/,
    ],
  ])('are refused before any request: %s', async (_, env, why) => {
    const outcome = await run({ 'role-chaining': 'true', 'role-to-assume': BY_KEYS }, { ...KEYS, ...env });
    expect(outcome.error).toMatchObject({
      code: 'CREDENTIALS_NOT_FOUND',
      message: expect.stringMatching(why),
    });
    expect(outcome.stdout()).not.toContain(KEYS.AWS_SECRET_ACCESS_KEY);
    expect(actionsOf(outcome)).toEqual([]);
  });

  it('do not matter to use-existing-credentials, which takes others', async () => {
    const env = { ...KEYS, AWS_SESSION_TOKEN: 'a\u200bb' };
    const outcome = await run({ 'use-existing-credentials': 'true', 'role-to-assume': LONG }, env);
    expect(outcome.error).toBeUndefined();
    expect(outcome.log().join('\n')).toContain('none of them work');
  });

  it('are refused with an expiry that is not a time', async () => {
    const outcome = await run({}, { ...KEYS, AWS_CREDENTIAL_EXPIRATION: 'next week' });
    expect(outcome.error).toMatchObject({
      code: 'CREDENTIALS_NOT_FOUND',
      message: expect.stringContaining('AWS_CREDENTIAL_EXPIRATION is not a time'),
    });
  });
});

it('a bearer with a line break is told of its variable', async () => {
  const outcome = await run(
    { 'role-to-assume': LONG },
    { ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'bearer\u200bof-github' },
  );
  expect(outcome.error).toMatchObject({
    code: 'ID_TOKEN_REFUSED',
    message: expect.stringMatching(/^ACTIONS_ID_TOKEN_REQUEST_TOKEN has blanks or invisible characters/),
  });
  expect(outcome.stdout()).not.toContain('of-github');
});

it.each(['ftp://127.0.0.1/token', 'token.example', 'file:///etc/hostname'])(
  'an address of another kind for the token request is told of its variable: %s',
  async (url) => {
    const outcome = await run({ 'role-to-assume': LONG }, { ACTIONS_ID_TOKEN_REQUEST_URL: url });
    expect(outcome.error).toMatchObject({
      code: 'ID_TOKEN_REFUSED',
      message: expect.stringMatching(/^ACTIONS_ID_TOKEN_REQUEST_URL is not an http/),
    });
  },
);

it('sts-endpoint holds for the role of a profile, too', async () => {
  const directory = temporaryDirectory();
  const config = join(directory, 'config');
  const { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret } = KEYS;
  writeFileSync(
    config,
    `[profile keys]\naws_access_key_id = ${id}\naws_secret_access_key = ${secret}\n[profile ci]\nrole_arn = ${LONG}\nsource_profile = keys\n`,
  );
  const endpoint = sandbox.cloud.environment()['AWS_ENDPOINT_URL_STS'] ?? '';
  const env = {
    AWS_ENDPOINT_URL_STS: undefined,
    AWS_PROFILE: 'ci',
    AWS_CONFIG_FILE: config,
    AWS_SHARED_CREDENTIALS_FILE: join(directory, 'none'),
  };
  const outcome = await run({ 'sts-endpoint': endpoint }, env);
  expect(outcome.error).toBeUndefined();
  expect(actionsOf(outcome)).toEqual(['AssumeRole', 'GetCallerIdentity']);
});
