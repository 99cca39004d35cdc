import '../../support/native-errors.js';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { digestsOf, restoreSection, type SectionStep } from '../../../src/cleanup/profile-section.js';
import { filesBelow, temporaryDirectory } from '../../support/files.js';

/** The end of a job that put `written` into a file, in which something else stands by now. */
function restored(written: string, now: string, more: Partial<SectionStep> = {}): string {
  const file = join(temporaryDirectory(), 'config');
  writeFileSync(file, now);
  restoreSection({
    kind: 'section',
    file,
    section: 'profile ci',
    before: null,
    written: digestsOf(written),
    separator: '',
    madeFile: false,
    madeDirectories: 0,
    ...more,
  });
  return readFileSync(file, 'utf8');
}

describe('the section that is taken out', () => {
  const renewing = '[profile ci]\nregion = us-east-1\ncredential_process = "a"\n';
  const plain = '[profile ci]\nregion = us-east-1\n';

  it.each([
    ['is ours where it is as we wrote it', renewing, renewing, ''],
    [
      'is ours where a setting of ours is left',
      renewing,
      '[profile ci]\ncredential_process = "a"\nx = 1\n',
      '',
    ],
    [
      'is not ours for the same Region alone',
      renewing,
      '[profile ci]\nregion = us-east-1\ncredential_process = "b"\n',
      undefined,
    ],
    [
      'is ours where only the Region was written, and changed since',
      plain,
      '[profile ci]\nregion = eu-west-1\n',
      '',
    ],
    ['is not ours where it says something else', plain, '[profile ci]\nrole_arn = x\n', undefined],
    [
      'is not ours where it stands twice and neither is like it',
      plain,
      '[profile ci]\na = 1\n[profile ci]\nb = 1\n',
      undefined,
    ],
  ])('%s', (_, written, now, left) => {
    expect(restored(written, now)).toBe(left ?? now);
  });

  it('is ours where we only emptied one, whatever was added, and the old keys come back', () => {
    const before = '[profile ci]\naws_access_key_id = AKIAOLD\n';
    expect(restored('[profile ci]\n', '[profile ci]\nx = 1\n', { before })).toBe(before);
  });

  it.each([
    ['comes back behind the rest where ours is gone', '[other]\na = 1', '[other]\na = 1\n'],
    ["stays away where somebody else's has its name", '[profile ci]\nrole_arn = x\n', undefined],
  ])('had another one before it, which %s', (_, now, rest) => {
    const before = '[profile ci]\nregion = eu-west-1\n';
    expect(restored(renewing, now, { before })).toBe(rest === undefined ? now : rest + before);
  });
});

it('what a killed writer left goes with the section, and with the directory that was made', () => {
  const directory = join(temporaryDirectory(), '.aws');
  const file = join(directory, 'credentials');
  const step = (madeDirectories: number): SectionStep => ({
    ...{ kind: 'section', file, section: 'ci', before: null, written: digestsOf('[ci]\n'), separator: '' },
    ...{ madeFile: true, madeDirectories },
  });
  restoreSection(step(1));
  expect(existsSync(directory)).toBe(false);
  writeFileSync(join(dirname(directory), 'x'), '');
  mkdirSync(directory);
  writeFileSync(join(directory, '.credentials.assume-aws-role.tmp'), '[ci]\naws_secret_access_key = live\n');
  restoreSection(step(1));
  expect(filesBelow(dirname(directory))).toEqual({ x: '' });
});
