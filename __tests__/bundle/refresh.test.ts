import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Job } from '../../sandbox/runner/job.js';
import { ACTION, NODE, startJob } from '../support/bundle.js';
import { sharedCloud } from '../support/cloud.js';
import { filesBelow, modeOf, temporaryDirectory } from '../support/files.js';
import { ask, credentialsIn, endsIn, HELPER, readStateOf, stateFile } from '../support/refresh.js';
import { BYSTANDER_VARIABLES, DEPLOY, DEPLOYER_KEYS } from '../support/roles.js';
import { linesBeforeMask } from '../support/secrets.js';

const sandbox = sharedCloud();
const refresh = { 'role-to-assume': DEPLOY, 'refresh-credentials': 'true' };

function configOf(job: Job): string {
  return readFileSync(join(job.directories.home, '.aws', 'config'), 'utf8');
}

function stsCalls(since = 0): readonly string[] {
  return sandbox.cloud.requests
    .slice(since)
    .filter(({ service }) => service === 'sts')
    .map(({ action }) => action);
}

describe('refresh-credentials', () => {
  it('writes a profile with a process, names it in AWS_PROFILE, and exports no keys', async () => {
    const job = startJob(sandbox.cloud);
    const step = await job.uses(ACTION, refresh);
    expect(step.conclusion).toBe('success');
    expect(step.exported).toEqual({
      AWS_PROFILE: 'assume-aws-role',
      AWS_REGION: 'us-east-1',
      AWS_DEFAULT_REGION: 'us-east-1',
    });
    expect(configOf(job)).toBe(
      `[profile assume-aws-role]\nregion = us-east-1\ncredential_process = ${NODE} ${HELPER} ${stateFile(job)}\n`,
    );
    expect(existsSync(join(job.directories.home, '.aws', 'credentials'))).toBe(false);
  });

  it('keeps the state in a file for its owner only, with no token in it', async () => {
    const job = startJob(sandbox.cloud);
    const step = await job.uses(ACTION, refresh);
    expect([modeOf(stateFile(job)), modeOf(dirname(stateFile(job)))]).toEqual(['0600', '0700']);
    const text = readFileSync(stateFile(job), 'utf8');
    for (const name of ['ACTIONS_ID_TOKEN_REQUEST_TOKEN', 'ACTIONS_ID_TOKEN_REQUEST_URL'])
      expect(text).not.toContain(job.env[name] ?? 'no such variable');
    expect(text).not.toMatch(/eyJ[\w-]+\.eyJ/);
    for (const secret of Object.values(readStateOf(job).session).slice(0, 3))
      expect(linesBeforeMask(step.stdout, secret)).toEqual([]);
  });

  it('has the name that aws-profile says', async () => {
    const job = startJob(sandbox.cloud);
    const step = await job.uses(ACTION, { ...refresh, 'aws-profile': 'prod' });
    expect(step.exported).toMatchObject({ AWS_PROFILE: 'prod' });
    expect(configOf(job)).toMatch(/^\[profile prod\]\n/);
  });

  it('exports nothing where output-env-credentials is false', async () => {
    const job = startJob(sandbox.cloud);
    const step = await job.uses(ACTION, { ...refresh, 'output-env-credentials': 'false' });
    expect([step.conclusion, step.exported]).toEqual(['success', {}]);
    expect(configOf(job)).toMatch(/credential_process/);
  });

  it('empties what would win over the profile, and post puts all of it back', async () => {
    const env = {
      ...BYSTANDER_VARIABLES,
      AWS_SESSION_TOKEN: 'earlier-session-token',
      AWS_CREDENTIAL_EXPIRATION: '2031-01-01T00:00:00Z',
      AWS_WEB_IDENTITY_TOKEN_FILE: '/var/run/secrets/eks.amazonaws.com/serviceaccount/token',
      AWS_ROLE_ARN: DEPLOY,
      AWS_PROFILE: 'earlier',
      AWS_DEFAULT_PROFILE: 'earlier-still',
    };
    const job = startJob(sandbox.cloud, { env });
    await job.uses(ACTION, refresh);
    expect(job.env).toMatchObject({
      ...Object.fromEntries(Object.keys(env).map((name) => [name, ''])),
      AWS_PROFILE: 'assume-aws-role',
      AWS_DEFAULT_PROFILE: 'assume-aws-role',
    });
    await job.end();
    expect(job.env).toMatchObject(env);
  });

  it('replaces a profile with keys, which would win, and puts it back', async () => {
    const job = startJob(sandbox.cloud);
    const aws = join(job.directories.home, '.aws');
    mkdirSync(aws);
    writeFileSync(join(aws, 'credentials'), '[a]\nx = 1\n[assume-aws-role]\naws_access_key_id = AKIAOLD\n');
    const before = filesBelow(job.directories.home);
    await job.uses(ACTION, { ...refresh, 'overwrite-aws-profile': 'true' });
    expect(readFileSync(join(aws, 'credentials'), 'utf8')).toBe('[a]\nx = 1\n[assume-aws-role]\n');
    await job.end({ keepFiles: true });
    expect(filesBelow(job.directories.home)).toEqual(before);
  });

  it('leaves no state, no lock and no profile when the job ends, twice over', async () => {
    const job = startJob(sandbox.cloud);
    await job.uses(ACTION, refresh);
    await job.uses(ACTION, { ...refresh, 'aws-profile': 'second' });
    const directories = Object.keys(filesBelow(job.directories.temp)).filter((name) =>
      /assume-aws-role-/.test(name),
    );
    expect(directories).toHaveLength(2);
    const posts = await job.end({ keepFiles: true });
    expect(posts.map(({ conclusion, stderr }) => [conclusion, stderr])).toEqual([
      ['success', ''],
      ['success', ''],
    ]);
    expect(
      Object.keys(filesBelow(job.directories.temp)).filter((name) => /assume-aws-role-/.test(name)),
    ).toEqual([]);
    expect(filesBelow(job.directories.home)).toEqual({});
  });

  it.each([
    ['access keys', { ...DEPLOYER_KEYS }],
    [
      'a SAML assertion',
      {
        'saml-assertion': 'UEhOaGJXdz0=',
        'saml-provider-arn': 'arn:aws:iam::111122223333:saml-provider/idp',
      },
    ],
    [
      'MFA',
      {
        ...DEPLOYER_KEYS,
        'mfa-serial-number': 'arn:aws:iam::111122223333:mfa/x',
        'mfa-token-code': '123456',
      },
    ],
    ['exported keys', { 'output-env-credentials': 'true' }],
    ['credentials that are kept', { 'use-existing-credentials': 'true' }],
    ['no role', { 'role-to-assume': '' }],
  ])('is refused with %s, before any request', async (_, inputs) => {
    const job = startJob(sandbox.cloud);
    const requests = sandbox.cloud.requests.length;
    const step = await job.uses(ACTION, { ...refresh, ...inputs });
    expect(step.commands.at(-1)).toMatchObject({
      properties: { title: 'assume-aws-role: INPUT_INVALID' },
      data: expect.stringMatching(/refresh-credentials: (cannot be combined with|requires) /),
    });
    expect(sandbox.cloud.requests).toHaveLength(requests);
    expect(filesBelow(job.directories.home)).toEqual({});
  });

  it('is refused with keys in the environment, which it would have to store', async () => {
    const job = startJob(sandbox.cloud, { env: BYSTANDER_VARIABLES });
    const step = await job.uses(ACTION, { ...refresh, 'role-chaining': 'true' });
    expect(step.commands.at(-1)?.data).toMatch(/cannot be combined with access keys in the environment/);
  });

  it('leaves nothing where the profile cannot be written', async () => {
    const temp = join(temporaryDirectory(), 'with $dollar');
    mkdirSync(temp);
    const job = startJob(sandbox.cloud);
    // The runner owns RUNNER_TEMP, so its own directory must be the odd one.
    job.env['RUNNER_TEMP'] = temp;
    const step = await job.uses(ACTION, refresh);
    expect(step.commands.at(-1)?.data).toMatch(/cannot be used in credential_process/);
    expect([filesBelow(temp), filesBelow(job.directories.home), step.exported]).toEqual([{}, {}, {}]);
  });
});

describe('the helper', () => {
  it('answers from the state while the session has life left, with no request', async () => {
    const job = startJob(sandbox.cloud);
    await job.uses(ACTION, refresh);
    const requests = sandbox.cloud.requests.length;
    const { Obtained: _, ...session } = readStateOf(job).session;
    expect(credentialsIn(await ask(job))).toEqual({ Version: 1, ...session });
    expect(sandbox.cloud.requests).toHaveLength(requests);
  });

  it('does so in a process whose environment is empty', async () => {
    const job = startJob(sandbox.cloud);
    await job.uses(ACTION, refresh);
    const empty = Object.fromEntries(Object.keys(job.env).map((name) => [name, undefined]));
    expect(credentialsIn(await ask(job, empty))).toMatchObject({ Version: 1 });
  });

  it('gets the next session with a new token, when ten minutes of it are left', async () => {
    const job = startJob(sandbox.cloud);
    await job.uses(ACTION, refresh);
    const first = credentialsIn(await ask(job));
    endsIn(job, 599);
    const since = sandbox.cloud.requests.length;
    const second = credentialsIn(await ask(job));
    expect(second['AccessKeyId']).not.toBe(first['AccessKeyId']);
    expect(Date.parse(String(second['Expiration']))).toBeGreaterThan(Date.now() + 3_500_000);
    expect(sandbox.cloud.requests.slice(since).map(({ action }) => action)).toEqual(
      expect.arrayContaining(['GET /token', 'AssumeRoleWithWebIdentity']),
    );
    expect(stsCalls(since)).toHaveLength(1);
  });

  it.each(['ACTIONS_ID_TOKEN_REQUEST_URL', 'ACTIONS_ID_TOKEN_REQUEST_TOKEN'])(
    'says that %s is missing, and why, in one line',
    async (name) => {
      const job = startJob(sandbox.cloud);
      await job.uses(ACTION, refresh);
      endsIn(job, -1);
      const helped = await ask(job, { [name]: undefined });
      expect(helped).toMatchObject({ exitCode: 1, stdout: '' });
      expect(helped.stderr).toMatch(
        new RegExp(
          `^assume-aws-role: The session has ended and could not be renewed\\. This process lacks ${name}, .*\\n$`,
        ),
      );
    },
  );

  it('does not ask itself, by whatever detour', async () => {
    const job = startJob(sandbox.cloud);
    await job.uses(ACTION, refresh);
    endsIn(job, -1);
    const helped = await ask(job, { ASSUME_AWS_ROLE_RENEWING: `/other/state.json\n${stateFile(job)}` });
    expect(helped).toMatchObject({
      exitCode: 1,
      stdout: '',
      stderr: expect.stringContaining('its profile is the source of its own credentials'),
    });
  });

  it('serves a session that lives when the renewal fails, and says why on standard error', async () => {
    const job = startJob(sandbox.cloud);
    await job.uses(ACTION, refresh);
    endsIn(job, 60);
    sandbox.cloud.fault('sts', { kind: 'error', status: 403, code: 'AccessDenied', message: 'no' });
    const session = readStateOf(job).session;
    const helped = await ask(job);
    expect(JSON.parse(helped.stdout)).toMatchObject({ AccessKeyId: session['AccessKeyId'] });
    expect(helped).toMatchObject({
      exitCode: 0,
      stderr: expect.stringMatching(/^assume-aws-role: .*is used until then.*AccessDenied.*\n$/),
    });
    const since = sandbox.cloud.requests.length;
    await ask(job);
    expect(stsCalls(since)).toEqual([]);
  });

  it('fails with one line where the session has ended, which holds no secret', async () => {
    const job = startJob(sandbox.cloud);
    await job.uses(ACTION, refresh);
    endsIn(job, -1);
    const token = 'aVerySecretTokenThatMustNotBeSeen';
    sandbox.cloud.fault('sts', { kind: 'error', status: 403, code: 'AccessDenied', message: `no ${token}` });
    const { exitCode, stdout, stderr } = await ask(job);
    expect([exitCode, stdout, stderr.split('\n').length]).toEqual([1, '', 2]);
    for (const secret of Object.values(readStateOf(job).session).slice(0, 3))
      expect(stderr).not.toContain(secret);
    expect(stderr).not.toMatch(/eyJ/);
  });

  it('sends the same name and tags hours later, whatever step it runs in', async () => {
    const job = startJob(sandbox.cloud);
    await job.uses(ACTION, { ...refresh, 'role-session-name': 'auto' });
    const first = sandbox.cloud.requests.findLast(({ service }) => service === 'sts');
    endsIn(job, -1);
    credentialsIn(
      await ask(job, { GITHUB_RUN_ID: '1', GITHUB_REPOSITORY: 'x/y', ROLE_TO_ASSUME: 'x', AUDIENCE: 'x' }),
    );
    const second = sandbox.cloud.requests.findLast(({ service }) => service === 'sts');
    expect(second?.params['RoleSessionName']).toBe(first?.params['RoleSessionName']);
    expect(second?.params['RoleArn']).toBe(DEPLOY);
  });
});
