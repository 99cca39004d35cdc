import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Fault, Run } from '../../sandbox/cloud.js';
import type { ErrorCode } from '../../src/core/errors.js';
import { sharedCloud } from '../support/cloud.js';
import { temporaryDirectory } from '../support/files.js';
import { BY_KEYS, DEPLOYER_KEYS, LONG } from '../support/roles.js';
import { actionsOf, runAction } from '../support/run-action.js';
import { rendered } from '../support/secrets.js';

const sandbox = sharedCloud();

interface Case {
  readonly inputs?: Record<string, string>;
  readonly env?: Record<string, string>;
  readonly run?: Run;
  readonly token?: Fault;
  readonly sts?: Fault;
  /** What the message says. */
  readonly says: RegExp;
}

const says = (status: number, code: string, message = 'The words of STS', times = 1): Fault => ({
  kind: 'error',
  status,
  code,
  message,
  times,
});
const chained = { 'role-to-assume': BY_KEYS, ...DEPLOYER_KEYS };

/** How the action comes to each failure that others bring about, by code; time limits are tested with http.ts. */
const CASES: readonly (readonly [ErrorCode, Case])[] = [
  ['INPUT_INVALID', { inputs: { 'role-duration-seconds': '1h' }, says: /^role-duration-seconds: got "1h"/ }],
  ['ID_TOKEN_PERMISSION_MISSING', { run: { idToken: false }, says: /id-token: write/ }],
  ['ID_TOKEN_DEPENDABOT', { run: { actor: 'dependabot[bot]' }, says: /Dependabot/ }],
  ['ID_TOKEN_REFUSED', { token: { kind: 'status', status: 401 }, says: /HTTP 401/ }],
  ['ID_TOKEN_REFUSED', { env: { ACTIONS_ID_TOKEN_REQUEST_URL: 'nowhere' }, says: /is not an http/ }],
  ['ID_TOKEN_ANSWER_INVALID', { token: { kind: 'garbage' }, says: /returned no token/ }],
  ['ID_TOKEN_ANSWER_INVALID', { token: { kind: 'answer', body: '{"value":""}' }, says: /returned no token/ }],
  [
    'ID_TOKEN_ANSWER_INVALID',
    { token: { kind: 'answer', body: '{"value":"a\\nb"}' }, says: /returned no token/ },
  ],
  ['TOKEN_FILE_UNREADABLE', { inputs: { 'web-identity-token-file': 'none' }, says: /it does not exist/ }],
  ['CREDENTIALS_NOT_FOUND', { inputs: { 'role-chaining': 'true' }, says: /Found no AWS credentials/ }],
  [
    'CREDENTIALS_REFUSED',
    { inputs: chained, sts: says(403, 'InvalidClientTokenId'), says: /InvalidClientTokenId/ },
  ],
  ['CREDENTIALS_REFUSED', { inputs: chained, sts: says(403, 'SignatureDoesNotMatch'), says: /hop 1 of 1/ }],
  ['CREDENTIALS_REFUSED', { inputs: chained, sts: says(400, 'RequestExpired'), says: /RequestExpired/ }],
  ['ACCESS_DENIED', { inputs: { 'role-to-assume': `${LONG}-other` }, says: /AccessDenied: Not authorized/ }],
  ['TOKEN_REJECTED', { inputs: { audience: 'other' }, says: /InvalidIdentityToken/ }],
  ['TOKEN_REJECTED', { sts: says(403, 'IDPRejectedClaim'), says: /IDPRejectedClaim/ }],
  ['TOKEN_EXPIRED', { run: { tokenLifetimeSeconds: -60 }, says: /ExpiredToken/ }],
  [
    'IDENTITY_PROVIDER_UNREACHABLE',
    { sts: { kind: 'idp-communication-error', times: 99 }, says: /IDPCommunication/ },
  ],
  ['REGION_DISABLED', { sts: says(403, 'RegionDisabledException'), says: /RegionDisabled/ }],
  [
    'SESSION_POLICY_MALFORMED',
    { sts: says(400, 'MalformedPolicyDocument'), says: /MalformedPolicyDocument/ },
  ],
  ['SESSION_TOO_LARGE', { sts: says(400, 'PackedPolicyTooLarge', 'consumes 157%'), says: /157%/ }],
  ['REQUEST_INVALID', { sts: says(400, 'ValidationError'), says: /ValidationError: The words of STS/ }],
  ['REQUEST_INVALID', { sts: says(400, 'constructor'), says: /The words of STS/ }],
  ['THROTTLED', { sts: { kind: 'throttle', times: 99 }, says: /Throttling: Rate exceeded.*12 attempts/ }],
  ['SERVICE_UNAVAILABLE', { sts: says(500, 'InternalFailure', 'x', 99), says: /InternalFailure/ }],
  ['SERVICE_UNAVAILABLE', { sts: says(500, 'toString', 'x', 99), says: /toString/ }],
  ['SERVICE_UNAVAILABLE', { sts: { kind: 'status', status: 503, times: 99 }, says: /HTTP 503/ }],
  ['ANSWER_UNEXPECTED', { sts: { kind: 'garbage' }, says: /did not come from STS/ }],
  ['ANSWER_UNEXPECTED', { sts: { kind: 'status', status: 403, body: '<p>no</p>' }, says: /HTTP 403/ }],
  [
    'ANSWER_UNEXPECTED',
    { sts: { kind: 'answer', body: 'x'.repeat(1024 * 1024 + 1) }, says: /larger than 1 MiB/ },
  ],
  [
    'ANSWER_UNEXPECTED',
    { token: { kind: 'answer', body: 'x'.repeat(2 ** 21) }, says: /token request.*1 MiB/ },
  ],
  ['NETWORK_FAILED', { sts: { kind: 'reset', times: 99 }, says: /ECONNRESET.*AssumeRoleWithWebIdentity/ }],
  [
    'ACTION_TIMEOUT',
    { inputs: { 'action-timeout-s': '1' }, sts: { kind: 'hang' }, says: /time limit of 1 s/ },
  ],
  ['ACCOUNT_NOT_ALLOWED', { inputs: { 'allowed-account-ids': '444455556666' }, says: /"111122223333"/ }],
  [
    'REF_NOT_ALLOWED',
    { inputs: { 'allowed-refs': 'refs/tags/*' }, says: /"refs\/heads\/main".*"refs\/tags\/\*"/ },
  ],
  [
    'ENVIRONMENT_NOT_ALLOWED',
    { inputs: { 'allowed-environments': 'prod' }, says: /environment is absent.*"prod"/ },
  ],
];

describe('each kind of failure is one error with its code, what failed and what to do', () => {
  it.each(CASES)('%s (%#)', async (code, { inputs, env, run, token, sts, says: message }) => {
    if (token) sandbox.cloud.fault('token', token);
    if (sts) sandbox.cloud.fault('sts', sts);
    const outcome = await runAction(
      { 'role-to-assume': LONG, ...inputs },
      { cloud: sandbox.cloud, ...(env && { env }), ...(run && { run }) },
    );
    expect(outcome.error).toMatchObject({ code, message: expect.stringMatching(message) });
    expect(outcome.error?.hint).toMatch(/\w{3}/);
    const errors = outcome.commands().filter(({ command }) => command === 'error');
    expect(errors.map(({ properties }) => properties)).toEqual([{ title: `assume-aws-role: ${code}` }]);
    expect(outcome.summary).toContain(`Error code: \`${code}\``);
    expect(outcome.exitCode()).toBe(1);
  });

  it('a refusal names hop, role, code, source and the claims, but never the token', async () => {
    const outcome = await runAction(
      { 'role-to-assume': 'arn:aws:iam::111122223333:role/production-deploy' },
      { cloud: sandbox.cloud, run: { ref: 'refs/heads/feature' } },
    );
    const [told] = outcome.commands().filter(({ command }) => command === 'error');
    for (const part of [
      'Could not assume arn:aws:iam::111122223333:role/production-deploy (hop 1 of 1). AccessDenied: Not authorized',
      'Identity source: github-oidc (role-to-assume is set and the job can request a token)',
      `iss: ${sandbox.cloud.issuer}`,
      'sub: repo:octo-org@65/octo-repo@74:ref:refs/heads/feature',
      'aud: sts.amazonaws.com',
      'ref: refs/heads/feature',
      'environment: (absent)',
      'job_workflow_ref: octo-org/octo-repo/.github/workflows/deploy.yml@refs/heads/feature',
    ])
      expect(told?.data).toContain(part);
    expect(actionsOf(outcome)).toEqual(['GET /token', 'AssumeRoleWithWebIdentity']);
    expect(rendered(outcome.summary)).toContain(
      '\n\nAccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity.\n\n',
    );
  });

  it('says where a summary is not wanted that there is none', async () => {
    const inputs = { 'role-to-assume': LONG, 'allowed-refs': 'refs/x', summary: 'never' };
    expect((await runAction(inputs, { cloud: sandbox.cloud })).summary).toBe('');
  });

  it('tells every input that cannot be used in one error', async () => {
    const outcome = await runAction(
      { 'aws-region': 'us east', 'role-to-assume': 'arn:aws:s3:::x', 'retry-max-attempts': '0' },
      { cloud: sandbox.cloud },
    );
    expect(outcome.error?.message.split('\n- ').map((line) => line.split(':')[0])).toEqual([
      'Invalid inputs',
      'aws-region',
      'role-to-assume',
      'retry-max-attempts',
    ]);
  });

  it.each([
    ['a directory', (): string => temporaryDirectory(), 'it is not a regular file'],
    ['something too large', (): string => fileWith('x'.repeat(80_001)), 'it is too large for a token'],
    ['text with blanks', (): string => fileWith('no token'), 'its content is not a token'],
    ['nothing', (): string => fileWith(''), 'its content is not a token'],
  ])('a token file that is %s is told as that', async (_, path, why) => {
    const inputs = { 'role-to-assume': LONG, 'web-identity-token-file': path() };
    const outcome = await runAction(inputs, { cloud: sandbox.cloud });
    expect(outcome.error).toMatchObject({
      code: 'TOKEN_FILE_UNREADABLE',
      message: expect.stringContaining(why),
    });
  });
});

function fileWith(text: string): string {
  const path = join(temporaryDirectory(), 'token');
  writeFileSync(path, text);
  return path;
}
