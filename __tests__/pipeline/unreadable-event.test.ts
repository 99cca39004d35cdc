import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sharedCloud } from '../support/cloud.js';
import { temporaryDirectory } from '../support/files.js';
import { LONG } from '../support/roles.js';
import { runAction } from '../support/run-action.js';

const sandbox = sharedCloud();

it('a pull request whose event cannot be read is told of the permission', async () => {
  const path = join(temporaryDirectory(), 'event.json');
  writeFileSync(path, '{"pull_request":');
  const outcome = await runAction(
    { 'role-to-assume': LONG },
    {
      cloud: sandbox.cloud,
      run: { event: 'pull_request', headRepository: 'someone/octo-repo' },
      env: { GITHUB_EVENT_PATH: path },
    },
  );
  expect(outcome.error?.code).toBe('ID_TOKEN_PERMISSION_MISSING');
  expect(outcome.log()).toContain('##[debug]The event payload could not be read.');
});
