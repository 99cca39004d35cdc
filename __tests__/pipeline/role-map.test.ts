import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { renew } from '../../src/refresh/renew.js';
import { readState } from '../../src/refresh/state.js';
import { recordsIn } from '../support/audit.js';
import { sharedCloud } from '../support/cloud.js';
import { temporaryDirectory } from '../support/files.js';
import { MAP, PIN, SPOKE, stepIn, warnings } from '../support/role-map.js';
import { DEPLOYER_KEYS, LONG } from '../support/roles.js';
import { actionsOf, parametersOf, runAction } from '../support/run-action.js';

const sandbox = sharedCloud();
const stepWith = stepIn(() => sandbox.cloud);

describe('a role by its name', () => {
  it('is assumed as the map says', async () => {
    const outcome = await stepWith({ role: 'payments-production' });
    expect(outcome.error).toBeUndefined();
    expect(parametersOf(outcome, 'AssumeRoleWithWebIdentity')).toMatchObject({
      RoleArn: LONG,
      RoleSessionName: 'payments',
      DurationSeconds: '1800',
      Policy: '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}',
    });
    expect(outcome.entries('env')['AWS_REGION']).toBe('eu-central-1');
    expect(warnings(outcome)).toEqual([]);
    expect(outcome.log()).toContain(
      `Role "payments-production" from "roles.yml", SHA-256 ${PIN}, as pinned.`,
    );
    expect(outcome.stdout()).toContain(
      'Guards passed: allowed-account-ids ("111122223333"), allowed-repositories',
    );
  });

  it('may be a chain with tags', async () => {
    const outcome = await stepWith({ role: 'hub', 'aws-region': 'us-east-1' });
    expect(outcome.error).toBeUndefined();
    const sent = Object.values(parametersOf(outcome, 'AssumeRole'));
    expect(sent).toEqual(expect.arrayContaining([SPOKE, 'mapped', 'Team', 'core']));
    expect(parametersOf(outcome, 'AssumeRole')['TransitiveTagKeys.member.1']).toBe('Team');
  });

  it('comes from a map in the workflow as well, without a warning', async () => {
    const outcome = await runAction(
      { role: 'payments-production', 'roles-file': MAP },
      { cloud: sandbox.cloud },
    );
    expect(outcome.error?.message).toMatch(/^aws-region: got "us-east-1", but the role/);
    const own = await runAction(
      { role: 'payments-staging', 'roles-file': MAP, 'audit-file': 'a.json' },
      { cloud: sandbox.cloud },
    );
    expect([own.error, warnings(own)]).toEqual([undefined, []]);
    const { mappedRole } = JSON.parse(own.entries('output')['audit'] ?? '');
    expect(mappedRole).toEqual({ name: 'payments-staging', isPinned: false });
  });

  it('takes the Region of the entry, whatever an earlier step has exported', async () => {
    const env = { AWS_REGION: 'us-west-2', ROLE_TO_ASSUME: 'arn:aws:iam::111122223333:role/other' };
    const outcome = await stepWith({ role: 'payments-production' }, { env });
    expect(outcome.error).toBeUndefined();
    expect(outcome.entries('env')['AWS_REGION']).toBe('eu-central-1');
    const open = await stepWith({ role: 'payments-staging' }, { env });
    expect(open.entries('env')['AWS_REGION']).toBe('us-west-2');
    expect(parametersOf(open, 'AssumeRoleWithWebIdentity')['RoleArn']).toBe(LONG);
  });

  it('is in the record, with the file and its hash', async () => {
    const directory = temporaryDirectory();
    const path = join(directory, 'audit.json');
    await stepWith({ role: 'payments-production', 'audit-file': path }, { run: { ref: 'refs/heads/x' } });
    expect(recordsIn(readFileSync(path, 'utf8'))).toMatchObject([
      {
        outcome: 'failed',
        mappedRole: { name: 'payments-production', file: 'roles.yml', sha256: PIN, isPinned: true },
        guards: [
          { name: 'allowed-account-ids', result: 'passed' },
          { name: 'allowed-repositories', result: 'passed' },
          { name: 'allowed-refs', result: 'refused' },
        ],
      },
    ]);
  });

  it('is renewed as the map was, whatever has become of the file', async () => {
    const temp = temporaryDirectory();
    const outcome = await stepWith(
      { role: 'payments-production', 'refresh-credentials': 'true', 'role-duration-seconds': '900' },
      { env: { RUNNER_TEMP: temp } },
    );
    expect(outcome.error).toBeUndefined();
    rmSync(join(outcome.directory, 'workspace', 'roles.yml'));
    const file = join(temp, readdirSync(temp)[0] ?? '', 'state.json');
    const { inputs } = readState(file);
    expect(inputs).toMatchObject({
      'role-to-assume': LONG,
      'role-duration-seconds': '900',
      'allowed-repositories': '["octo-org/octo-repo"]',
    });
    expect(Object.keys(inputs)).not.toEqual(expect.arrayContaining(['role']));
    const before = sandbox.cloud.requests.length;
    const session = await renew(readState(file), file, sandbox.cloud.environment());
    expect(session.AccessKeyId).toMatch(/^ASIA/);
    const [, assume] = sandbox.cloud.requests
      .slice(before)
      .filter(({ action }) => !/^(discovery|jwks)$/.test(action));
    expect(assume?.params).toMatchObject({
      RoleArn: LONG,
      DurationSeconds: '900',
      Policy: expect.anything(),
    });
  });

  it('is refused in another repository', async () => {
    const text = MAP.replace('[octo-org/octo-repo]', 'octo-org/payments');
    const outcome = await stepWith({ role: 'payments-production' }, { text });
    expect(outcome.error).toMatchObject({
      code: 'REPOSITORY_NOT_ALLOWED',
      message:
        'allowed-repositories: the token\'s repository is "octo-org/octo-repo"; allowed: "octo-org/payments".',
    });
    expect(actionsOf(outcome)).toEqual(['GET /token']);
  });
});

describe('what the step sets beside a role', () => {
  it.each<[string, Record<string, string>, Record<string, string>]>([
    ['a shorter session', { 'role-duration-seconds': '900' }, { DurationSeconds: '900' }],
    [
      'the same',
      { 'role-to-assume': LONG, 'role-session-name': 'payments' },
      { RoleSessionName: 'payments' },
    ],
    ['no duration', { 'role-duration-seconds': '0' }, { DurationSeconds: '1800' }],
    ['narrower guards', { 'allowed-refs': 'refs/heads/main', 'allowed-account-ids': '111122223333' }, {}],
    ['a pattern within another', { 'allowed-refs': 'refs/heads/main,refs/tags/v1.*' }, {}],
    [
      'the same policy',
      {
        'inline-session-policy':
          '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}',
      },
      {},
    ],
    [
      'what is its own',
      { summary: 'never', 'use-existing-credentials': 'false', 'output-credentials': 'true' },
      {},
    ],
    ['a guard that the entry has not', { 'allowed-role-arns': LONG }, {}],
  ])('may be %s', async (_, inputs, sent) => {
    const outcome = await stepWith({ role: 'payments-production', ...inputs });
    expect(outcome.error).toBeUndefined();
    expect(parametersOf(outcome, 'AssumeRoleWithWebIdentity')).toMatchObject(sent);
  });

  it('may limit a session that the map does not limit', async () => {
    const policy = '{"Statement":[]}';
    const outcome = await stepWith({
      role: 'payments-staging',
      'aws-region': 'us-east-1',
      'inline-session-policy': policy,
      'role-session-name': 'mine',
      'role-duration-seconds': '7200',
    });
    expect(parametersOf(outcome, 'AssumeRoleWithWebIdentity')).toMatchObject({
      Policy: policy,
      RoleSessionName: 'mine',
      DurationSeconds: '7200',
    });
  });

  it.each<[Record<string, string>, RegExp]>([
    [
      { 'role-duration-seconds': '3600' },
      /^role-duration-seconds: got 3600; allowed for the role "payments-production": at most 1800\.$/,
    ],
    [
      { 'role-to-assume': SPOKE },
      /^role-to-assume: got ".*", but the role "payments-production" has ".*"\.$/,
    ],
    [{ 'role-session-name': 'mine' }, /^role-session-name: got "mine", but the role .* has "payments"\.$/],
    [
      { 'allowed-refs': '*' },
      /^allowed-refs: "\*" is wider than the role .* allows: "refs\/heads\/main" or "refs\/tags\/v\*"\.$/,
    ],
    [{ 'allowed-refs': 'refs/heads/main,refs/tags/*' }, /^allowed-refs: "refs\/tags\/\*" is wider/],
    [{ 'allowed-account-ids': '111122223333,444455556666' }, /^allowed-account-ids: "444455556666" is wider/],
    [{ 'allowed-repositories': 'octo-org/*' }, /^allowed-repositories: "octo-org\/\*" is wider/],
    [
      { 'inline-session-policy': '{"Statement":[]}' },
      /^inline-session-policy: the role .* has a session policy already/,
    ],
    [
      { 'managed-session-policies': 'arn:aws:iam::aws:policy/ReadOnlyAccess' },
      /^managed-session-policies: the role .* has a session policy already/,
    ],
    [
      { 'role-chain': SPOKE },
      /^role-chain: with role, only the entry of "payments-production" in roles-file can set it\.$/,
    ],
    [{ 'role-skip-session-tagging': 'true' }, /^role-skip-session-tagging: with role, only the entry/],
    [
      { 'use-existing-credentials': 'true' },
      /^use-existing-credentials: it does not go with role: it could give/,
    ],
    [{ 'export-token-file': 'true' }, /export-token-file: it does not go with role/],
  ])('may not be wider or something else (%j)', async (inputs, message) => {
    const outcome = await stepWith({ role: 'payments-production', ...inputs });
    expect(outcome.error).toMatchObject({ code: 'INPUT_INVALID', message: expect.stringMatching(message) });
    expect(actionsOf(outcome)).toEqual([]);
  });

  it.each([
    [
      'ROLE_DURATION_SECONDS',
      '3600',
      /role-duration-seconds \(from the variable ROLE_DURATION_SECONDS\): got 3600/,
    ],
    [
      'MANAGED_SESSION_POLICIES',
      'arn:aws:iam::aws:policy/x',
      /\(from the variable MANAGED_SESSION_POLICIES\)/,
    ],
    ['ROLE_SKIP_SESSION_TAGGING', 'true', /\(from the variable ROLE_SKIP_SESSION_TAGGING\)/],
  ])('counts where a variable sets it (%s)', async (name, value, message) => {
    const outcome = await stepWith({ role: 'payments-production' }, { env: { [name]: value } });
    expect(outcome.error?.message).toMatch(message);
  });

  it('adds no tags to those of the entry, and no policy to one in its chain', async () => {
    const inputs = { role: 'hub', 'aws-region': 'us-east-1' };
    const outcome = await stepWith({ ...inputs, 'custom-tags': 'Project: other' });
    expect(outcome.error?.message).toBe(
      'custom-tags: got "Project: other", but the role "hub" has "{"Team":"core"}".',
    );
    const same = await stepWith({ ...inputs, 'custom-tags': '{"Team": "core"}' });
    expect(same.error).toBeUndefined();
    const limited = MAP.replace('session-name: mapped', 'session-policy: { Statement: [] }');
    const policy = { 'managed-session-policies': 'arn:aws:iam::aws:policy/ReadOnlyAccess' };
    const added = await stepWith({ ...inputs, ...policy }, { text: limited });
    expect(added.error?.message).toMatch(
      /^managed-session-policies: the role "hub" has a session policy already/,
    );
    expect((await stepWith({ ...inputs, ...policy })).error).toBeUndefined();
  });

  it.each([
    ['input', { 'mask-aws-account-id': 'true' }, {}],
    ['variable', {}, { MASK_AWS_ACCOUNT_ID: 'true' }],
  ])('shows no account in log and record where the %s masks them', async (_, inputs, env) => {
    const path = join(temporaryDirectory(), 'audit.jsonl');
    const other = {
      'role-to-assume': 'arn:aws:iam::999988887777:role/other',
      'allowed-account-ids': '888877776666',
    };
    const outcome = await stepWith(
      { role: 'payments-production', ...other, ...inputs, 'audit-file': path },
      { env },
    );
    expect(outcome.error?.code).toBe('INPUT_INVALID');
    const told = outcome.log().join('\n') + readFileSync(path, 'utf8');
    expect(told).toContain('is wider than the role');
    expect(told).not.toMatch(/999988887777|888877776666|111122223333/);
  });

  it.each([
    ['role-chain', '[]', 'with role, only the entry of "payments-staging" in roles-file can set it'],
    [
      'get-session-token',
      'true',
      'it does not go with role: it could give credentials without the limits of "payments-staging"',
    ],
  ])('is refused once, whatever else could be said of it (%s)', async (name, value, why) => {
    const outcome = await stepWith({
      role: 'payments-staging',
      'aws-region': 'us-east-1',
      ...DEPLOYER_KEYS,
      [name]: value,
    });
    expect(outcome.error).toMatchObject({ code: 'INPUT_INVALID', message: `${name}: ${why}.` });
  });

  it('is reported with everything else that is wrong', async () => {
    const outcome = await stepWith({
      role: 'payments-production',
      'allowed-refs': 'main',
      'role-session-name': 'mine',
      'retry-max-attempts': '0',
    });
    expect(outcome.error?.problems.map((line) => line.split(':')[0])).toEqual([
      'allowed-refs',
      'retry-max-attempts',
      'role-session-name',
    ]);
  });
});
