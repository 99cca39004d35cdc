import { sharedCloud } from '../support/cloud.js';
import { LONG } from '../support/roles.js';
import { actionsOf, runAction } from '../support/run-action.js';

// GitHub's toolkit reads the event once in a process, so this file has one event, and unreadable-event.test.ts another.
const sandbox = sharedCloud();
const fork = { event: 'pull_request', headRepository: 'someone/octo-repo' };

describe("a fork's pull request", () => {
  it.each([{}, { 'identity-source': 'github-oidc' }, { 'allowed-refs': '*' }])(
    'is told that forks get no token, and nobody is asked (%j)',
    async (inputs) => {
      const outcome = await runAction(
        { 'role-to-assume': LONG, ...inputs },
        { cloud: sandbox.cloud, run: fork },
      );
      expect(outcome.error?.code).toBe('ID_TOKEN_FORK');
      expect(actionsOf(outcome)).toEqual([]);
    },
  );

  it('by Dependabot is told of Dependabot', async () => {
    const run = { ...fork, actor: 'dependabot[bot]' };
    const outcome = await runAction({ 'role-to-assume': LONG }, { cloud: sandbox.cloud, run });
    expect(outcome.error?.code).toBe('ID_TOKEN_DEPENDABOT');
  });

  it('whose secrets are empty, so that no role is given, is told so', async () => {
    const outcome = await runAction({ 'role-to-assume': '' }, { cloud: sandbox.cloud, run: fork });
    expect(outcome.error).toMatchObject({
      code: 'CREDENTIALS_NOT_FOUND',
      message: expect.stringMatching(/^role-to-assume is empty/),
      hint: expect.stringMatching(
        /^This pull request comes from a fork, whose runs get no secrets and no token/,
      ),
    });
  });

  it('works where credentials are in the environment', async () => {
    const env = {
      AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
    };
    const inputs = { 'role-to-assume': LONG, 'role-skip-session-tagging': 'true' };
    const outcome = await runAction(inputs, { cloud: sandbox.cloud, run: fork, env });
    expect(outcome.error).toBeUndefined();
    expect(actionsOf(outcome)).toEqual(['AssumeRole']);
  });
});
