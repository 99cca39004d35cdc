import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ACTION, NODE, startJob } from '../support/bundle.js';
import { sharedCloud } from '../support/cloud.js';
import { filesBelow } from '../support/files.js';
import { ask, credentialsIn } from '../support/refresh.js';
import { DEPLOY } from '../support/roles.js';

const sandbox = sharedCloud();

// Each entry point of dist/ once; __tests__/bundle has the rest.
describe('dist/', () => {
  it('gives a job credentials, and leaves nothing of them when the job ends', async () => {
    const job = startJob(sandbox.cloud);
    const step = await job.uses(ACTION, { 'role-to-assume': DEPLOY });
    expect(step).toMatchObject({ conclusion: 'success', stderr: '' });
    expect(step.exported).toMatchObject({ AWS_ACCESS_KEY_ID: expect.stringMatching(/^ASIA/) });
    const [post] = await job.end({ keepFiles: true });
    expect(post).toMatchObject({ conclusion: 'success', stderr: '' });
    expect(job.env).toMatchObject({ AWS_ACCESS_KEY_ID: '', AWS_SESSION_TOKEN: '' });
  });

  it('serves a profile that renews itself, which drop takes back', async () => {
    const job = startJob(sandbox.cloud);
    await job.uses(ACTION, { 'role-to-assume': DEPLOY, 'refresh-credentials': 'true' });
    expect(credentialsIn(await ask(job))).toMatchObject({ AccessKeyId: expect.stringMatching(/^ASIA/) });
    expect(await job.uses(join(ACTION, 'drop'), {})).toMatchObject({ conclusion: 'success' });
    await job.end({ keepFiles: true });
    expect(
      Object.keys(filesBelow(job.directories.temp)).filter((name) =>
        /assume-aws-role|aws-role-undo/.test(name),
      ),
    ).toEqual([]);
  });

  it('checks a trust policy in a terminal', () => {
    const { status, stdout } = spawnSync(NODE, ['dist/check-trust/index.js', '--help'], {
      cwd: ACTION,
      encoding: 'utf8',
    });
    expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringContaining('--expectations') });
  });
});
