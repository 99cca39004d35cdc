import { sharedCloud } from '../support/cloud.js';
import { BY_KEYS, BYSTANDER_VARIABLES, DEPLOYER_KEYS, LONG } from '../support/roles.js';
import { actionsOf, runAction } from '../support/run-action.js';
import { assumedAnswer } from '../support/sts-answers.js';

const sandbox = sharedCloud();
const oidc = { 'role-to-assume': LONG };
const IN_ACCOUNT = 'arn:aws:iam::111122223333:role/';

async function sessionVariables(): Promise<Record<string, string>> {
  return (await runAction(oidc, { cloud: sandbox.cloud })).entries('env');
}

describe('allowed-role-arns', () => {
  it.each([LONG, `${IN_ACCOUNT}long-*`, `arn:aws:iam::444455556666:role/x,${LONG}`, '*'])(
    'lets the role pass that an entry matches (%j), and says what it compared',
    async (list) => {
      const outcome = await runAction({ ...oidc, 'allowed-role-arns': list }, { cloud: sandbox.cloud });
      expect(outcome.error).toBeUndefined();
      expect(outcome.stdout()).toContain(`Guards passed: allowed-role-arns ("${LONG}").`);
    },
  );

  it.each([`${IN_ACCOUNT}long`, `${IN_ACCOUNT}*/long-session`, `${IN_ACCOUNT}LONG-SESSION`])(
    'refuses any other role before anything is asked (%j)',
    async (list) => {
      const outcome = await runAction({ ...oidc, 'allowed-role-arns': list }, { cloud: sandbox.cloud });
      expect(outcome.error).toMatchObject({
        code: 'ROLE_NOT_ALLOWED',
        message: expect.stringContaining(LONG),
      });
      expect(actionsOf(outcome)).toEqual([]);
    },
  );

  it('refuses credentials that the runner itself provides', async () => {
    const outcome = await runAction(
      { 'allowed-role-arns': LONG },
      { cloud: sandbox.cloud, env: BYSTANDER_VARIABLES },
    );
    expect(outcome.error?.code).toBe('ROLE_NOT_ALLOWED');
    expect(actionsOf(outcome)).toEqual(['GetCallerIdentity']);
    expect(outcome.files()).toEqual({ env: '', output: '', state: '' });
  });

  it.each([
    [LONG, undefined],
    [`${IN_ACCOUNT}a/path/long-session`, undefined],
    [`${IN_ACCOUNT}long-*`, undefined],
    [`${IN_ACCOUNT}a/path/*`, 'ROLE_NOT_ALLOWED'],
    [`${IN_ACCOUNT}*/path/long-session`, 'ROLE_NOT_ALLOWED'],
    ['arn:aws:iam::444455556666:role/long-session', 'ROLE_NOT_ALLOWED'],
    ['arn:aws-cn:iam::111122223333:role/long-session', 'ROLE_NOT_ALLOWED'],
  ])("compares a session of the runner's own with %s: %s", async (list, code) => {
    const outcome = await runAction(
      { 'identity-source': 'environment', 'allowed-role-arns': list },
      { cloud: sandbox.cloud, env: await sessionVariables() },
    );
    expect(outcome.error?.code).toBe(code);
  });

  it('holds for a role given by its name', async () => {
    const role = { ...DEPLOYER_KEYS, 'role-to-assume': BY_KEYS.split('/').at(-1) ?? '' };
    const refused = await runAction({ ...role, 'allowed-role-arns': LONG }, { cloud: sandbox.cloud });
    expect(refused.error?.code).toBe('ROLE_NOT_ALLOWED');
    expect(actionsOf(refused)).toEqual(['GetCallerIdentity']);
    const passed = await runAction({ ...role, 'allowed-role-arns': BY_KEYS }, { cloud: sandbox.cloud });
    expect(passed.error).toBeUndefined();
  });

  it("goes by STS's answer, not by the role that was asked for", async () => {
    const arn = 'arn:aws:sts::111122223333:assumed-role/admin/GitHubActions';
    sandbox.cloud.fault('sts', { kind: 'answer', body: assumedAnswer({ arn }) });
    const outcome = await runAction({ ...oidc, 'allowed-role-arns': LONG }, { cloud: sandbox.cloud });
    expect(outcome.error).toMatchObject({ code: 'ROLE_NOT_ALLOWED', message: expect.stringContaining(arn) });
    expect(outcome.files()).toEqual({ env: '', output: '', state: '' });
  });

  it('does not keep credentials of a role that is not in the list', async () => {
    const env = await sessionVariables();
    const inputs = { 'use-existing-credentials': 'true', 'allowed-role-arns': `${IN_ACCOUNT}other` };
    const outcome = await runAction(inputs, { cloud: sandbox.cloud, env });
    expect(outcome.stdout()).toContain('their role is not in allowed-role-arns');
    expect(outcome.error?.code).toBe('ROLE_NOT_ALLOWED');
  });
});
