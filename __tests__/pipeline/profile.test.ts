import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadUndoRecord, undo } from '../../src/cleanup/undo.js';
import { sharedCloud } from '../support/cloud.js';
import { filesBelow, modeOf, temporaryDirectory } from '../support/files.js';
import { recordedRunner } from '../support/recorded-runner.js';
import { LONG } from '../support/roles.js';
import { actionsOf, runAction } from '../support/run-action.js';
import { assumedAnswer } from '../support/sts-answers.js';

const sandbox = sharedCloud();
const inputs = { 'role-to-assume': LONG, 'aws-profile': 'ci' };
const answer = (): void =>
  sandbox.cloud.fault('sts', {
    kind: 'answer',
    body: assumedAnswer({ accessKeyId: 'ASIA1', secretAccessKey: 'S1', sessionToken: 'T1' }),
  });
const KEYS = 'aws_access_key_id = ASIA1\naws_secret_access_key = S1\naws_session_token = T1\n';

function home(files: Record<string, string> = {}): { directory: string; aws: string } {
  const directory = temporaryDirectory();
  const aws = join(directory, 'home', '.aws');
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(aws, { recursive: true });
    writeFileSync(join(aws, name), text);
  }
  return { directory, aws };
}

describe('aws-profile', () => {
  it('writes keys and Region to the shared files, for their owner alone, and nothing to the environment', async () => {
    answer();
    const { directory, aws } = home();
    const outcome = await runAction(inputs, { cloud: sandbox.cloud, directory });
    expect(outcome.error).toBeUndefined();
    expect(filesBelow(aws)).toEqual({
      config: '[profile ci]\nregion = us-east-1\n',
      credentials: `[ci]\n${KEYS}`,
    });
    expect([modeOf(aws), modeOf(join(aws, 'config')), modeOf(join(aws, 'credentials'))]).toEqual([
      '0700',
      '0600',
      '0600',
    ]);
    expect(outcome.files().env).toBe('');
  });

  it('exports environment and AWS_PROFILE as well where output-env-credentials is true', async () => {
    const { directory } = home();
    const outcome = await runAction(
      { ...inputs, 'output-env-credentials': 'true' },
      { cloud: sandbox.cloud, directory },
    );
    expect(outcome.entries('env')).toMatchObject({
      AWS_PROFILE: 'ci',
      AWS_ACCESS_KEY_ID: expect.stringMatching(/^ASIA/),
    });
  });

  it('named default has the section default in both files', async () => {
    answer();
    const { directory, aws } = home();
    await runAction({ ...inputs, 'aws-profile': 'default' }, { cloud: sandbox.cloud, directory });
    expect(filesBelow(aws)).toEqual({
      config: '[default]\nregion = us-east-1\n',
      credentials: `[default]\n${KEYS}`,
    });
  });

  it('is put behind what is there, in the line ends of the file', async () => {
    answer();
    const { directory, aws } = home({
      credentials: '[mine]\r\nkey = 1\r\n',
      config: '[profile mine]\nkey = 1',
    });
    await runAction(inputs, { cloud: sandbox.cloud, directory });
    expect(filesBelow(aws)).toEqual({
      config: '[profile mine]\nkey = 1\n[profile ci]\nregion = us-east-1\n',
      credentials: `[mine]\r\nkey = 1\r\n[ci]\r\n${KEYS.replaceAll('\n', '\r\n')}`,
    });
  });

  it('goes to the files that AWS_SHARED_CREDENTIALS_FILE and AWS_CONFIG_FILE name', async () => {
    const { directory } = home();
    const env = {
      AWS_SHARED_CREDENTIALS_FILE: join(directory, 'elsewhere', 'keys'),
      AWS_CONFIG_FILE: join(directory, 'elsewhere', 'settings'),
    };
    await runAction(inputs, { cloud: sandbox.cloud, directory, env });
    expect(Object.keys(filesBelow(join(directory, 'elsewhere')))).toEqual(['keys', 'settings']);
    expect(filesBelow(join(directory, 'home'))).toEqual({});
  });

  it.each([{ credentials: '[ci]\n' }, { config: '[profile ci]\n' }, { config: '[ profile   ci ] # mine\n' }])(
    'that exists is an error before anything is asked: %j',
    async (files) => {
      const { directory, aws } = home(files);
      const before = filesBelow(aws);
      const outcome = await runAction(inputs, { cloud: sandbox.cloud, directory });
      expect(outcome.error).toMatchObject({
        code: 'PROFILE_EXISTS',
        hint: expect.stringContaining('overwrite-aws-profile: true'),
      });
      expect(actionsOf(outcome)).toEqual([]);
      expect(filesBelow(aws)).toEqual(before);
    },
  );

  it('that exists is replaced in its place where overwrite-aws-profile is true', async () => {
    answer();
    const { directory, aws } = home({ credentials: '[a]\nx = 1\n[ci]\nold = 1\n[z]\ny = 2\n' });
    await runAction({ ...inputs, 'overwrite-aws-profile': 'true' }, { cloud: sandbox.cloud, directory });
    expect(readFileSync(join(aws, 'credentials'), 'utf8')).toBe(`[a]\nx = 1\n[ci]\n${KEYS}[z]\ny = 2\n`);
  });

  it.each(['file', 'directory'])('is not written through a symbolic link (%s)', async (what) => {
    const { directory } = home();
    const target = temporaryDirectory();
    writeFileSync(join(target, 'credentials'), 'not ours');
    const aws = join(directory, 'home', '.aws');
    mkdirSync(join(directory, 'home'), { recursive: true });
    if (what === 'directory') symlinkSync(target, aws);
    else {
      mkdirSync(aws);
      symlinkSync(join(target, 'credentials'), join(aws, 'credentials'));
    }
    const outcome = await runAction(inputs, { cloud: sandbox.cloud, directory });
    expect(outcome.error).toMatchObject({
      code: 'FILE_REFUSED',
      message: expect.stringContaining('it is a symbolic link'),
    });
    expect(actionsOf(outcome)).toEqual([]);
    expect(filesBelow(target)).toEqual({ credentials: 'not ours' });
  });

  it('is not written to something that is no file', async () => {
    const { directory, aws } = home();
    mkdirSync(join(aws, 'credentials'), { recursive: true });
    const outcome = await runAction(inputs, { cloud: sandbox.cloud, directory });
    expect(outcome.error).toMatchObject({
      code: 'FILE_REFUSED',
      message: expect.stringContaining('it is not a regular file'),
    });
  });

  it.each(['a b', 'a]b', '[a', 'a/b', 'a\\b', 'a\tb'])('may not be named %j', async (name) => {
    const outcome = await runAction({ ...inputs, 'aws-profile': name }, { cloud: sandbox.cloud });
    expect(outcome.error?.code).toBe('INPUT_INVALID');
  });
});

describe('a lock of another job', () => {
  it("is waited for no longer than the step's own limit", async () => {
    const { directory, aws } = home({ credentials: '[mine]\nkey = old\n' });
    const lock = join(aws, '.credentials.assume-aws-role.lock');
    writeFileSync(lock, JSON.stringify({ pid: 1, place: 'another machine', id: 'x' }));
    const before = filesBelow(aws);
    const start = performance.now();
    const outcome = await runAction(
      { ...inputs, 'action-timeout-s': '1' },
      { cloud: sandbox.cloud, directory },
    );
    expect(outcome.error).toMatchObject({
      code: 'FILE_REFUSED',
      message: expect.stringContaining('another process holds its lock'),
    });
    expect(performance.now() - start).toBeLessThan(6_000);
    expect([filesBelow(aws), outcome.files().env, outcome.entries('state')]).toEqual([
      before,
      '',
      { undo: '[]' },
    ]);
  });
});

describe('keys that no AWS has', () => {
  it.each<[string, Record<string, string>]>([
    ['to a profile', { 'aws-profile': 'ci' }],
    ['to the environment', { 'output-env-credentials': 'true' }],
    ['to the outputs', { 'output-env-credentials': 'false', 'output-credentials': 'true' }],
    ['to a profile that renews', { 'refresh-credentials': 'true' }],
  ])('go nowhere, also not %s', async (_, more) => {
    const { directory, aws } = home();
    for (const secretAccessKey of ['first&#10;[other]&#10;region = x', 'blank ', 'zero&#8203;width']) {
      sandbox.cloud.fault('sts', { kind: 'answer', body: assumedAnswer({ secretAccessKey }) });
      const outcome = await runAction(
        { 'role-to-assume': LONG, ...more },
        { cloud: sandbox.cloud, directory },
      );
      expect(outcome.error).toMatchObject({ code: 'ANSWER_UNEXPECTED' });
      expect([filesBelow(aws), outcome.files()]).toEqual([{}, { env: '', output: '', state: '' }]);
    }
  });
});

describe('AWS_PROFILE when the job ends', () => {
  const exported = { ...inputs, 'output-env-credentials': 'true' };
  const restored = async (files: Record<string, string>, env: Record<string, string> = {}) => {
    const outcome = await runAction(exported, {
      cloud: sandbox.cloud,
      directory: home(files).directory,
      env,
    });
    const post = recordedRunner({ STATE_undo: outcome.entries('state')['undo'] });
    await undo(post.runner, loadUndoRecord(post.runner));
    return post.entries('env')['AWS_PROFILE'];
  };

  it.each(['config', 'credentials'])(
    'is "default" where there is such a profile (in %s): an empty one is an error to the AWS CLI',
    async (name) => {
      expect(await restored({ [name]: '[default]\nx = 1\n' })).toBe('default');
    },
  );

  it('is empty where there is none: the runner cannot take a variable away', async () => {
    expect(await restored({ config: '[profile other]\nregion = x\n' })).toBe('');
  });

  it('is what it was', async () => {
    const files = { config: '[default]\nx = 1\n[profile mine]\nregion = x\n' };
    expect(await restored(files, { AWS_PROFILE: 'mine' })).toBe('mine');
  });
});
