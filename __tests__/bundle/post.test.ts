import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Job } from '../../sandbox/runner/job.js';
import { ACTION, startJob } from '../support/bundle.js';
import { sharedCloud } from '../support/cloud.js';
import { filesBelow, modeOf } from '../support/files.js';
import { BYSTANDER_VARIABLES, DEPLOY, LONG } from '../support/roles.js';

const sandbox = sharedCloud();
const oidc = { 'role-to-assume': DEPLOY };
const VARIABLES = [
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_CREDENTIAL_EXPIRATION',
  'AWS_REGION',
  'AWS_DEFAULT_REGION',
] as const;

/** The AWS variables that a later step would see; one that is empty counts as absent, as it does for AWS's tools. */
function variablesOf(job: Job): Record<string, string> {
  return Object.fromEntries(
    [...VARIABLES, 'AWS_PROFILE'].flatMap((name) => (job.env[name] ? [[name, job.env[name]]] : [])),
  );
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeFileSync(path, text, { mode: 0o600 });
}

describe('when the job ends', () => {
  it('the credentials are gone from the environment', async () => {
    const job = startJob(sandbox.cloud);
    const before = variablesOf(job);
    await job.uses(ACTION, oidc);
    expect(Object.keys(variablesOf(job))).toEqual([...VARIABLES]);
    const [post] = await job.end();
    expect(post?.exported).toEqual({
      AWS_ACCESS_KEY_ID: '',
      AWS_SECRET_ACCESS_KEY: '',
      AWS_SESSION_TOKEN: '',
      AWS_CREDENTIAL_EXPIRATION: '',
      AWS_REGION: 'us-east-1',
      AWS_DEFAULT_REGION: '',
    });
    expect(variablesOf(job)).toEqual(before);
  });

  it('variables that had a value before have it again', async () => {
    const earlier = {
      ...BYSTANDER_VARIABLES,
      AWS_SESSION_TOKEN: 'an-earlier-session-token',
      AWS_CREDENTIAL_EXPIRATION: '2031-01-01T00:00:00.000Z',
      AWS_REGION: 'eu-west-1',
      AWS_DEFAULT_REGION: 'eu-west-2',
    };
    const job = startJob(sandbox.cloud, { env: earlier });
    await job.uses(ACTION, { ...oidc, 'aws-region': 'us-west-2' });
    expect(variablesOf(job)).toMatchObject({ AWS_REGION: 'us-west-2', AWS_DEFAULT_REGION: 'us-west-2' });
    await job.end();
    expect(variablesOf(job)).toEqual(earlier);
  });

  it('variables that unset-current-credentials emptied have their value again', async () => {
    const earlier = {
      ...BYSTANDER_VARIABLES,
      AWS_REGION: 'eu-west-1',
      AWS_SESSION_TOKEN: 'an-earlier-token',
    };
    const job = startJob(sandbox.cloud, { env: earlier });
    await job.uses(ACTION, { ...oidc, 'unset-current-credentials': 'true' });
    await job.end();
    expect(variablesOf(job)).toEqual(earlier);
  });

  it('two steps are undone last first, each giving back what it found', async () => {
    const job = startJob(sandbox.cloud, { env: { AWS_REGION: 'eu-west-1' } });
    await job.uses(ACTION, { ...oidc, 'aws-region': 'us-east-1' });
    const afterFirst = variablesOf(job);
    await job.uses(ACTION, { 'role-to-assume': LONG, 'aws-region': 'us-west-2' });
    expect(variablesOf(job)).not.toEqual(afterFirst);
    const [second, first] = await job.end();
    expect(second?.exported).toEqual(afterFirst);
    expect(first?.exported).toMatchObject({ AWS_REGION: 'eu-west-1', AWS_SECRET_ACCESS_KEY: '' });
    expect(variablesOf(job)).toEqual({ AWS_REGION: 'eu-west-1' });
  });

  it('nothing happens where AWS_SKIP_CLEANUP_STEP is true', async () => {
    const job = startJob(sandbox.cloud, { env: { AWS_SKIP_CLEANUP_STEP: 'true' } });
    await job.uses(ACTION, oidc);
    const [post] = await job.end();
    expect(post?.conclusion).toBe('skipped');
    expect(Object.keys(variablesOf(job))).toEqual([...VARIABLES]);
  });

  it('post runs also where the step failed, and has nothing to do', async () => {
    const job = startJob(sandbox.cloud, { run: { ref: 'refs/heads/feature' }, env: BYSTANDER_VARIABLES });
    const before = variablesOf(job);
    const main = await job.uses(ACTION, oidc);
    const [post] = await job.end();
    expect([main.conclusion, post?.conclusion]).toEqual(['failure', 'success']);
    expect([main.files.env, main.files.output, main.files.state]).toEqual(['', '', '']);
    expect(post?.files.env).toBe('');
    expect(variablesOf(job)).toEqual(before);
  });

  it('the profile is gone from both files, and nothing else in them has changed', async () => {
    const job = startJob(sandbox.cloud);
    const { home } = job.directories;
    write(join(home, '.aws', 'credentials'), '# mine\r\n[other]\r\naws_access_key_id = AKIA0\r\n\r\n; end');
    write(join(home, '.aws', 'config'), '[profile other]\nregion=eu-west-1\n\n\n');
    const before = filesBelow(home);
    await job.uses(ACTION, { ...oidc, 'aws-profile': 'ci' });
    expect(readFileSync(join(home, '.aws', 'config'), 'utf8')).toContain(
      '[profile ci]\nregion = us-east-1\n',
    );
    expect(modeOf(join(home, '.aws', 'credentials'))).toBe('0600');
    await job.end({ keepFiles: true });
    expect(filesBelow(home)).toEqual(before);
  });

  it('files and directory that were made for the profile are gone', async () => {
    const job = startJob(sandbox.cloud);
    await job.uses(ACTION, { ...oidc, 'aws-profile': 'ci' });
    expect(Object.keys(filesBelow(job.directories.home))).toEqual(['.aws/config', '.aws/credentials']);
    await job.end({ keepFiles: true });
    expect(filesBelow(job.directories.home)).toEqual({});
    expect(existsSync(join(job.directories.home, '.aws'))).toBe(false);
  });

  it('a profile that was replaced is back, and what others wrote meanwhile stays', async () => {
    const job = startJob(sandbox.cloud);
    const credentials = join(job.directories.home, '.aws', 'credentials');
    const config = join(job.directories.home, '.aws', 'config');
    write(credentials, '[a]\nx = 1\n[ci]\naws_access_key_id = AKIAOLD\n# kept\n\n[z]\ny = 2\n');
    write(config, '[profile ci]\nregion = eu-west-1\n');
    await job.uses(ACTION, { ...oidc, 'aws-profile': 'ci', 'overwrite-aws-profile': 'true' });
    write(credentials, `${readFileSync(credentials, 'utf8')}[added]\nk = v\n`);
    await job.end({ keepFiles: true });
    expect(readFileSync(credentials, 'utf8')).toBe(
      '[a]\nx = 1\n[ci]\naws_access_key_id = AKIAOLD\n# kept\n\n[z]\ny = 2\n[added]\nk = v\n',
    );
    expect(readFileSync(config, 'utf8')).toBe('[profile ci]\nregion = eu-west-1\n');
  });

  it.each(['\n[added]\nk = v\n', '\n# about the next profile\n[added]\nk = v\n', '# a note\n'])(
    'what a later step put behind the profile (%j) stays, byte for byte',
    async (added) => {
      const job = startJob(sandbox.cloud);
      const config = join(job.directories.home, '.aws', 'config');
      write(config, '[profile other]\nregion = eu-west-1\n');
      await job.uses(ACTION, { ...oidc, 'aws-profile': 'ci' });
      write(config, readFileSync(config, 'utf8') + added);
      await job.end({ keepFiles: true });
      expect(readFileSync(config, 'utf8')).toBe(`[profile other]\nregion = eu-west-1\n${added}`);
    },
  );

  it('two profiles of two steps are both gone', async () => {
    const job = startJob(sandbox.cloud);
    await job.uses(ACTION, { ...oidc, 'aws-profile': 'one' });
    await job.uses(ACTION, { 'role-to-assume': LONG, 'aws-profile': 'two' });
    await job.end({ keepFiles: true });
    expect(filesBelow(job.directories.home)).toEqual({});
  });
});
