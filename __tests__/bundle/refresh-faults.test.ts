import { execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Job } from '../../sandbox/runner/job.js';
import { ACTION, NODE, startJob } from '../support/bundle.js';
import { sharedCloud } from '../support/cloud.js';
import { modeOf, temporaryDirectory } from '../support/files.js';
import { ask, credentialsIn, endsIn, HELPER, readStateOf, stateFile } from '../support/refresh.js';
import { DEPLOY } from '../support/roles.js';
import { times } from '../support/volume.js';

const sandbox = sharedCloud();
const refresh = { 'role-to-assume': DEPLOY, 'refresh-credentials': 'true' };
const isRoot = process.geteuid?.() === 0;
const canMount = isRoot && mayMount();

function replaceBy(file: string, make: () => void): void {
  rmSync(file);
  make();
}

function mayMount(): boolean {
  const directory = temporaryDirectory();
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16k', 'tmpfs', directory], { stdio: 'ignore' });
    execFileSync('umount', [directory]);
    return true;
  } catch {
    return false;
  }
}

async function refreshingJob(): Promise<Job> {
  const job = startJob(sandbox.cloud);
  await job.uses(ACTION, refresh);
  return job;
}

/** Moves the session's times by so many seconds: to the helper, the clock has moved the other way. */
function shift(job: Job, seconds: number): void {
  const { session } = readStateOf(job);
  const moved = (time = ''): string => new Date(Date.parse(time) + seconds * 1000).toISOString();
  const times = { Obtained: moved(session['Obtained']), Expiration: moved(session['Expiration']) };
  writeFileSync(stateFile(job), JSON.stringify({ ...readStateOf(job), session: { ...session, ...times } }));
}

describe('a state that was', () => {
  let job: Job;
  beforeAll(async () => {
    job = await refreshingJob();
  });

  it.each<[string, RegExp, (file: string) => void]>([
    ['corrupted', /it is damaged/, (file) => writeFileSync(file, 'secret-text{')],
    ['truncated', /it is damaged/, (file) => truncateSync(file, 200)],
    ['emptied', /it is damaged/, (file) => truncateSync(file, 0)],
    ['made something else', /it is damaged/, (file) => writeFileSync(file, '{"version":1,"session":{}}')],
    ['removed', /it no longer exists, probably because the job has ended/, (file) => rmSync(file)],
    [
      'removed with its directory',
      /it no longer exists/,
      (file) => rmSync(dirname(file), { recursive: true }),
    ],
    ['opened to others', /others may write to it/, (file) => chmodSync(file, 0o666)],
    [
      'replaced by a link',
      /not a regular file/,
      (file) => replaceBy(file, () => symlinkSync('/etc/passwd', file)),
    ],
    ['replaced by a directory', /not a regular file/, (file) => replaceBy(file, () => mkdirSync(file))],
    ...(isRoot
      ? [
          [
            'given to another user',
            /belongs to another user/,
            (file: string) => chownSync(file, 12345, 12345),
          ] as [string, RegExp, (file: string) => void],
        ]
      : []),
  ])('%s is refused in one clear line, which shows nothing of it', async (_, why, spoil) => {
    const file = join(temporaryDirectory(), 'state', 'state.json');
    mkdirSync(dirname(file), { mode: 0o700 });
    writeFileSync(file, readFileSync(stateFile(job)), { mode: 0o600 });
    spoil(file);
    const { exitCode, stdout, stderr } = await ask(job, {}, file);
    expect([exitCode, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^assume-aws-role: Cannot use the refresh state: .*\n$/);
    expect(stderr).toMatch(why);
    expect(stderr).not.toMatch(/secret-text|ASIA|root:/);
  });
});

describe('a clock that was set', () => {
  it('forward, beyond the end of the session, makes a new one due', async () => {
    const job = await refreshingJob();
    const before = readStateOf(job).session['AccessKeyId'];
    shift(job, -86_400);
    expect(credentialsIn(await ask(job))['AccessKeyId']).not.toBe(before);
  });

  it('back, so that the session seems to last, makes a new one due all the same', async () => {
    const job = await refreshingJob();
    const before = readStateOf(job).session['AccessKeyId'];
    shift(job, 86_400);
    expect(credentialsIn(await ask(job))['AccessKeyId']).not.toBe(before);
  });

  it('back after a failure does not keep anybody from trying', async () => {
    const job = await refreshingJob();
    endsIn(job, -1);
    const failure = { reason: 'of tomorrow', until: new Date(Date.now() + 86_400_000).toISOString() };
    writeFileSync(stateFile(job), JSON.stringify({ ...readStateOf(job), failure }));
    expect(credentialsIn(await ask(job))).toMatchObject({ Version: 1 });
  });
});

(canMount ? describe : describe.skip)('a disk that is full', () => {
  it('costs nobody the session: it is handed over, and the old state stays whole', async () => {
    const job = await refreshingJob();
    const disk = temporaryDirectory();
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16k,mode=0700', 'tmpfs', disk]);
    try {
      const file = join(disk, 'state.json');
      endsIn(job, -1);
      const text = readFileSync(stateFile(job), 'utf8');
      writeFileSync(file, text, { mode: 0o600 });
      expect(() => writeFileSync(join(disk, 'rest'), Buffer.alloc(1_000_000))).toThrow(/ENOSPC/);
      for (const _ of ['once', 'twice'])
        expect(credentialsIn(await ask(job, {}, file))).toMatchObject({ Version: 1 });
      expect([readFileSync(file, 'utf8'), readdirSync(disk)]).toEqual([text, ['rest', 'state.json']]);
    } finally {
      execFileSync('umount', [disk]);
    }
  });
});

describe('a helper that is killed at any moment', () => {
  it('leaves a whole state, and the next one answers at once', async () => {
    const job = await refreshingJob();
    let renewals = 0;
    const rounds = times(10, 100);
    for (let round = 0; round < rounds; round++) {
      endsIn(job, -1);
      const child = spawn(NODE, [HELPER, stateFile(job)], { env: job.env, stdio: 'ignore' });
      const ended = new Promise((resolve) => child.once('exit', resolve));
      await sleep(20 + (230 * (round + Math.random())) / rounds);
      child.kill('SIGKILL');
      await ended;
      const before = readStateOf(job).session['AccessKeyId'];
      const start = Date.now();
      const after = credentialsIn(await ask(job))['AccessKeyId'];
      if (before !== after) renewals++;
      // A lock whose holder is gone is broken at once, not after its time.
      expect(Date.now() - start).toBeLessThan(5_000);
      expect(modeOf(stateFile(job))).toBe('0600');
    }
    expect(renewals).toBeGreaterThan(0);
    await job.end({ keepFiles: true });
    expect(readdirSync(job.directories.temp).filter((name) => /assume-aws-role-/.test(name))).toEqual([]);
  }, 120_000);
});

const ASKERS = times(60, 200);

describe(`${ASKERS} askers at one expiry`, () => {
  it('cost one STS call, two at most, and each gets a session that lives', async () => {
    const job = await refreshingJob();
    endsIn(job, -1);
    const since = sandbox.cloud.requests.length;
    const helped = await Promise.all(Array.from({ length: ASKERS }, () => ask(job)));
    const keys = new Set(helped.map((one) => credentialsIn(one)['AccessKeyId']));
    const calls = sandbox.cloud.requests.slice(since).filter(({ service }) => service === 'sts');
    const durations = helped.map(({ durationMs }) => durationMs).sort((a, b) => a - b);
    const at = (share: number) => Math.round(durations[Math.floor(ASKERS * share)] ?? 0);
    process.stdout.write(
      `${ASKERS} askers: ${calls.length} STS calls, median ${at(0.5)} ms, 95th percentile ${at(0.95)} ms\n`,
    );
    expect(calls.length).toBeLessThanOrEqual(2);
    expect(keys.size).toBeLessThanOrEqual(2);
  }, 120_000);

  it('are told within seconds where it cannot be renewed', async () => {
    const job = await refreshingJob();
    endsIn(job, -1);
    sandbox.cloud.fault('sts', {
      kind: 'error',
      status: 403,
      code: 'AccessDenied',
      message: 'no',
      times: 100,
    });
    const since = sandbox.cloud.requests.length;
    const helped = await Promise.all(Array.from({ length: times(20, 40) }, () => ask(job)));
    expect(new Set(helped.map(({ exitCode }) => exitCode))).toEqual(new Set([1]));
    const calls = sandbox.cloud.requests.slice(since).filter(({ service }) => service === 'sts');
    expect(calls.length).toBeLessThanOrEqual(4);
  }, 60_000);
});
