import { writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { ACTION, startJob } from '../support/bundle.js';
import { sharedCloud } from '../support/cloud.js';
import { temporaryDirectory } from '../support/files.js';
import { type LoopbackProxy, startProxy } from '../support/proxy.js';
import { ask, credentialsIn, endsIn } from '../support/refresh.js';
import { startTls, type TlsServer } from '../support/servers.js';

const sandbox = sharedCloud();
const POOL = 'us-east-1:1a2b3c4d-5e6f-4a1b-8c2d-111122223333';
const HUB = {
  'role-to-assume': 'arn:aws:iam::222233334444:role/hub-deploy',
  'role-chain': 'arn:aws:iam::444455556666:role/spoke-deploy',
};
const ABAC = {
  'cognito-identity-pool-id': POOL,
  'role-to-assume': 'arn:aws:iam::111122223333:role/abac-deploy',
};
const NONE = { AWS_ENDPOINT_URL_STS: '', AWS_ENDPOINT_URL_COGNITO_IDENTITY: '' };

/** Every host of AWS's that is asked here; all are the one server below. */
const HOSTS = [
  'sts.us-east-1.amazonaws.com',
  'sts.eu-west-1.amazonaws.com',
  'sts.amazonaws.com',
  'sts-fips.us-east-1.amazonaws.com',
  'sts.us-east-1.api.aws',
  'sts-fips.us-east-1.api.aws',
  'cognito-identity.us-east-1.amazonaws.com',
  'aws.example.com',
];
const trusted = join(temporaryDirectory(), 'ca.pem');
/** Host, target and the Region of the signature, of all that came in. */
const asked: string[] = [];
let aws: TlsServer;
let proxy: LoopbackProxy;
let guarded: LoopbackProxy;

beforeAll(async () => {
  aws = await startTls((incoming, answer) => {
    const { host, authorization = '', 'x-amz-target': target = 'sts' } = incoming.headers;
    asked.push(
      `${host} ${String(target).replace(/^.*[.]/, '')} ${/\/([\w-]+)\/sts\//.exec(authorization)?.[1]}`,
    );
    const url = target === 'sts' ? sandbox.cloud.stsUrl : sandbox.cloud.cognitoUrl;
    const outgoing = request(url, { method: 'POST', headers: incoming.headers }, (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(answer);
    });
    incoming.pipe(outgoing);
  }, HOSTS);
  writeFileSync(trusted, aws.cert);
  proxy = await startProxy({ leadsTo: aws.port });
  guarded = await startProxy({ leadsTo: aws.port, login: 'fleet:correct-horse' });
});
afterAll(() => Promise.all([proxy.close(), guarded.close()]));

/** What is asked of whom while `work` is under way. */
async function askedDuring(work: () => Promise<unknown>): Promise<readonly string[]> {
  const first = [
    asked.length,
    proxy.seen.length,
    guarded.seen.length,
    sandbox.cloud.requests.length,
  ] as const;
  await work();
  return [
    ...asked.slice(first[0]),
    ...proxy.seen.slice(first[1]).map((line) => `proxy: ${line}`),
    ...guarded.seen.slice(first[2]).map((line) => `guarded: ${line}`),
    ...sandbox.cloud.requests
      .slice(first[3])
      .map(({ action }) => action)
      .filter((action) => !/^(discovery|jwks)$/.test(action)),
  ];
}

/** Settings of a later step that are none of the profile's business. */
const OTHER = {
  AWS_REGION: 'eu-south-2',
  AWS_DEFAULT_REGION: 'eu-south-2',
  AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
  AWS_ENDPOINT_URL_STS: 'http://127.0.0.1:9',
  AWS_ENDPOINT_URL_COGNITO_IDENTITY: 'http://127.0.0.1:9',
  AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true',
  AWS_USE_FIPS_ENDPOINT: 'true',
  AWS_USE_DUALSTACK_ENDPOINT: 'true',
  HTTPS_PROXY: 'http://127.0.0.1:9',
  https_proxy: 'http://127.0.0.1:9',
  HTTP_PROXY: 'http://127.0.0.1:9',
  http_proxy: 'http://127.0.0.1:9',
  NO_PROXY: '*',
  no_proxy: '*',
  NODE_EXTRA_CA_CERTS: '',
  AUDIENCE: 'other',
  ROLE_TO_ASSUME: 'arn:aws:iam::222233334444:role/other',
  ROLE_DURATION_SECONDS: '901',
  ROLE_SESSION_NAME: 'other',
  RETRY_MAX_ATTEMPTS: '1',
};
const GONE = Object.fromEntries(Object.keys(OTHER).map((name) => [name, undefined]));

const byProxy = () => ({ HTTPS_PROXY: `http://${proxy.host}` });
const sts = (host: string, region = 'us-east-1') =>
  expect.arrayContaining([`${host} sts undefined`, `${host} sts ${region}`, `proxy: CONNECT ${host}:443`]);

describe('a renewal asks the servers that the step asked, whatever the process around it says', () => {
  it.each<[string, Record<string, string>, () => Record<string, string>, unknown]>([
    ['http-proxy', {}, byProxy, sts('sts.us-east-1.amazonaws.com')],
    ['HTTP_PROXY alone', {}, () => ({ http_proxy: proxy.host }), sts('sts.us-east-1.amazonaws.com')],
    ['aws-region', { 'aws-region': 'eu-west-1' }, byProxy, sts('sts.eu-west-1.amazonaws.com', 'eu-west-1')],
    [
      'AWS_REGION',
      {},
      () => ({ ...byProxy(), AWS_REGION: 'eu-west-1' }),
      sts('sts.eu-west-1.amazonaws.com', 'eu-west-1'),
    ],
    ['sts-region', { 'sts-region': 'eu-west-1' }, byProxy, sts('sts.eu-west-1.amazonaws.com', 'eu-west-1')],
    ['the global endpoint', { 'sts-region': 'aws-global' }, byProxy, sts('sts.amazonaws.com')],
    ['use-fips-endpoint', { 'use-fips-endpoint': 'true' }, byProxy, sts('sts-fips.us-east-1.amazonaws.com')],
    [
      'AWS_USE_FIPS_ENDPOINT',
      {},
      () => ({ ...byProxy(), AWS_USE_FIPS_ENDPOINT: 'true' }),
      sts('sts-fips.us-east-1.amazonaws.com'),
    ],
    ['use-dualstack-endpoint', { 'use-dualstack-endpoint': 'true' }, byProxy, sts('sts.us-east-1.api.aws')],
    [
      'both of them',
      { 'use-dualstack-endpoint': 'true' },
      () => ({ ...byProxy(), AWS_USE_FIPS_ENDPOINT: 'true' }),
      sts('sts-fips.us-east-1.api.aws'),
    ],
    ['sts-endpoint', { 'sts-endpoint': 'https://aws.example.com' }, byProxy, sts('aws.example.com')],
    [
      'AWS_ENDPOINT_URL',
      {},
      () => ({ ...byProxy(), AWS_ENDPOINT_URL: 'https://aws.example.com' }),
      sts('aws.example.com'),
    ],
    [
      'AWS_IGNORE_CONFIGURED_ENDPOINT_URLS',
      {},
      () => ({
        ...byProxy(),
        AWS_ENDPOINT_URL: 'https://aws.example.com',
        AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true',
      }),
      sts('sts.us-east-1.amazonaws.com'),
    ],
    [
      'a proxy with a login, but not for what no-proxy names',
      {},
      () => ({ HTTPS_PROXY: `http://fleet:correct-horse@${guarded.host}`, NO_PROXY: '127.0.0.0/8' }),
      [
        'sts.us-east-1.amazonaws.com sts undefined',
        'sts.us-east-1.amazonaws.com sts us-east-1',
        'guarded: CONNECT sts.us-east-1.amazonaws.com:443',
        'GET /token',
        'AssumeRoleWithWebIdentity',
        'AssumeRole',
      ],
    ],
    [
      'no proxy and an endpoint without TLS',
      {},
      () => ({ AWS_ENDPOINT_URL_STS: sandbox.cloud.stsUrl }),
      ['GET /token', 'AssumeRoleWithWebIdentity', 'AssumeRole'],
    ],
    [
      "Cognito's own endpoint",
      ABAC,
      () => ({ ...byProxy(), AWS_ENDPOINT_URL_STS: sandbox.cloud.stsUrl }),
      expect.arrayContaining(['cognito-identity.us-east-1.amazonaws.com GetId undefined', 'GetOpenIdToken']),
    ],
    [
      'Cognito at AWS_ENDPOINT_URL',
      ABAC,
      () => ({ ...byProxy(), AWS_ENDPOINT_URL: 'https://aws.example.com' }),
      expect.arrayContaining(['aws.example.com GetId undefined', 'aws.example.com GetOpenIdToken undefined']),
    ],
    [
      'Cognito at AWS_ENDPOINT_URL_COGNITO_IDENTITY',
      ABAC,
      () => ({
        AWS_ENDPOINT_URL_COGNITO_IDENTITY: sandbox.cloud.cognitoUrl,
        AWS_ENDPOINT_URL: sandbox.cloud.stsUrl,
      }),
      ['GET /token', 'GetId', 'GetOpenIdToken', 'AssumeRoleWithWebIdentity'],
    ],
  ])('%s', async (_, inputs, env, expected) => {
    const job = startJob(sandbox.cloud, { env: { ...NONE, NODE_EXTRA_CA_CERTS: trusted, ...env() } });
    const roles = 'role-to-assume' in inputs ? {} : HUB;
    const first = await askedDuring(async () => {
      const step = await job.uses(ACTION, { 'refresh-credentials': 'true', ...roles, ...inputs });
      expect(step.commands.filter(({ command }) => command === 'error')).toEqual([]);
    });
    expect(first).toEqual(expected);
    endsIn(job, -1);
    expect(await askedDuring(async () => credentialsIn(await ask(job, OTHER)))).toEqual(first);
  });

  it('also where they are all gone from it', async () => {
    const env = { HTTPS_PROXY: `http://fleet:correct-horse@${guarded.host}`, NODE_EXTRA_CA_CERTS: trusted };
    const endpoint = { AWS_ENDPOINT_URL: 'https://aws.example.com', AWS_USE_FIPS_ENDPOINT: 'true' };
    const job = startJob(sandbox.cloud, { env: { ...NONE, ...env, ...endpoint } });
    const step = () =>
      job.uses(ACTION, { 'refresh-credentials': 'true', ...ABAC, 'aws-region': 'eu-west-1' });
    const first = await askedDuring(step);
    expect(first).toContain('aws.example.com GetId undefined');
    endsIn(job, -1);
    expect(await askedDuring(async () => credentialsIn(await ask(job, GONE)))).toEqual(first);
  });
});
