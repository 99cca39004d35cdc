import '../../support/native-errors.js';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { removeState } from '../../../src/cleanup/refresh-state.js';
import { filesBelow, temporaryDirectory } from '../../support/files.js';

function stateDirectory(...names: readonly string[]): { temp: string; directory: string } {
  const temp = temporaryDirectory();
  const directory = join(temp, 'assume-aws-role-1');
  mkdirSync(directory);
  for (const name of names) writeFileSync(join(directory, name), '');
  return { temp, directory };
}

describe("a state's directory", () => {
  it('goes with the state, its lock, and what a killed process left', () => {
    const names = [
      'state.json',
      'state.json.lock',
      'state.json.lock.break',
      '.state.json.assume-aws-role.tmp',
    ];
    const { temp, directory } = stateDirectory(...names);
    removeState({ kind: 'refresh', directory });
    removeState({ kind: 'refresh', directory });
    expect(filesBelow(temp)).toEqual({});
  });

  it("keeps somebody else's file, and says that it could not go", () => {
    const { temp, directory } = stateDirectory('state.json', 'theirs');
    expect(() => removeState({ kind: 'refresh', directory })).toThrow(
      'The state is gone, but the directory holds what the action did not put there: "theirs".',
    );
    expect(filesBelow(temp)).toEqual({ 'assume-aws-role-1/theirs': '' });
  });

  it('goes by its files alone: a directory with the name of one is not its own', () => {
    const { temp, directory } = stateDirectory('state.json.lock');
    mkdirSync(join(directory, 'state.json'));
    expect(() => removeState({ kind: 'refresh', directory })).toThrow(/did not put there: "state\.json"/);
    expect(filesBelow(temp)).toEqual({ 'assume-aws-role-1/state.json/': '' });
  });

  it('that is a file by now is left alone', () => {
    const temp = temporaryDirectory();
    writeFileSync(join(temp, 'file'), 'theirs');
    removeState({ kind: 'refresh', directory: join(temp, 'file') });
    expect(filesBelow(temp)).toEqual({ file: 'theirs' });
  });

  it('that nobody may look for is an error', () => {
    const { directory } = stateDirectory('state.json');
    const below = join(directory, 'state.json', 'x');
    expect(() => removeState({ kind: 'refresh', directory: below })).toThrow(/ENOTDIR/);
  });
});
