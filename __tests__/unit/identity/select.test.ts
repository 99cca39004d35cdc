import { selectSource } from '../../../src/identity/select.js';
import { type ParsedInputs, readInputs } from '../../../src/inputs/inputs.js';
import { recordedRunner } from '../../support/recorded-runner.js';

/** Inputs of which none is set but the Region. */
const nothing = readInputs(recordedRunner({ AWS_REGION: 'us-east-1' }).runner);
const role = { 'role-to-assume': 'arn:aws:iam::111122223333:role/x' };
const key = { 'aws-access-key-id': 'AKIA' };
const pool = { 'cognito-identity-pool-id': 'us-east-1:1' };
const file = { 'web-identity-token-file': 'token' };

describe('where the first identity comes from', () => {
  it.each<[Partial<ParsedInputs>, boolean, string, boolean, string]>([
    [{}, true, 'environment', false, 'role-to-assume is not set'],
    [{}, false, 'environment', false, 'role-to-assume is not set'],
    [role, true, 'github-oidc', false, 'role-to-assume is set and the job can request a token'],
    [role, false, 'environment', true, 'role-to-assume is set, but the job cannot request a token'],
    [{ ...role, ...key }, true, 'access-keys', false, 'aws-access-key-id is set'],
    [key, false, 'access-keys', false, 'aws-access-key-id is set'],
    [
      { ...role, ...key, ...file, 'role-chaining': true },
      true,
      'access-keys',
      false,
      'aws-access-key-id is set',
    ],
    [{ ...role, ...file }, true, 'web-identity-token-file', false, 'web-identity-token-file is set'],
    [
      { ...role, ...file, 'role-chaining': true },
      true,
      'web-identity-token-file',
      false,
      'web-identity-token-file is set',
    ],
    [{ ...role, 'role-chaining': true }, true, 'environment', false, 'role-chaining is set'],
    [
      { ...role, 'role-chaining': false },
      true,
      'github-oidc',
      false,
      'role-to-assume is set and the job can request a token',
    ],
    [{ ...role, 'force-skip-oidc': true }, true, 'environment', false, 'force-skip-oidc is set'],
    [{ ...role, 'force-skip-oidc': true }, false, 'environment', false, 'force-skip-oidc is set'],
    [{ ...role, 'saml-assertion': 'PHg+' }, true, 'saml', false, 'saml-assertion is set'],
    [{ ...role, ...pool }, false, 'cognito', true, 'cognito-identity-pool-id is set'],
    [{ ...role, ...key, 'identity-source': 'auto' }, true, 'access-keys', false, 'aws-access-key-id is set'],
    [
      { ...role, ...key, 'identity-source': 'github-oidc' },
      true,
      'github-oidc',
      false,
      'set by identity-source',
    ],
    [{ ...role, 'identity-source': 'github-oidc' }, false, 'github-oidc', true, 'set by identity-source'],
    [{ ...role, 'identity-source': 'environment' }, false, 'environment', false, 'set by identity-source'],
  ])(
    'inputs %j, token to be had: %s → %s (token missing: %s): %s',
    async (inputs, mayRequest, source, tokenMissing, reason) => {
      const choice = selectSource({ ...(await nothing), ...inputs }, mayRequest);
      expect(choice).toEqual({ source, tokenMissing, reason });
    },
  );
});
