import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Fault, Run } from '../../sandbox/cloud.js';
import type { ErrorCode } from '../../src/core/errors.js';
import { BY_KEYS, DEPLOYER_KEYS, LONG } from '../support/roles.js';
import { assumedAnswer } from '../support/sts-answers.js';

/** One way to an error code, whose text stands in docs/troubleshooting.md. */
export interface PrintedError {
  readonly inputs?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly run?: Run;
  readonly token?: Fault;
  readonly sts?: Fault;
  /** Makes files below the step's directory first. */
  readonly prepare?: (directory: string) => void;
}

const says = (status: number, code: string, message: string, times = 1): Fault => ({
  kind: 'error',
  status,
  code,
  message,
  times,
});
const OVER = 99;
const BY_KEY = { 'role-to-assume': BY_KEYS, ...DEPLOYER_KEYS };
const PROFILE = { 'aws-profile': 'dev' };

function awsDirectory(directory: string): string {
  const path = join(directory, 'home', '.aws');
  mkdirSync(path, { recursive: true });
  return path;
}

/** The errors of a step, by code: each text below is printed by the step itself. */
export const PRINTED_ERRORS: Readonly<Partial<Record<ErrorCode, PrintedError>>> = {
  INPUT_INVALID: { inputs: { 'role-duration-seconds': '1h', 'retry-max-attempts': '0' } },
  ID_TOKEN_PERMISSION_MISSING: { run: { idToken: false } },
  ID_TOKEN_FORK: { run: { event: 'pull_request', headRepository: 'someone/octo-repo' } },
  ID_TOKEN_DEPENDABOT: { run: { actor: 'dependabot[bot]' } },
  ID_TOKEN_REFUSED: { token: { kind: 'status', status: 403 } },
  ID_TOKEN_ANSWER_INVALID: { token: { kind: 'garbage' } },
  TOKEN_FILE_UNREADABLE: { inputs: { 'web-identity-token-file': 'token.jwt' } },
  CREDENTIALS_NOT_FOUND: { inputs: { 'role-chaining': 'true' } },
  CREDENTIALS_REFUSED: {
    inputs: BY_KEY,
    sts: says(403, 'InvalidClientTokenId', 'The security token included in the request is invalid.'),
  },
  ACCESS_DENIED: { inputs: { 'role-to-assume': 'arn:aws:iam::111122223333:role/deploy' } },
  MFA_REFUSED: {
    inputs: {
      ...BY_KEY,
      'mfa-serial-number': 'arn:aws:iam::111122223333:mfa/deployer',
      'mfa-token-code': '123456',
    },
    sts: says(403, 'AccessDenied', 'MultiFactorAuthentication failed with invalid MFA one time pass code.'),
  },
  TOKEN_REJECTED: { inputs: { audience: 'sigstore' } },
  TOKEN_EXPIRED: {
    inputs: { 'web-identity-token-file': 'token.jwt' },
    sts: says(
      400,
      'ExpiredTokenException',
      'Token expired: current date/time 1795222936 must be before the expiration date/time 1795222925.',
      2,
    ),
    prepare(directory) {
      mkdirSync(join(directory, 'workspace'));
      writeFileSync(join(directory, 'workspace', 'token.jwt'), 'head.e30.signature');
    },
  },
  IDENTITY_PROVIDER_UNREACHABLE: { sts: { kind: 'idp-communication-error', times: OVER } },
  REGION_DISABLED: {
    sts: says(
      403,
      'RegionDisabledException',
      'STS is not activated in this region for account:111122223333. Your account administrator can activate STS in this region using the IAM Console.',
    ),
  },
  SESSION_POLICY_MALFORMED: { sts: says(400, 'MalformedPolicyDocument', 'Syntax errors in policy.') },
  SESSION_TOO_LARGE: {
    inputs: { ...BY_KEY, 'custom-tags': JSON.stringify({ Purpose: 'x'.repeat(256), Team: 'y'.repeat(199) }) },
    sts: says(400, 'PackedPolicyTooLarge', 'Packed size of session tags consumes 121% of allotted space.', 2),
  },
  REQUEST_INVALID: {
    inputs: { 'role-duration-seconds': '43200' },
    sts: says(
      400,
      'ValidationError',
      'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    ),
  },
  SPECIAL_CHARACTERS: {
    inputs: { 'special-characters-workaround': 'true' },
    sts: { kind: 'answer', body: assumedAnswer({ secretAccessKey: 'never/plain' }), times: OVER },
  },
  THROTTLED: { sts: { kind: 'throttle', times: OVER } },
  SERVICE_UNAVAILABLE: { sts: says(503, 'ServiceUnavailable', 'Service is unavailable.', OVER) },
  ANSWER_UNEXPECTED: { sts: { kind: 'answer', body: assumedAnswer({ sessionToken: '' }) } },
  NETWORK_FAILED: { sts: { kind: 'reset', times: OVER } },
  ACTION_TIMEOUT: { inputs: { 'action-timeout-s': '1' }, sts: { kind: 'hang' } },
  ROLE_NOT_ALLOWED: { inputs: { 'allowed-role-arns': 'arn:aws:iam::111122223333:role/deploy-*' } },
  ACCOUNT_NOT_ALLOWED: { inputs: { 'allowed-account-ids': '444455556666' } },
  REPOSITORY_NOT_ALLOWED: { inputs: { 'allowed-repositories': 'octo-org/payments' } },
  REF_NOT_ALLOWED: { inputs: { 'allowed-refs': 'refs/heads/main' }, run: { ref: 'refs/heads/feature' } },
  ENVIRONMENT_NOT_ALLOWED: { inputs: { 'allowed-environments': 'production' } },
  ROLES_FILE_REFUSED: {
    inputs: {
      role: 'payments-production',
      'roles-file': 'roles.yml',
      'roles-sha256': '07588daa96178d062c942eaad30b542f72b4a34161b97688c60865ed25ee703a',
    },
    prepare(directory) {
      mkdirSync(join(directory, 'workspace'));
      writeFileSync(join(directory, 'workspace', 'roles.yml'), 'roles: {}\n');
    },
  },
  PROFILE_EXISTS: {
    inputs: PROFILE,
    prepare: (directory) => writeFileSync(join(awsDirectory(directory), 'credentials'), '[dev]\n'),
  },
  FILE_REFUSED: {
    inputs: PROFILE,
    prepare: (directory) => symlinkSync('elsewhere', join(awsDirectory(directory), 'credentials')),
  },
  RUNNER_FILE_UNWRITABLE: { env: { GITHUB_ENV: '/none/env' } },
  COGNITO_REFUSED: {
    inputs: { 'cognito-identity-pool-id': 'us-east-1:1a2b3c4d-5e6f-4a1b-8c2d-444455556666' },
  },
};

/** The role of every step that names no other. */
export const PRINTED_ROLE = LONG;
