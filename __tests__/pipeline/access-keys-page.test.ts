import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startCloud } from '../support/cloud.js';
import { listAt } from '../support/mapping.js';
import { page, ROOT } from '../support/pages.js';
import { DEPLOYER_KEYS } from '../support/roles.js';
import { runAction } from '../support/run-action.js';
import { jobsOf, mappingAt } from '../support/workflow-steps.js';

/*
 * docs/access-keys.md: its policy lets the example of a federated user run, and the log says what the page says.
 */

const { fences } = page('docs/access-keys.md');
const textOf = (language: string, index = 0): string =>
  fences.filter((fence) => fence.language === language)[index]?.text.trim() ?? '';
const withoutTime = (line: string): string => line.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/, 'TIME');

test("the user's policy is all that the example of a federated user needs", async () => {
  const permissions = listAt(mappingAt(JSON.parse(textOf('json')))['Statement']).map(mappingAt);
  const accessKeys = { [DEPLOYER_KEYS['aws-access-key-id']]: DEPLOYER_KEYS['aws-secret-access-key'] };
  const cloud = await startCloud({
    accounts: { accounts: { '111122223333': { users: { uploader: { accessKeys, permissions } } } } },
  });
  try {
    const [job] = jobsOf(readFileSync(join(ROOT, 'examples', 'federated-user.yml'), 'utf8'));
    const outcome = await runAction({ ...job?.steps[0]?.inputs, ...DEPLOYER_KEYS }, { cloud });
    expect(outcome.error).toBeUndefined();
    const id = outcome.entries('env')['AWS_ACCESS_KEY_ID'] ?? '';
    const may = (bucket: string) =>
      cloud.isPermitted(id, 's3:PutObject', `arn:aws:s3:::${bucket}/index.html`);
    expect([may('octo-org-site'), may('other')]).toEqual([true, false]);
    const other = { ...job?.steps[0]?.inputs, ...DEPLOYER_KEYS, 'federated-user-name': 'other' };
    expect((await runAction(other, { cloud })).error?.code).toBe('ACCESS_DENIED');
  } finally {
    await cloud.close();
  }
});

test('the log says what the page shows', async () => {
  const cloud = await startCloud();
  try {
    const session = await runAction({ ...DEPLOYER_KEYS, 'get-session-token': 'true' }, { cloud });
    expect(session.log().map(withoutTime)).toContain(withoutTime(textOf('text')));
    const keys = await runAction(DEPLOYER_KEYS, { cloud });
    const warnings = keys.commands().filter(({ command }) => command === 'warning');
    expect(warnings.map(({ data }) => data)).toEqual([textOf('text', 1)]);
  } finally {
    await cloud.close();
  }
});
