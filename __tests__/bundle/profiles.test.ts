import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ACTION, NODE, startJob } from '../support/bundle.js';
import { sharedCloud } from '../support/cloud.js';
import { filesBelow, modeOf, temporaryDirectory } from '../support/files.js';
import { DEPLOY } from '../support/roles.js';
import { maskedBy } from '../support/secrets.js';
import { times } from '../support/volume.js';

const sandbox = sharedCloud();
const inputs = { 'role-to-assume': DEPLOY, 'aws-profile': 'ci' };
const OVERWRITE = { ...inputs, 'overwrite-aws-profile': 'true' };

function write(path: string, text: string, mode = 0o600): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeFileSync(path, text, { mode });
}

describe('a profile', () => {
  it('tightens the credentials file that gets the keys, and leaves the mode of the other', async () => {
    const job = startJob(sandbox.cloud);
    const aws = join(job.directories.home, '.aws');
    for (const name of ['credentials', 'config']) write(join(aws, name), '[other]\n', 0o644);
    await job.uses(ACTION, inputs);
    expect(['credentials', 'config'].map((name) => modeOf(join(aws, name)))).toEqual(['0600', '0644']);
  });

  it('goes where AWS_SHARED_CREDENTIALS_FILE and AWS_CONFIG_FILE point, and the directories go again', async () => {
    const directory = temporaryDirectory();
    const env = {
      AWS_SHARED_CREDENTIALS_FILE: join(directory, 'a', 'b', 'keys'),
      AWS_CONFIG_FILE: join(directory, 'c', 'settings'),
    };
    const job = startJob(sandbox.cloud, { env });
    await job.uses(ACTION, inputs);
    expect(Object.keys(filesBelow(directory))).toEqual(['a/b/keys', 'c/settings']);
    await job.end();
    expect(filesBelow(directory)).toEqual({});
  });

  it('that replaces another masks the keys of it, in either file, before they are written down', async () => {
    const job = startJob(sandbox.cloud);
    const aws = join(job.directories.home, '.aws');
    write(
      join(aws, 'credentials'),
      '[ci]\n# aws_secret_access_key = commented-out\naws_access_key_id = AKIAOLDOLDOLDOLD\naws_session_token : with-a-colon\n  and-more-of-it\n',
    );
    write(join(aws, 'config'), '[profile ci]\nregion = eu-west-1\naws_secret_access_key=in+the/config\n');
    const step = await job.uses(ACTION, OVERWRITE);
    const secrets = ['AKIAOLDOLDOLDOLD', 'commented-out', 'in+the/config', 'with-a-colon', 'and-more-of-it'];
    for (const secret of secrets) {
      expect(maskedBy(step)).toContain(secret);
      expect(step.files.state).toContain(secret);
    }
    expect(maskedBy(step)).not.toContain('eu-west-1');
  });

  it('that stands twice in a file is not replaced', async () => {
    const job = startJob(sandbox.cloud);
    write(join(job.directories.home, '.aws', 'config'), '[profile ci]\na = 1\n[profile ci]\nb = 2\n');
    const before = filesBelow(job.directories.home);
    const step = await job.uses(ACTION, OVERWRITE);
    expect(step.log.join('\n')).toMatch(/occurs more than once/);
    expect(filesBelow(job.directories.home)).toEqual(before);
  });

  it.each(['file', 'directory'])('is refused before any request where the %s is a link', async (which) => {
    const job = startJob(sandbox.cloud);
    const aws = join(job.directories.home, '.aws');
    const target = temporaryDirectory();
    writeFileSync(join(target, 'credentials'), '');
    if (which === 'file') mkdirSync(aws);
    symlinkSync(
      which === 'file' ? join(target, 'credentials') : target,
      which === 'file' ? join(aws, 'credentials') : aws,
    );
    const requests = sandbox.cloud.requests.length;
    const step = await job.uses(ACTION, inputs);
    expect(step.commands.at(-1)?.properties['title']).toBe('assume-aws-role: FILE_REFUSED');
    expect(sandbox.cloud.requests).toHaveLength(requests);
    expect(readFileSync(join(target, 'credentials'), 'utf8')).toBe('');
  });
});

describe('when the job ends, a profile', () => {
  it('whose file somebody deleted is no matter, and nothing is made again', async () => {
    const job = startJob(sandbox.cloud);
    await job.uses(ACTION, inputs);
    rmSync(join(job.directories.home, '.aws'), { recursive: true });
    const [post] = await job.end({ keepFiles: true });
    expect([post?.conclusion, post?.log.filter((line) => /Warning/.test(line))]).toEqual(['success', []]);
    expect(filesBelow(job.directories.home)).toEqual({});
  });

  it('that somebody else has put in the place of ours stays', async () => {
    const job = startJob(sandbox.cloud);
    const credentials = join(job.directories.home, '.aws', 'credentials');
    await job.uses(ACTION, inputs);
    write(credentials, '[ci]\naws_access_key_id = AKIATHEIRS\n');
    await job.end({ keepFiles: true });
    expect(readFileSync(credentials, 'utf8')).toBe('[ci]\naws_access_key_id = AKIATHEIRS\n');
  });

  it('to which somebody added a setting goes with it', async () => {
    const job = startJob(sandbox.cloud);
    const config = join(job.directories.home, '.aws', 'config');
    await job.uses(ACTION, inputs);
    write(config, `${readFileSync(config, 'utf8')}output = json\n[profile mine]\nregion = x\n`);
    await job.end({ keepFiles: true });
    expect(readFileSync(config, 'utf8')).toBe('[profile mine]\nregion = x\n');
  });

  it('that was replaced is put back where somebody took out ours', async () => {
    const job = startJob(sandbox.cloud);
    const credentials = join(job.directories.home, '.aws', 'credentials');
    write(credentials, '[ci]\naws_access_key_id = AKIAOLD\n[z]\na = 1\n');
    await job.uses(ACTION, OVERWRITE);
    write(credentials, '[z]\na = 1\n');
    await job.end({ keepFiles: true });
    expect(readFileSync(credentials, 'utf8')).toBe('[z]\na = 1\n[ci]\naws_access_key_id = AKIAOLD\n');
  });

  it('that two steps replaced one after the other is back as it was', async () => {
    const job = startJob(sandbox.cloud);
    const aws = join(job.directories.home, '.aws');
    write(join(aws, 'credentials'), '[ci]\r\naws_access_key_id = AKIAOLD');
    write(join(aws, 'config'), '# only this');
    const before = filesBelow(job.directories.home);
    await job.uses(ACTION, OVERWRITE);
    await job.uses(ACTION, OVERWRITE);
    await job.end({ keepFiles: true });
    expect(filesBelow(job.directories.home)).toEqual(before);
  });
});

describe('a step that is killed at any moment', () => {
  it('leaves whole files, and post puts them back', async () => {
    const rounds = times(6, 60);
    for (let round = 0; round < rounds; round++) {
      const home = temporaryDirectory();
      const aws = join(home, '.aws');
      write(join(aws, 'credentials'), '# mine\n[ci]\naws_access_key_id = AKIAOLD\n');
      write(join(aws, 'config'), '[profile other]\nregion = x');
      const before = filesBelow(home);
      const state = join(temporaryDirectory(), 'state');
      writeFileSync(state, '');
      const env = {
        ...sandbox.cloud.environment(),
        ...{ HOME: home, AWS_REGION: 'us-east-1', GITHUB_STATE: state, PATH: process.env['PATH'] ?? '' },
        ...Object.fromEntries(
          Object.entries(OVERWRITE).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]),
        ),
      };
      const child = spawn(NODE, [join(ACTION, 'dist', 'main', 'index.js')], { env, stdio: 'ignore' });
      // Most of it is starting and asking; the files are written in the last milliseconds.
      setTimeout(() => child.kill('SIGKILL'), 120 + (180 * round) / rounds);
      await new Promise((resolve) => child.once('exit', resolve));
      expect(readFileSync(join(aws, 'credentials'), 'utf8')).toMatch(/^# mine\n\[ci\]\n[\s\S]*\n$/);
      const saved = /^undo<<(\S+)\n([\s\S]*)\n\1\n$/.exec(readFileSync(state, 'utf8'))?.[2] ?? '';
      const post = spawn(NODE, [join(ACTION, 'dist', 'post', 'index.js')], {
        env: { HOME: home, STATE_undo: saved },
        stdio: 'ignore',
      });
      expect(await new Promise((resolve) => post.once('exit', resolve))).toBe(0);
      const left = Object.entries(filesBelow(home)).filter(([name]) => !name.includes('.assume-aws-role.'));
      expect(Object.fromEntries(left)).toEqual(before);
    }
  }, 60_000);
});
