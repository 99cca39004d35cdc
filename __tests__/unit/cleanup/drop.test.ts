import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dropCredentials } from '../../../src/cleanup/drop.js';
import { recordStep, writeJobRecord } from '../../../src/cleanup/job-record.js';
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
