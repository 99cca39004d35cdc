import '../../support/native-errors.js';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type FileSystem,
  isInUse,
  removeFile,
  replaceByRename,
  retryWhileInUse,
} from '../../../src/platform/in-use.js';
import { temporaryDirectory } from '../../support/files.js';

/** A system that fails so often with this code, and then does nothing more than note what it is asked to do. */
function system(code: string, times: number, platform: NodeJS.Platform = 'win32', limitMs = 60_000) {
  const log: string[] = [];
  const attempt = (line: string): void => {
    if (times-- > 0) throw Object.assign(new Error(code), { code });
    log.push(line);
  };
  const files: FileSystem = {
    platform,
    limitMs,
    rename: (from, to) => attempt(`rename ${from} ${to}`),
    remove: (path) => (path === 'written' ? void log.push('remove written') : attempt(`remove ${path}`)),
    write: (path, text) => void log.push(`write ${path} ${text}`),
    empty: (path) => void log.push(`empty ${path}`),
  };
  return { files, log };
}

describe('a file that another process has open on Windows', () => {
  it.each(['EACCES', 'EBUSY', 'EPERM', 'ENOTEMPTY'])(
    'is replaced and removed after %s has passed',
    (code) => {
      const replaced = system(code, 3);
      replaceByRename('written', 'path', 'text', replaced.files);
      expect(replaced.log).toEqual(['rename written path']);
      const removed = system(code, 2);
      removeFile('path', removed.files);
      // Others who have it open may read a removed file until they close it.
      expect(removed.log).toEqual(['empty path', 'remove path']);
    },
  );

  it('is overwritten or emptied where it stays in use, so that no keys stay', () => {
    const replaced = system('EBUSY', 1_000, 'win32', 20);
    replaceByRename('written', 'path', 'text', replaced.files);
    expect(replaced.log).toEqual(['write path text', 'remove written']);
    const removed = system('EPERM', 1_000, 'win32', 20);
    removeFile('path', removed.files);
    expect(removed.log).toEqual(['empty path', 'write path ']);
  });
});

describe('a failure that will not pass', () => {
  it.each([
    ['win32', 'ENOSPC'],
    ['linux', 'EPERM'],
    ['darwin', 'EBUSY'],
  ] as const)('is thrown at once (%s, %s)', (platform, code) => {
    const { files, log } = system(code, 1, platform);
    expect(() => replaceByRename('written', 'path', 'text', files)).toThrow(code);
    expect(log).toEqual([]);
    const removal = system(code, 1, platform);
    expect(() => removeFile('path', removal.files)).toThrow(code);
    expect(removal.log).toEqual(platform === 'win32' ? ['empty path'] : []);
  });

  it('is not taken for one of Windows on another system', () => {
    const error = Object.assign(new Error(), { code: 'EPERM' });
    expect([isInUse(error, 'win32'), isInUse(error, 'linux'), isInUse(new Error(), 'win32')]).toEqual([
      true,
      false,
      false,
    ]);
  });
});

it('the result of what was tried again is given back', () => {
  let left = 2;
  const action = (): string => {
    if (left-- > 0) throw Object.assign(new Error(), { code: 'EBUSY' });
    return 'done';
  };
  expect(retryWhileInUse(action, system('', 0).files)).toBe('done');
});

it('files are replaced and removed on this system', () => {
  const directory = temporaryDirectory();
  const [written, path] = [join(directory, 'written'), join(directory, 'path')];
  writeFileSync(written, 'new');
  writeFileSync(path, 'old');
  replaceByRename(written, path, 'new');
  expect([readdirSync(directory), readFileSync(path, 'utf8')]).toEqual([['path'], 'new']);
  removeFile(path);
  removeFile(path);
  expect(readdirSync(directory)).toEqual([]);
});
