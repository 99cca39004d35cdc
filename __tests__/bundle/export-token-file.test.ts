import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Job } from '../../sandbox/runner/job.js';
import { ACTION, startJob } from '../support/bundle.js';
import { sharedCloud } from '../support/cloud.js';
import { isGone, processOf, until } from '../support/endpoint.js';
import { filesBelow, modeOf } from '../support/files.js';
import { stateFile } from '../support/refresh.js';
import { DEPLOY } from '../support/roles.js';

const sandbox = sharedCloud();
const inputs = { 'role-to-assume': DEPLOY, 'export-token-file': 'true' };
const fileOf = ({ env }: Job): string => env['AWS_WEB_IDENTITY_TOKEN_FILE'] ?? '';
const ours = (files: Readonly<Record<string, string>>): readonly string[] =>
  Object.keys(files).filter((name) => /assume-aws-role-/.test(name) && !name.includes('undo-'));
const expiryOf = (token: string): number =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()).exp * 1000;

describe('export-token-file', () => {
  it('exports a file with a token and the role, where Docker actions see it, and no keys', async () => {
    const before = { AWS_WEB_IDENTITY_TOKEN_FILE: '/before', AWS_ACCESS_KEY_ID: '', AWS_ROLE_ARN: '' };
    const job = startJob(sandbox.cloud, { env: before });
    const step = await job.uses(ACTION, { ...inputs, 'role-session-name': 'auto' });
    expect(step.exported).toEqual({
      AWS_WEB_IDENTITY_TOKEN_FILE: expect.stringContaining(
        join(job.directories.temp, '_github_home', 'assume-'),
      ),
      AWS_ROLE_ARN: DEPLOY,
      AWS_ROLE_SESSION_NAME: expect.stringMatching(/^gh-octo-org-octo-repo-\d+-\d+$/),
      AWS_REGION: 'us-east-1',
      AWS_DEFAULT_REGION: 'us-east-1',
    });
    expect(expiryOf(readFileSync(fileOf(job), 'utf8'))).toBeGreaterThan(Date.now());
    expect([modeOf(fileOf(job)), modeOf(dirname(fileOf(job)))]).toEqual(['0600', '0700']);
    expect(readFileSync(stateFile(job), 'utf8')).not.toMatch(/ASIA/);
    const found = processOf(dirname(stateFile(job)));
    await job.end({ keepFiles: true });
    await until(() => isGone(found));
    expect(ours(filesBelow(job.directories.temp))).toEqual([]);
    expect(job.env).toMatchObject(before);
  });

  it('keeps the token fresh, past three of them, and never shows half of one', async () => {
    const job = startJob(sandbox.cloud, { run: { tokenLifetimeSeconds: 4 } });
    await job.uses(ACTION, inputs);
    const seen = new Set<string>();
    for (const end = Date.now() + 12_500; Date.now() < end; await sleep(100)) {
      const token = readFileSync(fileOf(job), 'utf8');
      expect(expiryOf(token)).toBeGreaterThan(Date.now() - 1_000);
      seen.add(token);
    }
    expect(seen.size).toBeGreaterThanOrEqual(3);
    await job.end();
  }, 40_000);

  it('ends with drop, and leaves nothing when it is killed', async () => {
    const job = startJob(sandbox.cloud);
    await job.uses(ACTION, inputs);
    const first = processOf(dirname(stateFile(job)));
    expect((await job.uses(join(ACTION, 'drop'), {})).exitCode).toBe(0);
    await until(() => isGone(first));
    expect(ours(filesBelow(job.directories.temp))).toEqual([]);
    expect(fileOf(job)).toBe('');
    await job.uses(ACTION, inputs);
    const second = processOf(dirname(stateFile(job)));
    process.kill(second.pid, 'SIGKILL');
    await until(() => isGone(second));
    const posts = await job.end({ keepFiles: true });
    expect(posts.map(({ conclusion }) => conclusion)).toEqual(['success', 'success']);
    expect(ours(filesBelow(job.directories.temp))).toEqual([]);
  });

  it('is refused with what the tools would not know of, before any request', async () => {
    const job = startJob(sandbox.cloud, { env: { AWS_PROFILE: 'other' } });
    const requests = sandbox.cloud.requests.length;
    const step = await job.uses(ACTION, { ...inputs, 'role-duration-seconds': '900', 'aws-profile': 'x' });
    const data = step.commands.at(-1)?.data ?? '';
    for (const part of ['role-duration-seconds, because', 'with aws-profile.', 'AWS_PROFILE is set'])
      expect(data).toContain(part);
    expect(sandbox.cloud.requests).toHaveLength(requests);
    expect(ours(filesBelow(job.directories.temp))).toEqual([]);
  });
});
