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

  it.each(['access-keys', 'saml'] as const)('does not go with %s', (source) => {
    expect(problems(source)).toEqual([expect.stringMatching(/a renewal would require storing a secret/)]);
  });

  it('goes with the environment unless that means keys in variables', () => {
    expect(problems('environment', {}, KEYS)).toHaveLength(1);
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
    expect(own).toEqual([expect.stringContaining(`its profile cannot be "${name}"`)]);
    expect(problems('environment', { 'aws-profile': 'other' }, env)).toEqual([]);
    expect(problems('github-oidc', { 'aws-profile': name }, env)).toEqual([]);
  });

  it('needs a profile name that every SDK finds', () => {
    expect(problems('github-oidc', { 'aws-profile': 'café' })).toEqual([expect.stringContaining('"café"')]);
    expect(problems('github-oidc', { 'aws-profile': 'a_b@c+d.e%f:g-1' })).toEqual([]);
  });

  it.each([
    { 'role-to-assume': undefined },
    { 'mfa-serial-number': 'arn:aws:iam::111122223333:mfa/x' },
    { 'output-env-credentials': true },
    { 'use-existing-credentials': true },
  ])('does not go with %j', (inputs) => {
    expect(problems('github-oidc', inputs)).toHaveLength(1);
    expect(problems('github-oidc', { ...inputs, 'refresh-credentials': undefined })).toEqual([]);
  });

  it('goes with no exports at all', () => {
    expect(problems('github-oidc', { 'output-env-credentials': false })).toEqual([]);
  });
});
