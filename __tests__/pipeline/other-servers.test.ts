import { sharedCloud } from '../support/cloud.js';
import { LONG } from '../support/roles.js';
import { runAction } from '../support/run-action.js';
import { type AssumedFields, assumedAnswer } from '../support/sts-answers.js';

const sandbox = sharedCloud();
const CEPH = 'arn:aws:iam:::role/deploy';
const TENANT = 'arn:aws:iam::acme:role/ci/deploy';
const MINIO = 'arn:minio:iam:::role/dummy-internal';

function answered(fields: AssumedFields, inputs: Record<string, string>, env: Record<string, string> = {}) {
  sandbox.cloud.fault('sts', { kind: 'answer', body: assumedAnswer(fields) });
  return runAction(inputs, { cloud: sandbox.cloud, env });
}

const warningsOf = (outcome: Awaited<ReturnType<typeof runAction>>) =>
  outcome
    .commands()
    .filter(({ command }) => command === 'warning')
    .map(({ data }) => data);

describe('a role of another server', () => {
  it.each([
    ['Ceph', CEPH, 'arn:aws:sts:::assumed-role/deploy/GitHubActions', ''],
    ['a tenant of Ceph', TENANT, 'arn:aws:sts::acme:assumed-role/deploy/GitHubActions', 'acme'],
    ['MinIO', MINIO, '', ''],
  ])('is assumed and exported: %s', async (_, role, arn, account) => {
    const outcome = await answered({ arn }, { 'role-to-assume': role });
    expect(outcome.error).toBeUndefined();
    expect(outcome.requests.at(-1)?.params['RoleArn']).toBe(role);
    expect(outcome.entries('env')).toMatchObject({ AWS_ACCESS_KEY_ID: 'ASIAEXAMPLEEXAMPLE00' });
    expect(outcome.entries('output')).toMatchObject({ 'authenticated-arn': arn, 'aws-account-id': account });
    expect(outcome.stdout()).toContain(
      `Authenticated as ${arn || 'a session that the server does not name'}`,
    );
    expect(warningsOf(outcome)).toEqual([]);
  });

  it.each([CEPH, TENANT, MINIO])('is refused before any request where AWS is asked: %s', async (role) => {
    const none = { AWS_ENDPOINT_URL_STS: '' };
    const inputs = { 'role-to-assume': role, 'role-chain': `${LONG}\n${role}` };
    const outcome = await runAction(inputs, { cloud: sandbox.cloud, env: none });
    expect(outcome.error).toMatchObject({ code: 'INPUT_INVALID' });
    expect(outcome.error?.message.split('\n- ').slice(1)).toEqual([
      expect.stringMatching(
        /^role-to-assume: got .*; allowed: an ARN of AWS's .* Other servers' go with sts-endpoint\.$/,
      ),
      expect.stringMatching(/^role-chain: item 2: role: got /),
    ]);
    expect(outcome.requests).toEqual([]);
  });

  it.each([
    [CEPH, 'arn:aws:sts:::assumed-role/deploy/x', /the server does not name the account/],
    [MINIO, '', /the server does not name the account/],
    [TENANT, 'arn:aws:sts::acme:assumed-role/deploy/x', /the account is "acme"/],
  ])('is refused by allowed-account-ids, which cannot be checked: %s', async (role, arn, says) => {
    const outcome = await answered(
      { arn },
      { 'role-to-assume': role, 'allowed-account-ids': '111122223333' },
    );
    expect(outcome.error).toMatchObject({
      code: 'ACCOUNT_NOT_ALLOWED',
      message: expect.stringMatching(says),
    });
    expect(outcome.files()).toMatchObject({ env: '', output: '' });
  });

  it('that is refused in the shape of S3 is refused with its code', async () => {
    const body =
      '<?xml version="1.0" encoding="UTF-8"?><Error><Code>AccessDenied</Code><Message></Message></Error>';
    sandbox.cloud.fault('sts', { kind: 'status', status: 403, body });
    const outcome = await runAction({ 'role-to-assume': CEPH }, { cloud: sandbox.cloud });
    expect(outcome.error).toMatchObject({ code: 'ACCESS_DENIED', awsCode: 'AccessDenied' });
    expect(outcome.error?.message).toContain('AccessDenied (HTTP 403, without a message).');
  });
});

describe('an answer that is strange is taken with a warning', () => {
  it.each([
    ['another role', 'arn:aws:sts::111122223333:assumed-role/other/x'],
    ['another account', 'arn:aws:sts::444455556666:assumed-role/long-session/x'],
    ['no session', 'arn:aws:iam::111122223333:user/somebody'],
  ])('of %s', async (_, arn) => {
    const outcome = await answered({ arn }, { 'role-to-assume': LONG });
    expect(outcome.error).toBeUndefined();
    expect(warningsOf(outcome)).toEqual([expect.stringContaining(`STS answered with "${arn}"`)]);
  });

  it('whose credentials ended by the clock of the machine', async () => {
    // The server's clock, which its Date header tells, agrees with the credentials' end.
    const body = assumedAnswer({
      arn: 'arn:aws:sts::111122223333:assumed-role/long-session/x',
      expiration: '2020-01-01T00:00:00Z',
    });
    const headers = { date: 'Tue, 31 Dec 2019 23:00:00 GMT' };
    sandbox.cloud.fault('sts', { kind: 'status', status: 200, body, headers });
    const outcome = await runAction({ 'role-to-assume': LONG }, { cloud: sandbox.cloud });
    expect(outcome.error).toBeUndefined();
    expect(warningsOf(outcome)).toEqual([expect.stringContaining('ended at 2020-01-01T00:00:00.000Z')]);
  });

  it('whose credentials ended before it was sent is not taken', async () => {
    const outcome = await answered({ expiration: '2020-01-01T00:00:00Z' }, { 'role-to-assume': LONG });
    expect(outcome.error).toMatchObject({ code: 'ANSWER_UNEXPECTED' });
    expect(outcome.files()).toMatchObject({ env: '', output: '' });
  });
});

describe('certificates that nobody checks', () => {
  it('are warned of once', async () => {
    const arn = 'arn:aws:sts::111122223333:assumed-role/long-session/x';
    const outcome = await answered(
      { arn },
      { 'role-to-assume': LONG },
      { NODE_TLS_REJECT_UNAUTHORIZED: '0' },
    );
    expect(warningsOf(outcome)).toEqual([expect.stringMatching(/^NODE_TLS_REJECT_UNAUTHORIZED is 0: /)]);
  });
});

describe('what no request can hold is one clear error', () => {
  it.each<[string, Record<string, string>, Record<string, string>, string, RegExp]>([
    [
      'ftp:// for the token',
      {},
      { ACTIONS_ID_TOKEN_REQUEST_URL: 'ftp://h/?a' },
      'ID_TOKEN_REFUSED',
      /_URL is not an http/,
    ],
    [
      'a host for the token',
      {},
      { ACTIONS_ID_TOKEN_REQUEST_URL: 'localhost:1/' },
      'ID_TOKEN_REFUSED',
      /_URL is not an http/,
    ],
    [
      'a line break in the bearer',
      {},
      { ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'a\nb' },
      'ID_TOKEN_REFUSED',
      /_TOKEN has blanks/,
    ],
    [
      'something invisible in the bearer',
      {},
      { ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'a\u200bb' },
      'ID_TOKEN_REFUSED',
      /_TOKEN/,
    ],
    [
      'ftp:// for STS',
      {},
      { AWS_ENDPOINT_URL_STS: 'ftp://h' },
      'INPUT_INVALID',
      /^sts-endpoint \(from the variable/,
    ],
    ['a host for STS', {}, { AWS_ENDPOINT_URL_STS: 'localhost:4566' }, 'INPUT_INVALID', /^sts-endpoint/],
    [
      'a query for STS',
      { 'sts-endpoint': 'https://h/?a=b' },
      {},
      'INPUT_INVALID',
      /^sts-endpoint: got .* without a/,
    ],
    [
      'a Region of two hyphens',
      { 'sts-region': 'xn--a' },
      { AWS_ENDPOINT_URL_STS: '' },
      'INPUT_INVALID',
      /"xn--a"/,
    ],
    [
      'a key with a line break in the environment',
      { 'role-chaining': 'true' },
      { AWS_ACCESS_KEY_ID: 'AKIA\nX', AWS_SECRET_ACCESS_KEY: 'x' },
      'CREDENTIALS_NOT_FOUND',
      /in the environment are not usable/,
    ],
    [
      'a session token with something invisible in the environment',
      { 'role-chaining': 'true' },
      { AWS_ACCESS_KEY_ID: 'ASIAX', AWS_SECRET_ACCESS_KEY: 'x', AWS_SESSION_TOKEN: 'a\u200b' },
      'CREDENTIALS_NOT_FOUND',
      /in the environment are not usable/,
    ],
  ])('%s', async (_, inputs, env, code, says) => {
    const outcome = await runAction({ 'role-to-assume': LONG, ...inputs }, { cloud: sandbox.cloud, env });
    expect(outcome.error).toMatchObject({ code, message: expect.stringMatching(says) });
  });

  it('and the password in an endpoint is not repeated', async () => {
    const env = { AWS_ENDPOINT_URL_STS: 'https://user:correct-horse@h/' };
    const outcome = await runAction({ 'role-to-assume': LONG }, { cloud: sandbox.cloud, env });
    expect(outcome.error).toMatchObject({
      code: 'INPUT_INVALID',
      message: expect.stringContaining('//***@h/'),
    });
    expect(outcome.stdout()).not.toContain('correct-horse');
  });

  it.each(['http://fleet:a/b@h:1', 'http://fleet:1/b@h:1', 'http://fleet:1#b@h:1', 'http://fleet:1?b@h:1'])(
    'and a password that ends a proxy address early is refused without being shown: %s',
    async (proxy) => {
      const outcome = await runAction(
        { 'role-to-assume': LONG, 'http-proxy': proxy },
        { cloud: sandbox.cloud },
      );
      expect(outcome.error).toMatchObject({
        code: 'INPUT_INVALID',
        message: expect.stringMatching(/^http-proxy: got this value \(not shown\); allowed: http:/),
      });
    },
  );
});

describe('a token without an audience', () => {
  it('is refused, and the refusal says that it has none', async () => {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const token = `${part({ alg: 'RS256' })}.${part({ iss: sandbox.cloud.issuer, sub: 'repo:a/b:x' })}.c2ln`;
    sandbox.cloud.fault('token', { kind: 'answer', body: JSON.stringify({ value: token }) });
    const outcome = await runAction({ 'role-to-assume': LONG }, { cloud: sandbox.cloud });
    expect(outcome.error).toMatchObject({ code: 'TOKEN_REJECTED' });
    expect(outcome.stdout()).toContain('aud: (absent)');
  });
});
