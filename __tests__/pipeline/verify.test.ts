import { sharedCloud } from '../support/cloud.js';
import { DEPLOYER_KEYS, LONG } from '../support/roles.js';
import { runAction } from '../support/run-action.js';
import { assumedAnswer, callerAnswer } from '../support/sts-answers.js';

const sandbox = sharedCloud();
const NOTHING_DONE = { env: '', output: '' };

describe('verify-credentials', () => {
  it('fails where STS says that the credentials are somebody else, and exports nothing', async () => {
    const other = 'arn:aws:sts::111122223333:assumed-role/other/x';
    sandbox.cloud.fault('sts', { kind: 'answer', body: callerAnswer(other) }, 'GetCallerIdentity');
    const outcome = await runAction(
      { 'role-to-assume': LONG, 'verify-credentials': 'true' },
      { cloud: sandbox.cloud },
    );
    expect(outcome.error).toMatchObject({
      code: 'ANSWER_UNEXPECTED',
      message: `verify-credentials: STS identifies these credentials as "${other}".`,
      hint: 'Expected: "arn:aws:sts::111122223333:assumed-role/long-session/GitHubActions".',
    });
    expect(outcome.files()).toMatchObject(NOTHING_DONE);
  });
});

it('credentials that STS does not know are named by their source', async () => {
  const inputs = { ...DEPLOYER_KEYS, 'aws-secret-access-key': 'wrong' };
  const { error } = await runAction(inputs, { cloud: sandbox.cloud });
  expect(error).toMatchObject({
    code: 'CREDENTIALS_REFUSED',
    headline: 'STS could not identify the credentials (identity source access-keys).',
    reason: expect.stringMatching(/SignatureDoesNotMatch/),
  });
});

describe('an answer of STS that lacks something', () => {
  it.each([
    [{ accessKeyId: '' }, 'has no credentials'],
    [{ secretAccessKey: '' }, 'has no credentials'],
    [{ sessionToken: '' }, 'has no credentials'],
    [{ expiration: '' }, 'has no credentials'],
    [{ sessionToken: 'a\nb' }, 'has blanks or line breaks in its credentials'],
  ])('(%j) is no answer, and nothing of it is exported', async (fields, lacks) => {
    sandbox.cloud.fault('sts', { kind: 'answer', body: assumedAnswer(fields) });
    const outcome = await runAction({ 'role-to-assume': LONG }, { cloud: sandbox.cloud });
    expect(outcome.error).toMatchObject({
      code: 'ANSWER_UNEXPECTED',
      message: expect.stringContaining(`it ${lacks}.`),
    });
    expect(outcome.files()).toMatchObject(NOTHING_DONE);
  });

  it('about the caller is none either', async () => {
    sandbox.cloud.fault('sts', { kind: 'answer', body: callerAnswer('', '') });
    const outcome = await runAction(DEPLOYER_KEYS, { cloud: sandbox.cloud });
    expect(outcome.error).toMatchObject({
      code: 'ANSWER_UNEXPECTED',
      message: expect.stringContaining('it does not name the caller'),
    });
  });
});

describe('the endpoint of STS', () => {
  it.each<[Record<string, string>, string]>([
    [{}, 'sts.eu-central-1.amazonaws.com'],
    [{ 'sts-region': 'us-west-2' }, 'sts.us-west-2.amazonaws.com'],
    [{ 'use-fips-endpoint': 'true', 'sts-region': 'us-east-1' }, 'sts-fips.us-east-1.amazonaws.com'],
    [{ 'use-dualstack-endpoint': 'true' }, 'sts.eu-central-1.api.aws'],
    [{ 'aws-region': 'cn-north-1' }, 'sts.cn-north-1.amazonaws.com.cn'],
    [{ 'aws-region': 'us-gov-west-1' }, 'sts.us-gov-west-1.amazonaws.com'],
  ])('is the regional one unless said otherwise: %j', async (inputs, host) => {
    // Nobody answers on this proxy; the error names whom the request was for.
    const outcome = await runAction(
      {
        ...DEPLOYER_KEYS,
        'aws-region': 'eu-central-1',
        'http-proxy': '127.0.0.1:9',
        'disable-retry': 'true',
        ...inputs,
      },
      { cloud: sandbox.cloud, env: { AWS_ENDPOINT_URL_STS: '' } },
    );
    expect(outcome.error?.code).toBe('NETWORK_FAILED');
    expect(outcome.error?.message).toContain(`(${host})`);
  });

  it('is the one that sts-endpoint names', async () => {
    const outcome = await runAction(
      { ...DEPLOYER_KEYS, 'sts-endpoint': sandbox.cloud.stsUrl, 'use-fips-endpoint': 'true' },
      { cloud: sandbox.cloud, env: { AWS_ENDPOINT_URL_STS: 'http://127.0.0.1:9' } },
    );
    expect(outcome.error).toBeUndefined();
  });
});
