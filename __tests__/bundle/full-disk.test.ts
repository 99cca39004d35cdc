import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ACTION, NODE, startJob } from '../support/bundle.js';
import { sharedCloud } from '../support/cloud.js';
import { filesBelow, temporaryDirectory } from '../support/files.js';
import { BYSTANDER_VARIABLES, DEPLOY } from '../support/roles.js';

const sandbox = sharedCloud();

/** A Node whose files cannot grow over so many kilobytes: the last write is short, the next one fails. */
function nodeWithFilesOf(kilobytes: number): string {
  const node = join(temporaryDirectory(), 'node');
  writeFileSync(node, `#!/usr/bin/env bash\nulimit -f ${kilobytes}\nexec '${NODE}' "$@"\n`);
  chmodSync(node, 0o755);
  return node;
}

describe('a disk that is full in the middle of a write leaves nothing', () => {
  const inputs = { 'role-to-assume': DEPLOY, 'output-env-credentials': 'true' };

  it.each<[string, number, Record<string, string>, Record<string, string>]>([
    ['GITHUB_ENV', 1, {}, {}],
    ['GITHUB_OUTPUT', 1, { 'output-credentials': 'true' }, {}],
    [
      'GITHUB_STATE',
      1,
      {},
      { AWS_PROFILE: 'p'.repeat(600), AWS_CREDENTIAL_EXPIRATION: `2031-01-01T00:00:00Z${' '.repeat(1200)}` },
    ],
  ])('in %s, of which the runner would take the first entries', async (file, blocks, more, env) => {
    const job = startJob(sandbox.cloud, {
      node: nodeWithFilesOf(blocks),
      env: { ...BYSTANDER_VARIABLES, ...env },
    });
    const step = await job.uses(ACTION, { ...inputs, 'identity-source': 'github-oidc', ...more });
    expect(step.commands.at(-1)?.data).toContain(`Could not write to the runner's file ${file}.`);
    expect([step.files.env, step.files.output, step.exported]).toEqual(['', '', {}]);
    expect(step.state).toEqual(file === 'GITHUB_STATE' ? {} : { undo: '[]' });
    expect(step.log.join('\n')).not.toContain('Unable to process file command');
    const [post] = await job.end();
    expect([post?.conclusion, post?.exported]).toEqual(['success', {}]);
  });

  it.each(['credentials', 'config'])('in %s, which stays as it was', async (name) => {
    const aws = { credentials: '[mine]\nkey = old\n', config: '[profile mine]\nregion = x\n' };
    const job = startJob(sandbox.cloud, { node: nodeWithFilesOf(2) });
    const directory = join(job.directories.home, '.aws');
    mkdirSync(directory);
    for (const [file, text] of Object.entries({ ...aws, [name]: `# ${'x'.repeat(2030)}\n` }))
      writeFileSync(join(directory, file), text);
    const before = filesBelow(job.directories.home);
    const step = await job.uses(ACTION, { ...inputs, 'aws-profile': 'ci' });
    expect(step.commands.at(-1)?.data).toMatch(
      new RegExp(`^Cannot use the file ".*/${name}": it cannot be written \\(EFBIG\\)`),
    );
    expect(filesBelow(job.directories.home)).toEqual(before);
    expect([step.files.env, step.files.output, step.state]).toEqual(['', '', { undo: '[]' }]);
  });

  it('in the state of refresh-credentials, whose directory goes, too', async () => {
    const job = startJob(sandbox.cloud, { node: nodeWithFilesOf(1) });
    const step = await job.uses(ACTION, { 'role-to-assume': DEPLOY, 'refresh-credentials': 'true' });
    expect(step.commands.at(-1)?.data).toMatch(/state\.json": it cannot be written \(EFBIG\)/);
    const left = Object.keys(filesBelow(job.directories.temp)).filter(
      (path) => !/^_(runner|github)/.test(path),
    );
    expect([left, filesBelow(job.directories.home), step.state]).toEqual([[], {}, { undo: '[]' }]);
  });
});

describe('an undo record', () => {
  const section = (text: string) => `[profile ci]\nx = ${text}\n`;
  const inputs = { 'role-to-assume': DEPLOY, 'aws-profile': 'ci', 'overwrite-aws-profile': 'true' };

  function jobWith(config: string) {
    const job = startJob(sandbox.cloud);
    const directory = join(job.directories.home, '.aws');
    mkdirSync(directory, { mode: 0o700 });
    writeFileSync(join(directory, 'config'), config);
    return { job, before: filesBelow(job.directories.home) };
  }

  it('as long as it may be starts the clean-up, which puts everything back', async () => {
    const { job, before } = jobWith(section('x'.repeat(128_500)));
    const step = await job.uses(ACTION, inputs);
    expect(step.conclusion).toBe('success');
    expect(step.state['undo']?.length).toBeGreaterThan(129_000);
    const [post] = await job.end({ keepFiles: true });
    expect([post?.conclusion, post?.log.filter((line) => line.startsWith('Warning'))]).toEqual([
      'success',
      [],
    ]);
    expect(filesBelow(job.directories.home)).toEqual(before);
  });

  it.each([
    ['long', 'x'.repeat(131_000)],
    ['full of what is written as two bytes', '"'.repeat(65_500)],
    ['full of what is written as six', '\u0001'.repeat(22_000)],
  ])('that could not be handed to it (%s) keeps the step from writing anything', async (_, text) => {
    const { job, before } = jobWith(section(text));
    const step = await job.uses(ACTION, inputs);
    expect(step.commands.at(-1)?.data).toMatch(
      /^What the end of the job must put back has \d+ bytes, and the runner can keep 130000 of them for it\. Most of it is the section "profile ci"/,
    );
    expect([filesBelow(job.directories.home), step.state, step.exported]).toEqual([before, {}, {}]);
  });
});
