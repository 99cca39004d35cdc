import { join } from 'node:path';
import { ActionError } from '../../../src/errors.js';
import { reportFailure } from '../../../src/report/failure.js';
import { writeSummary } from '../../../src/report/job-summary.js';
import { failureSummary } from '../../../src/report/summary.js';
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

describe('a failure', () => {
  const action = {
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_ACTION_REPOSITORY: 'octo-org/assume-aws-role',
    GITHUB_ACTION_REF: 'v1',
  };
  const page = 'https://github.com/octo-org/assume-aws-role/blob/v1/docs/troubleshooting.md#throttled';

  it.each([
    ['names the page that explains it, at the version that runs', action, `%0AMore: ${page}`],
    ['names no page where the action runs from a checkout', { ...action, GITHUB_ACTION_REPOSITORY: '' }, ''],
    ['names no page that is none', { ...action, GITHUB_ACTION_REF: 'v1) [x](evil' }, ''],
  ])('%s', async (_, env, more) => {
    const recorded = recordedRunner(env);
    await reportFailure(recorded.runner, new ActionError('THROTTLED', 'Too many.', { hint: 'Wait.' }));
    expect(recorded.stdout()).toBe(`::error title=assume-aws-role%3A THROTTLED::Too many.%0AWait.${more}\n`);
  });

  it('without a hint is told without one', async () => {
    const recorded = recordedRunner({});
    await reportFailure(recorded.runner, new ActionError('THROTTLED', 'Too many.'));
    expect(recorded.stdout()).toBe('::error title=assume-aws-role%3A THROTTLED::Too many.\n');
  });

  it('links its page in the summary, where it has one', () => {
    const error = new ActionError('THROTTLED', 'Too many.');
    expect(failureSummary(error, { advice: '', page })).toContain(`Code: [\`THROTTLED\`](${page})`);
    expect(failureSummary(error, { advice: '', page: undefined })).toContain('Code: `THROTTLED`');
  });
});
