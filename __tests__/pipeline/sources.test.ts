import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sharedCloud } from '../support/cloud.js';
import { temporaryDirectory } from '../support/files.js';
import { BY_KEYS, DEPLOYER_KEYS, DEPLOYER_VARIABLES, LONG } from '../support/roles.js';
import { actionsOf, type Outcome, parametersOf, runAction } from '../support/run-action.js';

const sandbox = sharedCloud();
const chosen = (outcome: Outcome) => outcome.log().find((line) => line.startsWith('Identity source'));

/** A directory whose workspace holds a file with a token that the sandbox signed. */
async function withTokenFile(path: string): Promise<{ directory: string; token: string }> {
  const first = await runAction({ 'role-to-assume': LONG }, { cloud: sandbox.cloud });
  const token = parametersOf(first, 'AssumeRoleWithWebIdentity')['WebIdentityToken'] ?? '';
  const directory = temporaryDirectory();
  mkdirSync(join(directory, 'workspace', path, '..'), { recursive: true });
  writeFileSync(join(directory, 'workspace', path), `${token}\n`);
  return { directory, token };
}

describe('a token file', () => {
  it('is found in the workspace, and takes one call to STS', async () => {
    const { directory, token } = await withTokenFile('tokens/aws');
    const outcome = await runAction(
      { 'role-to-assume': LONG, 'web-identity-token-file': 'tokens/aws' },
      { cloud: sandbox.cloud, directory },
    );
    expect(outcome.error).toBeUndefined();
    expect(actionsOf(outcome)).toEqual(['AssumeRoleWithWebIdentity']);
    expect(parametersOf(outcome, 'AssumeRoleWithWebIdentity')['WebIdentityToken']).toBe(token);
    expect(chosen(outcome)).toBe(
      'Identity source: web-identity-token-file (web-identity-token-file is set).',
    );
    expect(outcome.entries('output')).not.toHaveProperty('oidc-subject');
  });

  it('may be named by the variable WEB_IDENTITY_TOKEN_FILE, and by its whole path', async () => {
    const { directory } = await withTokenFile('aws');
    const env = { WEB_IDENTITY_TOKEN_FILE: join(directory, 'workspace', 'aws') };
    const outcome = await runAction({ 'role-to-assume': LONG }, { cloud: sandbox.cloud, env });
    expect(actionsOf(outcome)).toEqual(['AssumeRoleWithWebIdentity']);
  });

  it('is read again where STS says that the token has ended', async () => {
    const { directory } = await withTokenFile('aws');
    sandbox.cloud.fault('sts', {
      kind: 'error',
      status: 400,
      code: 'ExpiredTokenException',
      message: 'Ended',
    });
    const outcome = await runAction(
      { 'role-to-assume': LONG, 'web-identity-token-file': 'aws' },
      { cloud: sandbox.cloud, directory },
    );
    expect(outcome.error).toBeUndefined();
    expect(outcome.requests.map(({ status }) => status)).toEqual([400, 200]);
  });
});

describe('credentials in the environment', () => {
  it('are the source with role-chaining, also where the job may ask GitHub for a token', async () => {
    const outcome = await runAction(
      { 'role-to-assume': BY_KEYS, 'role-chaining': 'true' },
      { cloud: sandbox.cloud, env: DEPLOYER_VARIABLES },
    );
    expect(outcome.error).toBeUndefined();
    expect(actionsOf(outcome)).toEqual(['AssumeRole']);
    expect(chosen(outcome)).toBe('Identity source: environment (role-chaining is set).');
  });

  it('are the source with force-skip-oidc', async () => {
    const outcome = await runAction(
      { 'role-to-assume': BY_KEYS, 'force-skip-oidc': 'true' },
      { cloud: sandbox.cloud, env: DEPLOYER_VARIABLES },
    );
    expect(actionsOf(outcome)).toEqual(['AssumeRole']);
    expect(chosen(outcome)).toBe('Identity source: environment (force-skip-oidc is set).');
  });

  it('stay as they are without a role, and only the Region is exported', async () => {
    const outcome = await runAction({}, { cloud: sandbox.cloud, env: DEPLOYER_VARIABLES });
    expect(outcome.error).toBeUndefined();
    expect(actionsOf(outcome)).toEqual(['GetCallerIdentity']);
    expect(outcome.entries('env')).toEqual({ AWS_REGION: 'us-east-1', AWS_DEFAULT_REGION: 'us-east-1' });
  });

  it("are found in AWS's shared files, too", async () => {
    const directory = temporaryDirectory();
    mkdirSync(join(directory, 'home', '.aws'), { recursive: true });
    const file = join(directory, 'home', '.aws', 'credentials');
    writeFileSync(
      file,
      `[default]\naws_access_key_id = ${DEPLOYER_VARIABLES.AWS_ACCESS_KEY_ID}\naws_secret_access_key = ${DEPLOYER_VARIABLES.AWS_SECRET_ACCESS_KEY}\n`,
    );
    const env = { AWS_SHARED_CREDENTIALS_FILE: file };
    const outcome = await runAction({ 'role-chaining': 'true' }, { cloud: sandbox.cloud, directory, env });
    expect(outcome.error).toBeUndefined();
    expect(outcome.requests[0]?.signer).toBe(DEPLOYER_VARIABLES.AWS_ACCESS_KEY_ID);
  });

  it('that are not there are an error that says what to give', async () => {
    const outcome = await runAction({ 'identity-source': 'environment' }, { cloud: sandbox.cloud });
    expect(outcome.error).toMatchObject({
      code: 'CREDENTIALS_NOT_FOUND',
      hint: expect.stringContaining('id-token: write'),
    });
    expect(actionsOf(outcome)).toEqual([]);
  });
});

describe('identity-source', () => {
  it.each([
    ['github-oidc', 'AssumeRoleWithWebIdentity'],
    ['environment', 'AssumeRole'],
  ])('%s is taken whatever else is there', async (source, action) => {
    const outcome = await runAction(
      { 'role-to-assume': source === 'environment' ? BY_KEYS : LONG, 'identity-source': source },
      { cloud: sandbox.cloud, env: DEPLOYER_VARIABLES },
    );
    expect(outcome.error).toBeUndefined();
    expect(actionsOf(outcome).at(-1)).toBe(action);
    expect(chosen(outcome)).toBe(`Identity source: ${source} (set by identity-source).`);
  });

  it.each([
    [{ 'identity-source': 'access-keys' }, 'aws-access-key-id: required'],
    [
      { 'identity-source': 'web-identity-token-file', 'role-to-assume': LONG },
      'web-identity-token-file: required',
    ],
    [{ 'identity-source': 'github-oidc' }, 'role-to-assume: required'],
    [
      { 'identity-source': 'github-oidc', 'role-to-assume': LONG, 'force-skip-oidc': 'true' },
      'force-skip-oidc: cannot be combined with',
    ],
    [{ 'role-to-assume': 'only-a-name', 'identity-source': 'github-oidc' }, 'Set the full ARN'],
    [{ ...DEPLOYER_KEYS, 'source-identity': 'octocat' }, 'source-identity: requires an AssumeRole call'],
    [
      { 'role-to-assume': LONG, 'source-identity': 'octocat' },
      'source-identity: requires an AssumeRole call',
    ],
  ])('%j is refused before anything is asked', async (inputs, why) => {
    const outcome = await runAction(inputs, { cloud: sandbox.cloud });
    expect(outcome.error).toMatchObject({ code: 'INPUT_INVALID', message: expect.stringContaining(why) });
    expect(actionsOf(outcome)).toEqual([]);
  });
});
