import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StepResult } from '../../sandbox/runner/job.js';
import { ACTION, startJob } from '../support/bundle.js';
import { sharedCloud } from '../support/cloud.js';
import { filesBelow, modeOf } from '../support/files.js';
import { DEPLOY } from '../support/roles.js';

const sandbox = sharedCloud();
const DROP = join(ACTION, 'drop');
const role = { 'role-to-assume': DEPLOY };

const awsVariables = (env: Readonly<Record<string, string | undefined>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (name.startsWith('AWS_') && value ? [[name, value]] : [])),
  );

const records = (temp: string): readonly string[] =>
  readdirSync(temp).filter((name) => name.startsWith('aws-role-undo-'));
const text = (step: StepResult): string => step.log.join('\n');

describe('the drop step', () => {
  it('takes back what earlier steps did, and the end of the job finds nothing to do', async () => {
    const job = startJob(sandbox.cloud);
    const before = awsVariables(job.env);
    await job.uses(ACTION, role);
    await job.uses(ACTION, { ...role, 'aws-profile': 'ci' });
    await job.uses(ACTION, { ...role, 'refresh-credentials': 'true' });
    expect(awsVariables(job.env)).toHaveProperty('AWS_PROFILE');
    const step = await job.uses(DROP, {});
    expect(step.exitCode).toBe(0);
    expect(awsVariables(job.env)).toEqual(before);
    expect(filesBelow(join(job.directories.home, '.aws'))).toEqual({});
    expect(records(job.directories.temp)).toEqual([]);
    await job.end({ keepFiles: true });
    expect(awsVariables(job.env)).toEqual(before);
    expect(records(job.directories.temp)).toEqual([]);
  });

  it('gives the job back the credentials that it had before', async () => {
    const own = { AWS_ACCESS_KEY_ID: 'AKIAOLDOLDOLDOLDOLD', AWS_SECRET_ACCESS_KEY: 'old-secret-of-the-job' };
    const job = startJob(sandbox.cloud, { env: own });
    await job.uses(ACTION, role);
    expect(job.env['AWS_ACCESS_KEY_ID']).not.toBe(own.AWS_ACCESS_KEY_ID);
    await job.uses(DROP, {});
    expect(job.env).toMatchObject(own);
  });

  it('takes back one profile, and leaves what later steps set', async () => {
    const job = startJob(sandbox.cloud);
    await job.uses(ACTION, { ...role, 'aws-profile': 'one', 'output-env-credentials': 'true' });
    await job.uses(ACTION, { ...role, 'aws-profile': 'two' });
    await job.uses(ACTION, role);
    const { AWS_ACCESS_KEY_ID: key } = job.env;
    await job.uses(DROP, { 'aws-profile': 'one' });
    const credentials = readFileSync(join(job.directories.home, '.aws', 'credentials'), 'utf8');
    expect(credentials).toContain('[two]');
    expect(credentials).not.toContain('[one]');
    expect(job.env['AWS_ACCESS_KEY_ID']).toBe(key);
    // The file was made for the profile that has gone already.
    await job.uses(DROP, { 'aws-profile': 'two' });
    expect(readdirSync(job.directories.home)).toEqual([]);
    await job.uses(DROP, {});
    expect(job.env['AWS_ACCESS_KEY_ID'] ?? '').toBe('');
    await job.end({ keepFiles: true });
    expect(filesBelow(join(job.directories.home, '.aws'))).toEqual({});
  });

  it('refuses a profile that no step wrote, and changes nothing', async () => {
    const job = startJob(sandbox.cloud);
    await job.uses(ACTION, { ...role, 'aws-profile': 'one', 'output-env-credentials': 'true' });
    const before = { ...job.env };
    const step = await job.uses(DROP, { 'aws-profile': 'two' });
    expect(step.exitCode).toBe(1);
    expect(text(step)).toContain('no earlier step of this job wrote the profile "two".');
    expect(text(step)).toContain('Written were "one".');
    expect(job.env).toEqual(before);
  });

  it('fails when something stays, since the next steps must be able to rely on it', async () => {
    const job = startJob(sandbox.cloud);
    await job.uses(ACTION, { ...role, 'aws-profile': 'ci' });
    const lock = join(job.directories.home, '.aws', 'credentials');
    writeFileSync(`${lock}.old`, readFileSync(lock));
    const [file = ''] = records(job.directories.temp);
    writeFileSync(join(job.directories.temp, file), '[{"kind":"section"}]');
    const step = await job.uses(DROP, {});
    expect(step.exitCode).toBe(1);
    expect(text(step)).toContain('could not be read (damaged)');
    expect(readFileSync(lock, 'utf8')).toContain('[ci]');
    await job.end({ keepFiles: true });
    expect(filesBelow(join(job.directories.home, '.aws'))).toEqual({ 'credentials.old': expect.anything() });
  });

  it('has nothing to take back in a job without such a step, nor from another job', async () => {
    const first = startJob(sandbox.cloud);
    await first.uses(ACTION, role);
    const second = startJob(sandbox.cloud, { env: { GITHUB_JOB: 'another' } });
    second.env['RUNNER_TEMP'] = first.directories.temp;
    const step = await second.uses(DROP, {});
    expect(step.exitCode).toBe(0);
    expect(text(step)).toContain('No earlier step of this job left credentials.');
    expect(records(first.directories.temp)).toHaveLength(1);
  });

  it('says that it cannot know without RUNNER_TEMP', async () => {
    const job = startJob(sandbox.cloud);
    job.env['RUNNER_TEMP'] = '';
    const step = await job.uses(DROP, {});
    expect(step.exitCode).toBe(1);
    expect(text(step)).toContain('RUNNER_TEMP is not set');
  });
});

describe('examples/drop-credentials.yml', () => {
  it('leaves nothing for the steps after the drop step', async () => {
    const job = startJob(sandbox.cloud);
    const before = awsVariables(job.env);
    const text = readFileSync(join(ACTION, 'examples', 'drop-credentials.yml'), 'utf8');
    const uses = [...text.matchAll(/uses: OWNER\/assume-aws-role(\/\w+)?@v1/g)].map(([, path = '']) => path);
    expect(uses).toEqual(['', '/drop']);
    for (const path of uses) await job.uses(join(ACTION, path), path === '' ? role : {});
    const witness = await job.run('env', []);
    expect(
      awsVariables(Object.fromEntries(witness.stdout.split('\n').map((line) => line.split(/=(.*)/s)))),
    ).toEqual(before);
  });
});

describe('the record for it', () => {
  it('can be read by its owner alone, and goes with the job', async () => {
    const job = startJob(sandbox.cloud);
    await job.uses(ACTION, role);
    const [name = ''] = records(job.directories.temp);
    expect(modeOf(join(job.directories.temp, name))).toBe('0600');
    await job.end({ keepFiles: true });
    expect(records(job.directories.temp)).toEqual([]);
  });

  it('that cannot be written fails nothing', async () => {
    const job = startJob(sandbox.cloud);
    job.env['RUNNER_TEMP'] = join(job.directories.temp, 'gone');
    const step = await job.uses(ACTION, role);
    expect(step.exitCode).toBe(0);
  });
});
