import { join } from 'node:path';
import { writeSummary } from '../../../src/report/failure.js';
import { temporaryDirectory } from '../../support/files.js';
import { recordedRunner } from '../../support/recorded-runner.js';

it('a summary page that cannot be written is a debug line, and no failure', async () => {
  const page = join(temporaryDirectory(), 'none', 'summary.md');
  // GitHub's toolkit reads the variable by itself.
  process.env['GITHUB_STEP_SUMMARY'] = page;
  const recorded = recordedRunner({ GITHUB_STEP_SUMMARY: page });
  await writeSummary(recorded.runner, '# Text');
  delete process.env['GITHUB_STEP_SUMMARY'];
  expect(recorded.log()).toEqual(['##[debug]The job summary cannot be written.']);
  expect(recorded.exitCode()).toBeUndefined();
});
