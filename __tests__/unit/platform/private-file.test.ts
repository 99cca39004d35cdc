import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import {
  hasLeftovers,
  readPrivateFile,
  replaceFile,
  updatePrivateFile,
} from '../../../src/platform/private-file.js';
import { filesBelow, modeOf, temporaryDirectory } from '../../support/files.js';

const isRoot = process.geteuid?.() === 0;

function file(text?: string, mode = 0o600): string {
  const path = join(temporaryDirectory(), 'credentials');
  if (text !== undefined) writeFileSync(path, text);
  if (text !== undefined) chmodSync(path, mode);
  return path;
}

describe('a file that holds keys', () => {
  it('is made with its directory, for its owner only, whatever the umask', () => {
    const path = join(temporaryDirectory(), 'a', '.aws', 'credentials');
    const before = process.umask(0o000);
    updatePrivateFile(path, true, () => 'x');
    process.umask(before);
    expect([modeOf(path), modeOf(join(path, '..')), modeOf(join(path, '..', '..'))]).toEqual([
      '0600',
      '0700',
      '0700',
    ]);
  });

  it.each([0o644, 0o666, 0o640, 0o400])('that had mode %o has 0600 when it is written', (mode) => {
    const path = file('old', mode);
    updatePrivateFile(path, true, () => 'new');
    expect([readFileSync(path, 'utf8'), modeOf(path)]).toEqual(['new', '0600']);
  });

  it('is tightened also where its text is right already', () => {
    const path = file('same', 0o644);
    updatePrivateFile(path, true, (text) => text);
    expect(modeOf(path)).toBe('0600');
  });

  it('that holds none of our keys keeps its mode', () => {
    const path = file('old', 0o644);
    updatePrivateFile(path, false, () => 'new');
    expect(modeOf(path)).toBe('0644');
  });

  it('keeps bytes that are no UTF-8', () => {
    const path = file();
    const bytes = Buffer.from([0xff, 0xfe, 0x00, 0xc3, 0x0a, 0x80]);
    writeFileSync(path, bytes);
    updatePrivateFile(path, true, (text) => `${text}x`);
    expect(readFileSync(path)).toEqual(Buffer.concat([bytes, Buffer.from('x')]));
  });

  it('is replaced, not written over: a reader has the old one or the new one', () => {
    const path = file('old');
    const { ino } = statSync(path);
    updatePrivateFile(path, true, () => 'new');
    expect(statSync(path).ino).not.toBe(ino);
  });

  it.each([
    ['as long as a name can be', 'x'.repeat(255)],
    ['of 85 signs that have three bytes each', '漢'.repeat(85)],
    ['of 63 signs that have four bytes each', '🔑'.repeat(63)],
    ['at the limit', 'x'.repeat(100)],
    ['beyond the limit', 'x'.repeat(101)],
  ])('with a name %s is written as any other', (_, name) => {
    const directory = temporaryDirectory();
    const path = join(directory, name);
    updatePrivateFile(path, true, () => 'old');
    const others: string[] = [];
    updatePrivateFile(path, true, (text) => {
      others.push(...readdirSync(directory).filter((other) => other !== name));
      return `${text} new`;
    });
    replaceFile(path, `${readFileSync(path, 'utf8')} newer`, { mode: 0o600 });
    expect(filesBelow(directory)).toEqual({ [name]: 'old new newer' });
    expect(others).toEqual([expect.stringMatching(/\.lock$/)]);
    expect([hasLeftovers(path), Buffer.byteLength(others[0] ?? '') <= 143]).toEqual([false, true]);
  });

  it.each(['replaced', 'updated'])('whose place for the new text is taken is not %s', (how) => {
    const path = file('old');
    mkdirSync(join(path, '..', '.credentials.assume-aws-role.tmp'));
    const write = () =>
      how === 'updated'
        ? updatePrivateFile(path, true, () => 'new')
        : replaceFile(path, 'new', { mode: 0o600 });
    expect(write).toThrow(/^Cannot use the file ".*": it cannot be written/);
    expect(readFileSync(path, 'utf8')).toBe('old');
  });

  it('leaves nothing beside it where the new text cannot take its place', () => {
    const path = join(temporaryDirectory(), 'credentials');
    mkdirSync(join(path, 'taken'), { recursive: true });
    expect(() => replaceFile(path, 'new', { mode: 0o600 })).toThrow('it cannot be written (');
    expect(filesBelow(join(path, '..'))).toEqual({ 'credentials/taken/': '' });
  });

  it('leaves nothing beside it', () => {
    const path = file('old');
    updatePrivateFile(path, true, () => 'new');
    updatePrivateFile(path, true, () => undefined);
    expect(readdirSync(join(path, '..'))).toEqual([]);
  });

  it('stays as it is, without a rest beside it, where the change fails', () => {
    const path = file('old');
    const change = () =>
      updatePrivateFile(path, true, () => {
        throw new Error('no');
      });
    expect(change).toThrow('no');
    expect([readFileSync(path, 'utf8'), readdirSync(join(path, '..'))]).toEqual(['old', ['credentials']]);
  });
});

describe('the group of a file that is replaced', () => {
  const other = isRoot ? 12345 : process.getgroups?.().find((group) => group !== process.getegid?.());

  it('stays, so that whoever could read it still can', () => {
    const path = file('old', 0o640);
    if (other !== undefined) chownSync(path, process.geteuid?.() ?? 0, other);
    const { gid } = statSync(path);
    updatePrivateFile(path, false, () => 'new');
    expect([statSync(path).gid, modeOf(path), readFileSync(path, 'utf8')]).toEqual([gid, '0640', 'new']);
  });
});

describe('a directory that others take away', () => {
  // As often as the code puts up with, and each time the moment it is there and empty.
  const REMOVER = `
    const { rmdirSync } = require('node:fs');
    const { workerData: { directory, count } } = require('node:worker_threads');
    const end = Date.now() + 20_000;
    while (Atomics.load(count, 0) < 15 && Date.now() < end) {
      try {
        rmdirSync(directory);
        Atomics.add(count, 0, 1);
      } catch {}
    }
  `;

  it('between its making and the lock in it is made again', async () => {
    const directory = join(temporaryDirectory(), '.aws');
    const count = new Int32Array(new SharedArrayBuffer(4));
    const worker = new Worker(REMOVER, { eval: true, workerData: { directory, count } });
    const path = join(directory, 'credentials');
    try {
      while (Atomics.load(count, 0) < 15) {
        updatePrivateFile(path, true, () => 'keys');
        expect(filesBelow(directory)).toEqual({ credentials: 'keys' });
        rmSync(path);
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    } finally {
      await worker.terminate();
    }
  });

  it('cannot be made below a link that leads nowhere', () => {
    const root = temporaryDirectory();
    symlinkSync(join(root, 'nowhere'), join(root, 'link'));
    expect(() => updatePrivateFile(join(root, 'link', 'a', 'credentials'), true, () => 'x')).toThrow(
      /it cannot be written \(ENOENT\)/,
    );
    expect(readdirSync(root)).toEqual(['link']);
  });
});

describe('a lock that another job holds', () => {
  it('is waited for as long as there is time, and the file is not used then', () => {
    const path = file('old');
    const lock = join(path, '..', '.credentials.assume-aws-role.lock');
    writeFileSync(lock, JSON.stringify({ pid: process.pid, place: 'elsewhere', id: 'x' }));
    const start = performance.now();
    expect(() => updatePrivateFile(path, true, () => 'new', 300)).toThrow(/another process holds its lock/);
    expect(performance.now() - start).toBeLessThan(5_000);
    expect(readFileSync(path, 'utf8')).toBe('old');
  });

  it('is not waited for where what stands in its place is not a lock', () => {
    const path = file('old');
    execFileSync('mkfifo', [join(path, '..', '.credentials.assume-aws-role.lock')]);
    expect(() => updatePrivateFile(path, true, () => 'new')).toThrow(
      /what stands in the place of its lock is not a lock/,
    );
  });
});

describe('what is refused', () => {
  const refusal = (path: string): string => {
    const said = [() => readPrivateFile(path), () => updatePrivateFile(path, true, () => 'mine')].map(
      (call) => {
        try {
          call();
          return 'nothing';
        } catch (error) {
          return error instanceof Error ? error.message : String(error);
        }
      },
    );
    expect(said[0]).toBe(said[1]);
    return said[0] ?? '';
  };

  it('a link', () => {
    const target = file('target');
    const link = file();
    symlinkSync(target, link);
    expect(refusal(link)).toBe(`Cannot use the file "${link}": it is a symbolic link.`);
    expect(readFileSync(target, 'utf8')).toBe('target');
  });

  it('a link that leads nowhere', () => {
    const link = file();
    symlinkSync(join(link, '..', 'nowhere'), link);
    expect(refusal(link)).toMatch(/it is a symbolic link\.$/);
    expect(existsSync(join(link, '..', 'nowhere'))).toBe(false);
  });

  it('a directory that is a link', () => {
    const directory = join(temporaryDirectory(), '.aws');
    symlinkSync(temporaryDirectory(), directory);
    expect(refusal(join(directory, 'credentials'))).toBe(
      `Cannot use the file "${directory}": it is a symbolic link.`,
    );
  });

  it('a file of 600 MB, without reading it', () => {
    const path = file('');
    truncateSync(path, 600_000_000);
    expect(refusal(path)).toMatch(/it has more than 16000000 bytes\.$/);
  });

  it('a directory in its place', () => {
    const path = file();
    mkdirSync(path);
    expect(refusal(path)).toMatch(/it is not a regular file\.$/);
  });

  it('a named pipe, without waiting for somebody to write to it', () => {
    const path = file();
    execFileSync('mkfifo', [path]);
    expect(refusal(path)).toMatch(/it is not a regular file\.$/);
  });

  it('a socket in its place', async () => {
    const path = file();
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(path, resolve));
    expect(refusal(path)).toMatch(/it cannot be opened \(ENXIO\)\.$/);
    server.close();
  });

  it.each([
    ['a name that no file can have', join('/tmp', 'x'.repeat(300)), 'it cannot be examined (ENAMETOOLONG)'],
    ['a file that has nothing at its beginning', `/proc/${process.pid}/mem`, 'it cannot be read (EIO)'],
  ])('%s', (_, path, why) => {
    expect(() => readPrivateFile(path)).toThrow(`${why}.`);
  });

  (isRoot ? it : it.skip)('a file of another user', () => {
    const path = file('theirs');
    chownSync(path, 12345, 12345);
    expect(refusal(path)).toMatch(/it belongs to another user\.$/);
    expect([readFileSync(path, 'utf8'), statSync(path).uid]).toEqual(['theirs', 12345]);
  });

  it('a place where there is a file instead of a directory', () => {
    const path = join(file('plain'), 'credentials');
    expect(() => updatePrivateFile(path, true, () => 'x')).toThrow(
      /^Cannot use the file .*: it cannot be written/,
    );
  });
});
