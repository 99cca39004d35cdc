import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dropCredentials } from '../../../src/cleanup/drop.js';
import { recordStep, writeJobRecord } from '../../../src/cleanup/job-record.js';
import { digestsOf } from '../../../src/cleanup/profile-section.js';
import type { UndoStep } from '../../../src/cleanup/undo-record.js';
import { temporaryDirectory } from '../../support/files.js';
import { inputVariables, recordedRunner } from '../../support/recorded-runner.js';

const section = (name: string, file: string): UndoStep => ({
  kind: 'section',
  section: name,
  file,
  before: null,
  written: [],
  separator: '',
  madeFile: false,
  madeDirectories: 0,
});
const environment = (before: Record<string, string>): UndoStep => ({ kind: 'environment', before });

/** A job whose steps did these things, one step after the other, and the runner of its drop step. */
function dropAfter(steps: readonly (readonly UndoStep[])[], inputs: Readonly<Record<string, string>> = {}) {
  const temp = temporaryDirectory();
  const recorded = recordedRunner({ RUNNER_TEMP: temp, GITHUB_JOB: 'a job', ...inputVariables(inputs) });
  for (const [index, done] of steps.entries()) {
    const record = recordStep(recorded.runner, index);
    if (record) writeJobRecord(recorded.runner, record, done);
  }
  return { temp, recorded, drop: () => dropCredentials(recorded.runner) };
}

describe('the drop step', () => {
  it('restores each variable to what it was before the first step', async () => {
    const job = dropAfter([
      [environment({ AWS_REGION: 'first', AWS_PROFILE: '' })],
      [environment({ AWS_REGION: 'second' })],
    ]);
    await job.drop();
    expect(job.recorded.entries('env')).toEqual({ AWS_REGION: 'first', AWS_PROFILE: '' });
    expect(readdirSync(job.temp)).toEqual([]);
    expect(job.recorded.stdout()).toContain('Took back the credentials of 2 steps.');
  });

  it('hands a variable on to the later step that stays', async () => {
    const job = dropAfter(
      [
        [environment({ AWS_REGION: 'first', AWS_PROFILE: 'own' }), section('one', '/none/credentials')],
        [environment({ AWS_REGION: 'second' })],
        [environment({ AWS_REGION: 'third' })],
      ],
      { 'aws-profile': 'one' },
    );
    await job.drop();
    expect(job.recorded.entries('env')).toEqual({ AWS_PROFILE: 'own' });
    const left = readdirSync(job.temp).sort();
    expect(left.map((name) => JSON.parse(readFileSync(join(job.temp, name), 'utf8'))[0].before)).toEqual([
      { AWS_REGION: 'first' },
      { AWS_REGION: 'third' },
    ]);
    expect(job.recorded.stdout()).toContain('Took back the credentials of one step.');
  });

  it('takes along the files that an earlier step made, with the last profile in them', async () => {
    const home = temporaryDirectory();
    const [credentials, config] = [join(home, '.aws', 'credentials'), join(home, '.aws', 'config')];
    const written = (name: string, file: string, isFirst: boolean): UndoStep => ({
      kind: 'section',
      section: name,
      file,
      before: null,
      written: digestsOf(`[${name}]\nregion = eu\nrole = ${name}\n`),
      separator: '',
      madeFile: isFirst,
      madeDirectories: isFirst ? 1 : 0,
    });
    mkdirSync(join(home, '.aws'));
    const sections = ['one', 'two', 'three'].map((name) => `[${name}]\nregion = eu\nrole = ${name}\n`);
    for (const file of [credentials, config]) writeFileSync(file, sections.join(''));
    const job = dropAfter(
      ['one', 'two', 'three'].map((name, index) => [
        environment({ AWS_REGION: String(index) }),
        written(name, credentials, index === 0),
        written(name, config, index === 0),
      ]),
    );
    const drop = (profile: string) =>
      dropCredentials({ ...job.recorded.runner, input: (name) => (name === 'aws-profile' ? profile : '') });
    await drop('one');
    await drop('three');
    expect(readFileSync(credentials, 'utf8')).toBe(sections[1]);
    await drop('two');
    expect(readdirSync(home)).toEqual([]);
  });

  it('leaves a file that no step made, though it is empty now', async () => {
    const file = join(temporaryDirectory(), 'credentials');
    const text = '[one]\nrole = one\n';
    writeFileSync(file, text);
    const step = { ...section('one', file), written: digestsOf(text) };
    const job = dropAfter([[step], [section('two', '/none/credentials')]], { 'aws-profile': 'one' });
    await job.drop();
    expect(readFileSync(file, 'utf8')).toBe('');
  });

  it.each([
    [[[section('one', '/a'), section('profile one', '/b')]], 'Written were "one". Nothing was changed.'],
    [[], 'None wrote a profile. Nothing was changed.'],
  ])('knows no profile that was not written (%j)', async (steps, hint) => {
    const job = dropAfter(steps, { 'aws-profile': 'two' });
    await expect(job.drop()).rejects.toMatchObject({ code: 'INPUT_INVALID', hint });
  });

  it('fails when something stays, and keeps the record', async () => {
    const directory = join(temporaryDirectory(), 'state');
    mkdirSync(directory);
    writeFileSync(join(directory, 'of-others'), '');
    const job = dropAfter([[{ kind: 'refresh', directory }]]);
    await expect(job.drop()).rejects.toMatchObject({ code: 'FILE_REFUSED' });
    expect(readdirSync(job.temp)).toHaveLength(1);
  });

  it('refuses a record that is a link', async () => {
    const job = dropAfter([]);
    const record = recordStep(job.recorded.runner, 0);
    symlinkSync('/dev/zero', record?.file ?? '');
    await expect(job.drop()).rejects.toMatchObject({
      code: 'FILE_REFUSED',
      message: expect.stringMatching(/damaged/),
    });
  });

  it('says where it looked in vain', async () => {
    const gone = recordedRunner({ RUNNER_TEMP: '/none/at/all' });
    await expect(dropCredentials(gone.runner)).rejects.toMatchObject({
      message: expect.stringMatching(/"\/none\/at\/all".*ENOENT/),
    });
    const unset = recordedRunner({});
    await expect(dropCredentials(unset.runner)).rejects.toMatchObject({
      message: expect.stringMatching(/RUNNER_TEMP is not set/),
    });
    expect(recordStep(unset.runner, 0)).toBeUndefined();
  });
});
