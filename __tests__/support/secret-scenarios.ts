import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Fault, Run } from '../../sandbox/cloud.js';
import type { Job } from '../../sandbox/runner/job.js';
import { BY_KEYS, BYSTANDER_VARIABLES, DEPLOY, DEPLOYER_KEYS, LONG } from './roles.js';

/** The token GitHub gives in the scenarios where the answer is echoed: known beforehand, so that a fault can say it. */
const PAYLOAD = {
  sub: 'repo:octo-org/octo-repo:ref:refs/heads/main',
  iat: 1_700_000_000,
  exp: 1_700_000_300,
};
export const KNOWN_TOKEN = [
  Buffer.from('{"alg":"RS256","typ":"JWT","kid":"1"}').toString('base64url'),
  Buffer.from(JSON.stringify(PAYLOAD)).toString('base64url'),
  Buffer.from(Array.from({ length: 256 }, (_, index) => (index * 89 + 251) % 256)).toString('base64url'),
].join('.');
const HALF = KNOWN_TOKEN.slice(60, KNOWN_TOKEN.length - 40);
const tokenAnswer: Fault = { kind: 'answer', body: JSON.stringify({ value: KNOWN_TOKEN }) };

export interface Scenario {
  readonly inputs: Readonly<Record<string, string>>;
  readonly ends: 'success' | 'failure';
  readonly run?: Run;
  readonly env?: Record<string, string>;
  readonly token?: Fault;
  readonly sts?: readonly Fault[];
  readonly before?: (job: Job) => void;
  /** Secrets the scenario starts with, beyond those that are masked on the way. */
  readonly secrets?: readonly string[];
}

/** Markdown writes the signs otherwise, so that no piece of 12 characters stays as it was. */
const SIGNS = 'Ab3Cd5Ef7G+Hi2Jk4Lm6N/Pq8Rs9Tu1V=Wx5Yz7Ac2';
const oidc = { 'role-to-assume': DEPLOY };
const keys = { ...DEPLOYER_KEYS, 'role-to-assume': BY_KEYS };
const federation = {
  'federated-user-name': 'ci',
  'managed-session-policies': 'arn:aws:iam::aws:policy/ReadOnlyAccess',
};
const keySecrets = Object.values(DEPLOYER_KEYS);
const says = (status: number, code: string, text: string): Fault => ({
  kind: 'error',
  status,
  code,
  message: text,
});
/** Lengthy enough that the message is cut, in the middle of the token. */
const LONG_ECHO = `${'The token is refused. '.repeat(10)}${KNOWN_TOKEN}`;

export const SCENARIOS: Readonly<Record<string, Scenario>> = {
  "GitHub's token": { inputs: oidc, ends: 'success' },
  "GitHub's token, outputs on": { inputs: { ...oidc, 'output-credentials': 'true' }, ends: 'success' },
  'a profile that renews itself': { inputs: { ...oidc, 'refresh-credentials': 'true' }, ends: 'success' },
  'a credential endpoint': {
    inputs: { ...oidc, 'refresh-credentials': 'true', 'credential-endpoint': 'true' },
    ends: 'success',
  },
  'a token file that stays fresh': { inputs: { ...oidc, 'export-token-file': 'true' }, ends: 'success' },
  'a record of the step': { inputs: { ...oidc, 'audit-file': 'audit.json' }, ends: 'success' },
  'a refusal': { inputs: oidc, run: { ref: 'refs/heads/feature' }, ends: 'failure' },
  'a wrong account': { inputs: { ...oidc, 'allowed-account-ids': '444455556666' }, ends: 'failure' },
  'a wrong ref': { inputs: { ...oidc, 'allowed-refs': 'refs/heads/release' }, ends: 'failure' },
  'an account that is masked': { inputs: { ...oidc, 'mask-aws-account-id': 'true' }, ends: 'success' },
  'a summary that is always written': { inputs: { ...oidc, summary: 'always' }, ends: 'success' },
  'a refusal that repeats the token': {
    ...{ inputs: oidc, ends: 'failure', token: tokenAnswer },
    sts: [says(400, 'InvalidIdentityToken', `Token ${KNOWN_TOKEN} is not valid`)],
  },
  'a refusal that repeats half of the token': {
    ...{ inputs: oidc, ends: 'failure', token: tokenAnswer },
    sts: [says(400, 'InvalidIdentityToken', `Token ${HALF} is not valid`)],
  },
  'a refusal whose message is cut in the middle of the token': {
    ...{ inputs: oidc, ends: 'failure', token: tokenAnswer },
    sts: [says(403, 'AccessDenied', LONG_ECHO)],
  },
  'a failure that repeats half of the token, and is retried': {
    ...{ inputs: oidc, ends: 'failure', token: tokenAnswer },
    sts: [
      says(503, 'ServiceUnavailable', `No time for ${HALF}`),
      says(400, 'InvalidIdentityToken', 'Not valid'),
    ],
  },
  'an error code that is half of the token': {
    ...{ inputs: oidc, ends: 'failure', token: tokenAnswer },
    sts: [says(400, HALF.slice(0, 70), 'Not valid')],
  },
  'an answer with the token in a page': {
    ...{ inputs: oidc, ends: 'failure', token: tokenAnswer },
    sts: [{ kind: 'answer', body: `<html>${KNOWN_TOKEN}</html>` }],
  },
  'a token request that is refused with a token in its body': {
    ...{ inputs: oidc, ends: 'failure', secrets: [KNOWN_TOKEN] },
    token: { kind: 'status', status: 403, body: KNOWN_TOKEN },
  },
  'a token answer that is no JSON': {
    ...{ inputs: oidc, ends: 'failure', secrets: [KNOWN_TOKEN] },
    token: { kind: 'answer', body: `value=${KNOWN_TOKEN}` },
  },
  'access keys and a role': { inputs: keys, ends: 'success', secrets: keySecrets },
  'access keys alone': { inputs: DEPLOYER_KEYS, ends: 'success', secrets: keySecrets },
  'the session of a user': {
    inputs: { ...DEPLOYER_KEYS, 'get-session-token': 'true', 'output-credentials': 'true' },
    ...{ ends: 'success', secrets: keySecrets },
  },
  'a federated user': { inputs: { ...DEPLOYER_KEYS, ...federation }, ends: 'success', secrets: keySecrets },
  'a refusal of a federated user that repeats the secret key': {
    ...{ inputs: { ...DEPLOYER_KEYS, ...federation }, ends: 'failure', secrets: keySecrets },
    sts: [says(403, 'AccessDenied', `${DEPLOYER_KEYS['aws-secret-access-key']} may not`)],
  },
  'access keys that STS does not know': {
    inputs: { ...keys, 'aws-access-key-id': 'AKIAEXAMPLEEXAMPLE00' },
    ends: 'failure',
    secrets: ['AKIAEXAMPLEEXAMPLE00', ...keySecrets],
  },
  'a refusal that repeats the secret key': {
    ...{ inputs: keys, ends: 'failure', secrets: keySecrets },
    sts: [says(403, 'AccessDenied', `${DEPLOYER_KEYS['aws-secret-access-key']} may not`)],
  },
  'a refusal that repeats a part of the secret key': {
    ...{ inputs: keys, ends: 'failure', secrets: keySecrets },
    sts: [says(403, 'AccessDenied', `${DEPLOYER_KEYS['aws-secret-access-key'].slice(0, 38)} may not`)],
  },
  'a refusal that repeats a key with a sign in every few characters': {
    ...{ inputs: { ...keys, 'aws-secret-access-key': SIGNS }, ends: 'failure', secrets: [SIGNS] },
    sts: [says(403, 'AccessDenied', `${SIGNS} may not`)],
  },
  'a refusal that repeats a part of such a key': {
    ...{ inputs: { ...keys, 'aws-secret-access-key': SIGNS }, ends: 'failure', secrets: [SIGNS] },
    sts: [says(403, 'AccessDenied', `${SIGNS.slice(3)} may not`)],
  },
  'a key without its secret': {
    inputs: { 'aws-access-key-id': 'AKIAIOSFODNN7EXAMPLE' },
    ends: 'failure',
    secrets: ['AKIAIOSFODNN7EXAMPLE'],
  },
  'a secret key with a blank in it': {
    inputs: { ...keys, 'aws-secret-access-key': 'wJalrXUtnFEMI K7MDENGbPxRfiCY' },
    ends: 'failure',
    secrets: ['wJalrXUtnFEMI K7MDENGbPxRfiCY'],
  },
  'credentials in the environment': {
    inputs: { ...keys, 'aws-access-key-id': '', 'aws-secret-access-key': '', 'role-chaining': 'true' },
    env: { AWS_ACCESS_KEY_ID: keySecrets[0] ?? '', AWS_SECRET_ACCESS_KEY: keySecrets[1] ?? '' },
    ...{ ends: 'success', secrets: keySecrets },
  },
  'credentials in the environment that are replaced': {
    ...{ inputs: oidc, ends: 'success', env: BYSTANDER_VARIABLES },
    secrets: Object.values(BYSTANDER_VARIABLES),
  },
  'a secret in the environment that JSON writes otherwise': {
    ...{ inputs: oidc, ends: 'success' },
    env: { AWS_ACCESS_KEY_ID: 'otherstoreaccess', AWS_SECRET_ACCESS_KEY: 'quote"d-and\\back-slashed-secret' },
    secrets: ['otherstoreaccess', 'quote\\"d-and\\\\back-slashed-secret', 'quote"d-and\\back-slashed-secret'],
  },
  'credentials in the environment that are kept': {
    ...{ inputs: { 'use-existing-credentials': 'true' }, ends: 'success', env: BYSTANDER_VARIABLES },
    secrets: Object.values(BYSTANDER_VARIABLES),
  },
  'a token file': {
    inputs: { 'role-to-assume': LONG, 'web-identity-token-file': 'token.jwt' },
    ends: 'failure',
    secrets: [KNOWN_TOKEN],
    before: (job) => writeFileSync(join(job.directories.workspace, 'token.jwt'), KNOWN_TOKEN),
  },
  'a token file that holds two tokens': {
    inputs: { 'role-to-assume': LONG, 'web-identity-token-file': 'token.jwt' },
    ends: 'failure',
    secrets: [KNOWN_TOKEN],
    before: (job) =>
      writeFileSync(join(job.directories.workspace, 'token.jwt'), `${KNOWN_TOKEN}\n${KNOWN_TOKEN}`),
  },
  'a profile': { inputs: { ...oidc, 'aws-profile': 'ci' }, ends: 'success' },
  'a profile that is replaced, with keys in both files': {
    inputs: { ...oidc, 'aws-profile': 'ci', 'overwrite-aws-profile': 'true' },
    ends: 'success',
    secrets: ['AKIAOLDOLDOLDOLD0001', 'keyOfTheSharedFile+Ab12', 'configFilesOwnKey/Zy98'],
    before: writeOldProfile,
  },
  'a proxy with a password': {
    inputs: {
      ...oidc,
      'http-proxy': 'http://fleet:correct-horse-battery@127.0.0.1:9',
      'disable-retry': 'true',
    },
    ends: 'failure',
    secrets: ['correct-horse-battery'],
  },
  'a proxy that cannot be read': {
    inputs: { ...oidc, 'http-proxy': 'ftp://fleet:correct-horse-battery@127.0.0.1:9' },
    ends: 'failure',
    secrets: ['correct-horse-battery'],
  },
  'an answer without credentials': {
    inputs: oidc,
    ends: 'failure',
    sts: [{ kind: 'answer', body: '<AssumeRoleWithWebIdentityResponse/>' }],
  },
};

function writeOldProfile(job: Job): void {
  const home = job.directories.home;
  mkdirSync(join(home, '.aws'), { mode: 0o700 });
  writeFileSync(
    join(home, '.aws', 'credentials'),
    '[ci]\naws_access_key_id = AKIAOLDOLDOLDOLD0001\naws_secret_access_key = keyOfTheSharedFile+Ab12\n',
    { mode: 0o600 },
  );
  writeFileSync(
    join(home, '.aws', 'config'),
    '[profile ci]\nregion = eu-west-1\naws_secret_access_key = configFilesOwnKey/Zy98\n',
    { mode: 0o600 },
  );
}
