import { sharedCloud } from '../support/cloud.js';
import { LONG } from '../support/roles.js';
import { actionsOf, runAction } from '../support/run-action.js';

const sandbox = sharedCloud();

test('what does not go with run is said once for each input', async () => {
  const later = ['credential-endpoint', 'export-token-file', 'output-credentials', 'refresh-credentials'];
  const outcome = await runAction(
    { 'role-to-assume': LONG, run: 'exit 3', ...Object.fromEntries(later.map((name) => [name, 'true'])) },
    { cloud: sandbox.cloud },
  );
  const said = outcome.error?.problems.filter((problem) => problem.includes('does not go with run')) ?? [];
  expect(said.map((problem) => problem.split(':')[0]).toSorted()).toEqual(later);
  expect(actionsOf(outcome)).toEqual([]);
});
