import '../../support/native-errors.js';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transformFileSync } from '@swc/core';
import { sleepSync } from '../../../src/platform/in-use.js';
import { NotALock, waitForLock } from '../../../src/platform/lock.js';
import { temporaryDirectory } from '../../support/files.js';
import { times } from '../../support/volume.js';

/** The lock, asked for again and again for at most `ms`. */
function within(ms: number, waiter: ReturnType<typeof waitForLock>) {
  for (const end = Date.now() + ms; Date.now() < end; sleepSync(10)) {
    const lock = waiter.attempt();
    if (lock) return lock;
  }
  return undefined;
}

describe('a lock', () => {
  const path = (): string => join(temporaryDirectory(), 'lock');

  it('is held by one at a time, and free when it was given back', () => {
    const file = path();
    const first = waitForLock(file, 60_000).attempt();
    expect(waitForLock(file, 60_000).attempt()).toBeUndefined();
    first?.release();
    expect(readdirSync(join(file, '..'))).toEqual([]);
    expect(waitForLock(file, 60_000).attempt()).toBeDefined();
  });

  it('of a process that lives is waited for', () => {
    const file = path();
    waitForLock(file, 60_000).attempt();
    expect(within(150, waitForLock(file, 60_000))).toBeUndefined();
  });

  it('of a process that was killed is broken at once', () => {
    const file = path();
    waitForLock(file, 60_000).attempt();
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    const content = JSON.parse(String(readLock(file)));
    writeFileSync(file, JSON.stringify({ ...content, pid }));
    expect(waitForLock(file, 60_000).attempt()).toBeDefined();
    expect(readdirSync(join(file, '..'))).toEqual(['lock']);
  });

  it('that was being broken by a process that was killed is broken all the same', () => {
    const file = path();
    waitForLock(file, 60_000).attempt();
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    const dead = JSON.stringify({ ...JSON.parse(String(readLock(file))), pid });
    writeFileSync(file, dead);
    writeFileSync(`${file}.break`, dead);
    expect(waitForLock(file, 60_000).attempt()).toBeDefined();
    expect(readdirSync(join(file, '..'))).toEqual(['lock']);
  });

  it.each(['[]', '1', 'null', '{"pid":1}'])(
    'with other JSON (%s) counts as held by somebody else',
    (content) => {
      const file = path();
      writeFileSync(file, content);
      expect(waitForLock(file, 60_000).attempt()).toBeUndefined();
      expect(String(readLock(file))).toBe(content);
    },
  );

  it('that was replaced by something else is not taken away when it is given back', () => {
    const file = path();
    const lock = waitForLock(file, 60_000).attempt();
    rmSync(file);
    mkdirSync(file);
    lock?.release();
    expect(readdirSync(join(file, '..'))).toEqual(['lock']);
  });

  it('that cannot be written is an error, not one to wait for', () => {
    expect(() => waitForLock(join(path(), 'lock'), 60_000).attempt()).toThrow(/ENOENT/);
  });

  it.each([
    ['from another machine', JSON.stringify({ pid: 1, place: 'elsewhere', id: 'x' })],
    ['nobody can read', 'damaged'],
    ['that its maker never filled in', ''],
  ])('%s is broken after its time, and not before', (_, content) => {
    const file = path();
    writeFileSync(file, content);
    const waiter = waitForLock(file, 200);
    expect(within(100, waiter)).toBeUndefined();
    expect(within(2_000, waiter)).toBeDefined();
  });

  it.each([
    ['a directory', (file: string) => mkdirSync(file)],
    ['a named pipe', (file: string) => execFileSync('mkfifo', [file])],
    ['a link', (file: string) => symlinkSync('/dev/zero', file)],
    ['a link that leads nowhere', (file: string) => symlinkSync('nowhere', file)],
    ['a very large file', (file: string) => writeFileSync(file, 'x'.repeat(5000))],
  ])('is not waited for where %s stands in its place', (_, make) => {
    const file = path();
    make(file);
    expect(() => waitForLock(file, 60_000).attempt()).toThrow(NotALock);
    expect(readdirSync(join(file, '..'))).toEqual(['lock']);
  });

  it('can be given back where its directory is gone, or something else has taken its place', () => {
    const [first, second] = [path(), path()];
    const locks = [first, second].map((file) => waitForLock(file, 60_000).attempt());
    rmSync(join(first, '..'), { recursive: true });
    rmSync(second);
    mkdirSync(second);
    for (const lock of locks) lock?.release();
    expect(readdirSync(join(second, '..'))).toEqual(['lock']);
  });

  it('that somebody else has broken is not theirs to lose', () => {
    const file = path();
    const first = waitForLock(file, 60_000).attempt();
    writeFileSync(file, 'of another');
    first?.release();
    expect(readdirSync(join(file, '..'))).toEqual(['lock']);
  });
});

const PROCESSES = times(12, 40);

describe(`${PROCESSES} processes that come and go`, () => {
  /** Adds to a number in a file, three times: two at once would lose one. */
  const ADDER = `
    import { readFileSync, writeFileSync } from 'node:fs';
    import { sleepSync } from './platform/in-use.js';
    import { waitForLock } from './platform/lock.js';
    const waiter = waitForLock('lock', 60_000);
    for (let times = 0; times < 3; times++) {
      let lock;
      while (!(lock = waiter.attempt())) sleepSync(Math.random() * 3);
      const sum = Number(readFileSync('sum', 'utf8'));
      sleepSync(Math.random());
      writeFileSync('sum', String(sum + 1));
      lock.release();
    }
  `;

  it('hold a lock one at a time, also while the ends of others look like locks left behind', async () => {
    const cwd = temporaryDirectory();
    const parser = { syntax: 'typescript' } as const;
    for (const name of ['platform/lock', 'platform/in-use', 'platform/monotonic', 'core/errno']) {
      const source = fileURLToPath(new URL(`../../../src/${name}.ts`, import.meta.url));
      const { code } = transformFileSync(source, { swcrc: false, jsc: { parser, target: 'es2022' } });
      mkdirSync(dirname(join(cwd, name)), { recursive: true });
      writeFileSync(join(cwd, `${name}.js`), code);
    }
    writeFileSync(join(cwd, 'package.json'), '{"type":"module"}');
    writeFileSync(join(cwd, 'adder.mjs'), ADDER);
    writeFileSync(join(cwd, 'sum'), '0');
    const ends = Array.from({ length: PROCESSES }, () => {
      const child = spawn(process.execPath, ['adder.mjs'], { cwd, stdio: 'inherit' });
      return new Promise((resolve) => child.once('exit', resolve));
    });
    expect(new Set(await Promise.all(ends))).toEqual(new Set([0]));
    expect(readFileSync(join(cwd, 'sum'), 'utf8')).toBe(String(3 * PROCESSES));
    expect(readdirSync(cwd).sort()).toEqual(['adder.mjs', 'core', 'package.json', 'platform', 'sum']);
  });
});

function readLock(file: string): string {
  return spawnSync('cat', [file], { encoding: 'utf8' }).stdout;
}
