import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Run } from '../../sandbox/cloud.js';
import { sharedCloud } from '../support/cloud.js';
import { temporaryDirectory } from '../support/files.js';
import { BYSTANDER_VARIABLES, DEPLOYER_KEYS, DEPLOYER_VARIABLES, LONG } from '../support/roles.js';
import { actionsOf, runAction } from '../support/run-action.js';
import { assumedAnswer } from '../support/sts-answers.js';

const sandbox = sharedCloud();
const oidc = { 'role-to-assume': LONG };

describe('allowed-refs and allowed-environments', () => {
  it.each<[Run, Record<string, string>]>([
    [{ ref: 'refs/heads/main' }, { 'allowed-refs': 'refs/heads/main' }],
    [{ ref: 'refs/tags/v1.2' }, { 'allowed-refs': 'refs/heads/main\nrefs/tags/v*' }],
    [{ ref: 'refs/heads/release/1' }, { 'allowed-refs': ', refs/heads/main, refs/heads/release/*' }],
    [{ environment: 'production' }, { 'allowed-environments': 'staging,production' }],
    [{ environment: 'prod eu' }, { 'allowed-environments': 'prod *' }],
  ])('let pass %j where the inputs are %j', async (run, inputs) => {
    const outcome = await runAction({ ...oidc, ...inputs }, { cloud: sandbox.cloud, run });
    expect(outcome.error).toBeUndefined();
  });

  it.each<[Run, Record<string, string>, string]>([
    [{ ref: 'refs/heads/feature' }, { 'allowed-refs': 'refs/heads/main' }, 'REF_NOT_ALLOWED'],
    [{ ref: 'refs/heads/main2' }, { 'allowed-refs': 'refs/heads/main' }, 'REF_NOT_ALLOWED'],
    [{ ref: 'refs/heads/v1' }, { 'allowed-refs': ',refs/tags/v*' }, 'REF_NOT_ALLOWED'],
    [{ ref: 'refs/heads/Main' }, { 'allowed-refs': 'refs/heads/main' }, 'REF_NOT_ALLOWED'],
    [{}, { 'allowed-environments': 'production' }, 'ENVIRONMENT_NOT_ALLOWED'],
    [{ environment: 'staging' }, { 'allowed-environments': ',production' }, 'ENVIRONMENT_NOT_ALLOWED'],
    [{ claims: { ref: undefined } }, { 'allowed-refs': '*' }, 'REF_NOT_ALLOWED'],
    [{ claims: { ref: ['refs/heads/main'] } }, { 'allowed-refs': '*' }, 'REF_NOT_ALLOWED'],
  ])('refuse %j where the inputs are %j, without asking STS', async (run, inputs, code) => {
    const outcome = await runAction({ ...oidc, ...inputs }, { cloud: sandbox.cloud, run });
    expect(outcome.error?.code).toBe(code);
    expect(actionsOf(outcome)).toEqual(['GET /token']);
    expect(outcome.files()).toEqual({ env: '', output: '', state: '' });
  });

  it("go by the token, not by the job's variables, which an earlier step may have changed", async () => {
    const outcome = await runAction(
      { ...oidc, 'allowed-refs': 'refs/heads/main' },
      { cloud: sandbox.cloud, run: { ref: 'refs/heads/feature' }, env: { GITHUB_REF: 'refs/heads/main' } },
    );
    expect(outcome.error?.code).toBe('REF_NOT_ALLOWED');
  });

  it('refuse a token that is no JWT, since it says nothing', async () => {
    const directory = temporaryDirectory();
    mkdirSync(join(directory, 'workspace'));
    writeFileSync(join(directory, 'workspace', 'token'), 'an-opaque-token');
    const outcome = await runAction(
      { ...oidc, 'web-identity-token-file': 'token', 'allowed-refs': '*' },
      { cloud: sandbox.cloud, directory },
    );
    expect(outcome.error?.code).toBe('REF_NOT_ALLOWED');
    expect(actionsOf(outcome)).toEqual([]);
  });

  it.each([
    [DEPLOYER_KEYS, {}],
    [{ 'role-chaining': 'true' }, DEPLOYER_VARIABLES],
  ])('refuse a source that has no token to go by (%j)', async (inputs, env) => {
    const outcome = await runAction(
      { ...inputs, 'allowed-refs': 'refs/heads/main', 'allowed-environments': 'production' },
      { cloud: sandbox.cloud, env },
    );
    expect(outcome.error).toMatchObject({
      code: 'INPUT_INVALID',
      message: expect.stringMatching(/allowed-refs: .*\n.*allowed-environments: /),
    });
    expect(actionsOf(outcome)).toEqual([]);
  });

  it('hold also where credentials that are there already would be kept', async () => {
    const outcome = await runAction(
      { 'use-existing-credentials': 'true', ...oidc, 'allowed-refs': 'refs/heads/release' },
      { cloud: sandbox.cloud, env: await existingCredentials() },
    );
    expect(outcome.error?.code).toBe('REF_NOT_ALLOWED');
  });

  it('hold for a token that replaces one that ended', async () => {
    sandbox.cloud.fault('sts', {
      kind: 'error',
      status: 400,
      code: 'ExpiredTokenException',
      message: 'Ended',
    });
    const outcome = await runAction(
      { ...oidc, 'allowed-refs': 'refs/heads/main' },
      { cloud: sandbox.cloud, run: { ref: 'refs/heads/main' } },
    );
    expect(outcome.error).toBeUndefined();
    expect(actionsOf(outcome).filter((action) => action === 'GET /token')).toHaveLength(2);
  });
});

async function existingCredentials(): Promise<Record<string, string>> {
  return (await runAction(oidc, { cloud: sandbox.cloud })).entries('env');
}

describe('allowed-account-ids', () => {
  it.each(['111122223333', '444455556666,111122223333', ',111122223333', '\n444455556666\n\n111122223333\n'])(
    'lets pass what is in the list (%j)',
    async (list) => {
      const outcome = await runAction({ ...oidc, 'allowed-account-ids': list }, { cloud: sandbox.cloud });
      expect(outcome.error).toBeUndefined();
    },
  );

  it.each(['444455556666', ',444455556666', '444455556666,,', '444455556666\n777788889999'])(
    'refuses a role of another account before anything is asked (%j)',
    async (list) => {
      const outcome = await runAction({ ...oidc, 'allowed-account-ids': list }, { cloud: sandbox.cloud });
      expect(outcome.error?.code).toBe('ACCOUNT_NOT_ALLOWED');
      expect(actionsOf(outcome)).toEqual([]);
    },
  );

  it.each([',', ' , ', '11112222333', '1111-2222-3333', '*'])(
    'is refused where it cannot be a list of accounts (%j), and never switched off by it',
    async (list) => {
      const outcome = await runAction({ ...oidc, 'allowed-account-ids': list }, { cloud: sandbox.cloud });
      expect(outcome.error?.code).toBe('INPUT_INVALID');
      expect(actionsOf(outcome)).toEqual([]);
    },
  );

  it.each([
    ['access keys', DEPLOYER_KEYS, {}],
    ['the environment', {}, BYSTANDER_VARIABLES],
    ['a role given by its name', { ...DEPLOYER_KEYS, 'role-to-assume': 'access-key-deploy' }, {}],
  ])('refuses the wrong account of %s before anything is exported', async (_, inputs, env) => {
    const outcome = await runAction(
      { ...inputs, 'allowed-account-ids': '444455556666' },
      { cloud: sandbox.cloud, env },
    );
    expect(outcome.error?.code).toBe('ACCOUNT_NOT_ALLOWED');
    expect(actionsOf(outcome)).toEqual(['GetCallerIdentity']);
    expect(outcome.files()).toEqual({ env: '', output: '', state: '' });
  });

  it("goes by STS's answer, not by the role that was asked for", async () => {
    const arn = 'arn:aws:sts::444455556666:assumed-role/long-session/GitHubActions';
    sandbox.cloud.fault('sts', { kind: 'answer', body: assumedAnswer({ arn }) });
    const outcome = await runAction(
      { ...oidc, 'allowed-account-ids': '111122223333' },
      { cloud: sandbox.cloud },
    );
    expect(outcome.error?.code).toBe('ACCOUNT_NOT_ALLOWED');
    expect(outcome.files()).toEqual({ env: '', output: '', state: '' });
  });
});
