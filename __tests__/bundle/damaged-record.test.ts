import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ACTION, NODE } from '../support/bundle.js';
import { filesBelow, temporaryDirectory } from '../support/files.js';

/** Runs post alone, with a record of our own making. */
function post(record: string, home = temporaryDirectory()) {
  const envFile = join(temporaryDirectory(), 'env');
  writeFileSync(envFile, '');
  const { status, stdout, stderr } = spawnSync(NODE, [join(ACTION, 'dist', 'post', 'index.js')], {
    env: { HOME: home, GITHUB_ENV: envFile, STATE_undo: record },
    encoding: 'utf8',
  });
  return { status, stdout, stderr, env: readFileSync(envFile, 'utf8') };
}

describe('an undo record that is damaged', () => {
  it.each(['{"not": "a list", "secret": "wJalrXUtnFEMI"}', 'wJalrXUtnFEMI', '[{"secret":"wJalrXUtnFEMI"}]'])(
    'is a warning that does not repeat it, and does not fail the job (%s)',
    (record) => {
      expect(post(record)).toEqual({
        status: 0,
        stdout: expect.stringMatching(
          /^::warning::The cleanup did not finish: The undo record is damaged\.\n$/,
        ),
        stderr: '',
        env: '',
      });
    },
  );

  it('that lacks what a section was before leaves the file alone', () => {
    const home = temporaryDirectory();
    mkdirSync(join(home, '.aws'));
    writeFileSync(join(home, '.aws', 'config'), '[profile ci]\nregion = eu-west-1\n');
    const before = filesBelow(home);
    const record = [{ kind: 'section', file: join(home, '.aws', 'config'), section: 'profile ci' }];
    expect(post(JSON.stringify(record), home)).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('::warning::'),
    });
    expect(filesBelow(home)).toEqual(before);
  });

  it('is no matter where there is none: post says and does nothing', () => {
    expect(post('')).toEqual({ status: 0, stdout: '', stderr: '', env: '' });
  });
});
