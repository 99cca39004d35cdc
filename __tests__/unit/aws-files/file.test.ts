import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readPrivateFile, writePrivateFile } from '../../../src/aws-files/file.js';
import { filesBelow, modeOf, temporaryDirectory } from '../../support/files.js';

describe('a file that holds keys', () => {
  it('is written for its owner alone, in a directory of its own, and read again', () => {
    const directory = temporaryDirectory();
    const file = join(directory, 'aws', 'credentials');
    expect(readPrivateFile(file)).toBeUndefined();
    for (const text of ['first', 'sécond\r\n', '']) {
      writePrivateFile(file, text);
      expect(readPrivateFile(file)).toBe(text);
    }
    expect([modeOf(join(directory, 'aws')), modeOf(file)]).toEqual(['0700', '0600']);
  });

  it('is not written in place of something else, and leaves no other file behind', () => {
    const directory = temporaryDirectory();
    mkdirSync(join(directory, 'credentials'));
    writeFileSync(join(directory, 'credentials', 'x'), '');
    expect(() => writePrivateFile(join(directory, 'credentials'), 'keys')).toThrow(
      /it cannot be written \(E[A-Z]+\)/,
    );
    expect(filesBelow(directory)).toEqual({ 'credentials/x': '' });
  });

  it.each(['link', 'linked/credentials'])(
    'is neither read nor written through a symbolic link (%s)',
    (path) => {
      const directory = temporaryDirectory();
      const target = temporaryDirectory();
      writeFileSync(join(target, 'credentials'), 'theirs');
      symlinkSync(join(target, 'credentials'), join(directory, 'link'));
      symlinkSync(target, join(directory, 'linked'));
      expect(() => readPrivateFile(join(directory, path))).toThrow('it is a symbolic link');
      expect(() => writePrivateFile(join(directory, path), 'ours')).toThrow('it is a symbolic link');
      expect(filesBelow(target)).toEqual({ credentials: 'theirs' });
    },
  );

  it('with a name that no file can have is an error that says so', () => {
    const file = join(temporaryDirectory(), 'x'.repeat(300));
    expect(() => readPrivateFile(file)).toThrow('it cannot be examined (ENAMETOOLONG)');
  });

  it('below something that is no directory is an error that says so', () => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, 'file'), '');
    expect(() => readPrivateFile(join(directory, 'file', 'credentials'))).toThrow(
      'it cannot be opened (ENOTDIR)',
    );
  });
});
