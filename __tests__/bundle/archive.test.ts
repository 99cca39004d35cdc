import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeArchive } from '../../bench/archive.js';
import { ACTION, startJob } from '../support/bundle.js';
import { sharedCloud } from '../support/cloud.js';
import { filesBelow, temporaryDirectory } from '../support/files.js';
import { ask, credentialsIn, endsIn, readStateOf, stateFile } from '../support/refresh.js';
import { DEPLOY } from '../support/roles.js';

const HUB = 'arn:aws:iam::222233334444:role/hub-deploy';
const SPOKE = 'arn:aws:iam::444455556666:role/spoke-deploy';

const sandbox = sharedCloud();
const archive = makeArchive(ACTION, temporaryDirectory());

/** Runs a test on the archive; says loudly where there can be none. */
function onArchive(title: string, test: (directory: string) => Promise<void>): void {
  if (archive === undefined) {
    it(`${title}: NOT TESTED, for this machine has no git or no tar`, () => {
      process.stderr.write(
        `\nNOT TESTED: the archive of a tag ${title}. This machine has no git or no tar.\n`,
      );
    });
  } else it(title, () => test(archive.directory));
}

describe("a tag's archive, which is all that a runner downloads", () => {
  onArchive('has what runs and what its users read, and nothing else', async (directory) => {
    expect(readdirSync(directory).sort()).toEqual([
      'LICENSE',
      'README.md',
      'SECURITY.md',
      'action.yml',
      'bin',
      'check-trust',
      'dist',
      'drop',
      'package.json',
      'sandbox',
    ]);
    expect(readdirSync(join(directory, 'sandbox'))).toEqual(['action.yml']);
    expect(readdirSync(join(directory, 'dist'))).toEqual(readdirSync(join(ACTION, 'dist')));
  });

  onArchive('knows nothing of the machine that built it', async (directory) => {
    for (const text of Object.values(filesBelow(join(directory, 'dist'))))
      expect([text.includes(ACTION), text.includes('../node_modules/')]).toEqual([false, false]);
  });

  onArchive('runs the step and its post', async (directory) => {
    const job = startJob(sandbox.cloud);
    const main = await job.uses(directory, { 'role-to-assume': DEPLOY });
    expect([main.conclusion, main.stderr]).toEqual(['success', '']);
    expect(job.env['AWS_SESSION_TOKEN']).toBeTruthy();
    const [post] = await job.end();
    expect([post?.conclusion, post?.stderr, job.env['AWS_SESSION_TOKEN']]).toEqual(['success', '', '']);
  });

  onArchive('says why a role was refused', async (directory) => {
    const job = startJob(sandbox.cloud, { run: { ref: 'refs/heads/feature' } });
    const main = await job.uses(directory, { 'role-to-assume': DEPLOY, summary: 'always' });
    expect(main.conclusion).toBe('failure');
    expect(main.stdout).toContain('::error title=assume-aws-role%3A ACCESS_DENIED::');
    expect(main.stderr).toBe('');
  });

  onArchive('reads a chain of roles as YAML and signs its calls', async (directory) => {
    const job = startJob(sandbox.cloud);
    const inputs = { 'role-to-assume': HUB, 'role-chain': `- role: ${SPOKE}` };
    const main = await job.uses(directory, inputs);
    expect(main.stdout).toContain(`${SPOKE.replace(':iam:', ':sts:').replace(':role/', ':assumed-role/')}/`);
    expect(main.stderr).toBe('');
  });

  onArchive('renews the session of a profile', async (directory) => {
    const job = startJob(sandbox.cloud);
    await job.uses(directory, { 'role-to-assume': DEPLOY, 'refresh-credentials': 'true' });
    const helper = join(directory, 'dist', 'credential-process', 'index.js');
    expect(readFileSync(join(job.directories.home, '.aws', 'config'), 'utf8')).toContain(helper);
    const before = readStateOf(job).session['AccessKeyId'];
    endsIn(job, -1);
    const renewed = credentialsIn(await ask(job, {}, stateFile(job), helper));
    expect(renewed['AccessKeyId']).toMatch(/^ASIA/);
    expect(renewed['AccessKeyId']).not.toBe(before);
  });

  onArchive('checks trust policies', async (directory) => {
    const job = startJob(sandbox.cloud, { run: { idToken: false } });
    writeFileSync(join(job.directories.workspace, 'policy.trust.json'), OPEN_POLICY);
    const step = await job.uses(join(directory, 'check-trust'), { policy: '*.trust.json' });
    expect(step.conclusion).toBe('failure');
    expect(step.outputs['findings']).toContain('policy.trust.json');
    expect(step.stderr).toBe('');
  });
});

/** Lets every workflow on GitHub in. */
const OPEN_POLICY = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: {
        Federated: 'arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com',
      },
      Action: 'sts:AssumeRoleWithWebIdentity',
    },
  ],
});
