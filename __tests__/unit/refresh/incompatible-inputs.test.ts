import { incompatibleRefreshInputs, type RefreshInputs } from '../../../src/refresh/incompatible-inputs.js';

const INPUTS: RefreshInputs = {
  'refresh-credentials': true,
  'role-to-assume': 'arn:aws:iam::111122223333:role/deploy',
  'get-session-token': undefined,
  'federated-user-name': undefined,
  'mfa-serial-number': undefined,
  'output-env-credentials': undefined,
  'use-existing-credentials': undefined,
  'unset-current-credentials': undefined,
  'aws-profile': undefined,
  'overwrite-aws-profile': undefined,
};
const KEYS = { AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE' };

function problems(source: Parameters<typeof incompatibleRefreshInputs>[0]['source'], inputs = {}, env = {}) {
  return incompatibleRefreshInputs(
    { source, reason: 'x', tokenMissing: false },
    { ...INPUTS, ...inputs },
    env,
  );
}

describe('a refresh', () => {
  it.each(['github-oidc', 'web-identity-token-file', 'cognito', 'environment'] as const)(
    'goes with %s',
    (source) => {
      expect(problems(source)).toEqual([]);
    },
  );

  const secret = (what: string) =>
    `refresh-credentials: cannot be combined with ${what}, because a renewal would require storing a secret. Use github-oidc, web-identity-token-file, cognito, or credentials that the runner itself provides.`;

  it.each(['access-keys', 'saml'] as const)('does not go with %s', (source) => {
    expect(problems(source)).toEqual([secret(`${source} (x)`)]);
  });

  it('goes with the environment unless that means keys in variables', () => {
    expect(problems('environment', {}, KEYS)).toEqual([secret('access keys in the environment')]);
    expect(problems('environment', { 'unset-current-credentials': true }, KEYS)).toEqual([]);
    expect(problems('github-oidc', {}, KEYS)).toEqual([]);
  });

  it('does not count on keys being emptied where nothing is exported', () => {
    const inputs = { 'unset-current-credentials': true, 'output-env-credentials': false };
    expect(problems('environment', inputs, KEYS)).toHaveLength(1);
  });

  it.each([
    ['base', { AWS_PROFILE: 'base' }],
    ['base', { AWS_DEFAULT_PROFILE: 'base' }],
    ['default', {}],
  ])('is not its own source: the profile %s with %j', (name, env) => {
    const own = problems('environment', { 'aws-profile': name }, env);
    expect(own).toEqual([
      `refresh-credentials: its profile cannot be "${name}", which is where the environment's own credentials come from. Give aws-profile another name.`,
    ]);
    expect(problems('environment', { 'aws-profile': 'other' }, env)).toEqual([]);
    expect(problems('github-oidc', { 'aws-profile': name }, env)).toEqual([]);
  });

  it('needs a profile name that every SDK finds', () => {
    expect(problems('github-oidc', { 'aws-profile': 'café' })).toEqual([
      'refresh-credentials: the AWS SDK for JavaScript finds no profile "café" in the config file. Use letters, digits and _ @ + . % : - in aws-profile.',
    ]);
    expect(problems('github-oidc', { 'aws-profile': 'a_b@c+d.e%f:g-1' })).toEqual([]);
  });

  it.each<[Partial<RefreshInputs>, string]>([
    [{ 'role-to-assume': undefined }, 'requires role-to-assume, whose sessions it renews.'],
    [
      { 'mfa-serial-number': 'arn:aws:iam::111122223333:mfa/x' },
      'cannot be combined with MFA, because codes work only once.',
    ],
    [
      { 'output-env-credentials': true },
      'cannot be combined with output-env-credentials: true, because exported keys take precedence over the profile.',
    ],
    [
      { 'use-existing-credentials': true },
      'cannot be combined with use-existing-credentials, which would leave nothing to renew.',
    ],
  ])('does not go with %j', (inputs, why) => {
    expect(problems('github-oidc', inputs)).toEqual([`refresh-credentials: ${why}`]);
    expect(problems('github-oidc', { ...inputs, 'refresh-credentials': undefined })).toEqual([]);
  });

  it('goes with no exports at all', () => {
    expect(problems('github-oidc', { 'output-env-credentials': false })).toEqual([]);
  });
});
