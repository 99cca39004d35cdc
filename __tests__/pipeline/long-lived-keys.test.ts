import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sharedCloud } from '../support/cloud.js';
import { temporaryDirectory } from '../support/files.js';
import { BY_KEYS, DEPLOYER_KEYS, DEPLOYER_VARIABLES } from '../support/roles.js';
import { type Outcome, type RunOptions, runAction } from '../support/run-action.js';

const sandbox = sharedCloud();
const rootCloud = sharedCloud({
  accounts: {
    accounts: { '111122223333': { rootAccessKeys: { AKIAROOTEXAMPLE00001: 'rootSecretEXAMPLE' } } },
  },
});
const ROOT_KEYS = {
  'aws-access-key-id': 'AKIAROOTEXAMPLE00001',
  'aws-secret-access-key': 'rootSecretEXAMPLE',
};

const step = (inputs: Record<string, string>, options: Partial<RunOptions> = {}) =>
  runAction(inputs, { cloud: sandbox.cloud, ...options });

const warnings = (outcome: Outcome): readonly string[] =>
  outcome.commands().flatMap(({ command, data }) => (command === 'warning' ? [data] : []));

/** Where the AWS SDK finds the user's keys, as on a machine of one's own. */
function withSharedFile(): Partial<RunOptions> {
  const directory = temporaryDirectory();
  mkdirSync(join(directory, 'home', '.aws'), { recursive: true });
  const settings = Object.entries(DEPLOYER_VARIABLES).map(
    ([name, value]) => `${name.toLowerCase()} = ${value}`,
  );
  writeFileSync(join(directory, 'home', '.aws', 'credentials'), ['[default]', ...settings, ''].join('\n'));
  return { directory };
}

describe('long-lived keys', () => {
  const WARNING =
    "These access keys are long-lived: every later step of this job can read them, and they work until somebody deletes them. Assume a role instead (role-to-assume): with GitHub's own token (permissions: id-token: write), that needs no keys. Or set get-session-token: true to export a session of this user, which expires.";

  it.each<[string, Record<string, string>]>([
    ['the environment', {}],
    ['outputs', { 'output-credentials': 'true', 'output-env-credentials': 'false' }],
    ['a profile', { 'aws-profile': 'legacy' }],
  ])('that are exported to %s cause one warning', async (_, inputs) => {
    const outcome = await step({ ...DEPLOYER_KEYS, ...inputs });
    expect(outcome.error).toBeUndefined();
    expect(warnings(outcome)).toEqual([WARNING]);
  });

  it('that an earlier step has exported cause no second one', async () => {
    const env = { AWS_ACCESS_KEY_ID: DEPLOYER_KEYS['aws-access-key-id'] };
    expect(warnings(await step(DEPLOYER_KEYS, { env }))).toEqual([]);
  });

  it('that go nowhere cause none', async () => {
    expect(warnings(await step({ ...DEPLOYER_KEYS, 'output-env-credentials': 'false' }))).toEqual([]);
  });

  it('are not limited by what limits a session, which the warning says', async () => {
    const limits = { 'inline-session-policy': '{}', 'role-duration-seconds': '900' };
    const [warning] = warnings(await step({ ...DEPLOYER_KEYS, ...limits }));
    expect(warning).toContain(' inline-session-policy and role-duration-seconds cannot limit them. ');
  });

  it("of the account's root user are named", async () => {
    const [warning] = warnings(await step(ROOT_KEYS, { cloud: rootCloud.cloud }));
    expect(warning).toContain(" They are those of the account's root user, which should have none. ");
  });

  it('give way to a role, without a warning', async () => {
    const outcome = await step({ ...DEPLOYER_KEYS, 'role-to-assume': BY_KEYS });
    expect([outcome.error, warnings(outcome)]).toEqual([undefined, []]);
  });

  it.each([{}, { 'use-existing-credentials': 'true' }])(
    'of the machine cause one where a profile copies them, with %j',
    async (inputs) => {
      const profile = { 'identity-source': 'environment', 'aws-profile': 'copy', ...inputs };
      const outcome = await step(profile, withSharedFile());
      expect(outcome.error).toBeUndefined();
      expect(warnings(outcome)).toEqual([WARNING.replace(/ Or set get-session-token.*/, '')]);
    },
  );

  it('of the machine cause none where they stay as they are', async () => {
    const outcome = await step({ 'identity-source': 'environment' }, withSharedFile());
    expect([outcome.error, warnings(outcome)]).toEqual([undefined, []]);
  });
});
