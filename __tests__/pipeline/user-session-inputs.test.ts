import { sharedCloud } from '../support/cloud.js';
import { DEPLOYER_KEYS } from '../support/roles.js';
import { runAction } from '../support/run-action.js';

const sandbox = sharedCloud();
const ROLE = 'arn:aws:iam::111122223333:role/deploy';
const DEVICE = 'arn:aws:iam::111122223333:mfa/legacy-deployer';
const UPLOAD =
  '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:PutObject","Resource":"*"}]}';
const SESSION = { ...DEPLOYER_KEYS, 'get-session-token': 'true' };
const FEDERATION = {
  ...DEPLOYER_KEYS,
  'federated-user-name': 'ci-upload',
  'inline-session-policy': UPLOAD,
};

describe('inputs that do not go together are refused before any request', () => {
  const NO_KEYS = { 'aws-access-key-id': '', 'aws-secret-access-key': '' };
  const MFA = { 'mfa-serial-number': DEVICE, 'mfa-token-code': '123456' };
  const CHAINED = { 'role-to-assume': ROLE, 'role-chain': ROLE };
  it.each<[string, Record<string, string>, string]>([
    [
      'both sessions',
      { ...FEDERATION, ...SESSION },
      'federated-user-name: cannot be combined with get-session-token: a session is either that of a federated user or that of the user.',
    ],
    [
      'a role beside the session of the user',
      { ...SESSION, 'role-to-assume': ROLE },
      'get-session-token: cannot be combined with role-to-assume: AssumeRole takes the access keys themselves, which are not exported then.',
    ],
    [
      'a role beside a federated user',
      { ...FEDERATION, 'role-to-assume': ROLE },
      'federated-user-name: cannot be combined with role-to-assume: a federated user cannot assume a role.',
    ],
    [
      'a chain beside a federated user',
      { ...FEDERATION, ...CHAINED },
      'federated-user-name: cannot be combined with role-to-assume and role-chain: a federated user cannot assume a role.',
    ],
    [
      'a chain alone beside a federated user',
      { ...FEDERATION, 'role-chain': ROLE },
      'federated-user-name: cannot be combined with role-chain: a federated user cannot assume a role.',
    ],
    [
      'a role with a token instead of keys',
      { ...SESSION, ...NO_KEYS, 'role-to-assume': ROLE },
      'get-session-token: cannot be combined with role-to-assume: AssumeRole takes the access keys themselves, which are not exported then.',
    ],
    [
      'keys that did not arrive',
      { ...SESSION, ...NO_KEYS },
      "get-session-token: requires a user's access keys (aws-access-key-id and aws-secret-access-key), but the identity source is environment (role-to-assume is not set). Is the secret set, and may this job see it?",
    ],
    [
      'another identity source',
      { ...FEDERATION, 'identity-source': 'github-oidc' },
      "federated-user-name: requires a user's access keys (aws-access-key-id and aws-secret-access-key), but the identity source is github-oidc (set by identity-source).",
    ],
    [
      'keys that are a session already',
      { ...SESSION, 'aws-session-token': 'token' },
      'get-session-token: requires long-lived access keys. With aws-session-token they are a session already, and STS makes no other of it.',
    ],
    [
      'a federated user without a session policy',
      { ...FEDERATION, 'inline-session-policy': '' },
      'federated-user-name: requires inline-session-policy or managed-session-policies: without a session policy the session may do nothing.',
    ],
    [
      'a session policy that nobody would apply',
      { ...SESSION, 'inline-session-policy': UPLOAD },
      'get-session-token: cannot be combined with inline-session-policy: GetSessionToken takes no session policy. federated-user-name does.',
    ],
    [
      'a session policy that nobody would apply with MFA',
      { ...DEPLOYER_KEYS, ...MFA, 'managed-session-policies': 'arn:aws:iam::aws:policy/ReadOnlyAccess' },
      'mfa-serial-number: without role-to-assume, cannot be combined with managed-session-policies: GetSessionToken takes no session policy. Use a role.',
    ],
    [
      'keys that are a session already, with MFA',
      { ...DEPLOYER_KEYS, ...MFA, 'aws-session-token': 'token' },
      'mfa-serial-number: without role-to-assume, requires long-lived access keys. With aws-session-token they are a session already, and STS makes no other of it.',
    ],
    [
      'MFA beside a federated user',
      { ...FEDERATION, 'mfa-serial-number': DEVICE, 'mfa-token-code': '123456' },
      'federated-user-name: cannot be combined with MFA: GetFederationToken takes no code.',
    ],
    [
      'credentials that are there already',
      { ...FEDERATION, 'use-existing-credentials': 'true' },
      'federated-user-name: cannot be combined with use-existing-credentials, which could keep other credentials instead.',
    ],
    [
      'a renewal of the session',
      { ...SESSION, 'refresh-credentials': 'true' },
      'refresh-credentials: cannot be combined with get-session-token, because a renewal would require storing the access keys. Ask for a longer session instead: role-duration-seconds, up to 129600.',
    ],
    [
      'a renewal of the session with MFA',
      {
        ...SESSION,
        'refresh-credentials': 'true',
        'mfa-serial-number': DEVICE,
        'mfa-token-code': '123456',
      },
      'refresh-credentials: cannot be combined with get-session-token, because a renewal would require storing the access keys, and an MFA code works only once. Ask for a longer session instead: role-duration-seconds, up to 129600.',
    ],
    [
      'a renewal of a federated user’s session',
      { ...FEDERATION, 'refresh-credentials': 'true' },
      'refresh-credentials: cannot be combined with federated-user-name, because a renewal would require storing the access keys. Ask for a longer session instead: role-duration-seconds, up to 129600.',
    ],
    [
      'more tags than a session may have',
      {
        ...FEDERATION,
        'custom-tags': JSON.stringify(
          Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`k${n}`, 'v'])),
        ),
      },
      "custom-tags: got 61, including the run's own tags; allowed: at most 50.",
    ],
    [
      'a session policy that is no policy, which is then all that is wrong',
      { ...FEDERATION, 'inline-session-policy': '[]' },
      'inline-session-policy: got "[]"; allowed: a policy document in JSON (an object).',
    ],
    [
      'more time for a role than any has, for keys',
      { ...DEPLOYER_KEYS, 'role-to-assume': ROLE, 'role-duration-seconds': '43201' },
      "role-duration-seconds: got 43201; allowed: 900 to 43200 seconds for AssumeRole, and at most the role's own maximum session duration.",
    ],
    [
      'more time for a role than any has, for a token',
      { 'role-to-assume': ROLE, 'role-duration-seconds': '129600' },
      "role-duration-seconds: got 129600; allowed: 900 to 43200 seconds for AssumeRoleWithWebIdentity, and at most the role's own maximum session duration.",
    ],
    [
      'more time for a chain than an hour',
      { ...CHAINED, 'role-duration-seconds': '129600' },
      'role-duration-seconds: got 129600; allowed: at most 3600 with role-chain, because AWS limits the session of a role that another role assumes to one hour.',
    ],
    [
      'more time than any session has',
      { ...SESSION, 'role-duration-seconds': '129601' },
      'role-duration-seconds: got "129601"; allowed: a whole number from 900 to 129600 seconds: at most 43200 for a role, and more only with get-session-token or federated-user-name.',
    ],
  ])('%s', async (_, inputs, message) => {
    const outcome = await runAction(inputs, sandbox);
    expect(outcome.error).toMatchObject({ code: 'INPUT_INVALID', message });
    expect(outcome.requests).toEqual([]);
    expect(outcome.files()).toEqual({ env: '', output: '', state: '' });
  });
});
