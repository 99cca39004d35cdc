import { selectSource } from '../../../src/identity/select.js';
import { type ParsedInputs, readInputs } from '../../../src/inputs/inputs.js';
import { recordedRunner } from '../../support/recorded-runner.js';

/** Inputs of which none is set but the Region. */
const nothing = readInputs(recordedRunner({ AWS_REGION: 'us-east-1' }).runner);
const role = { 'role-to-assume': 'arn:aws:iam::111122223333:role/x' };
const key = { 'aws-access-key-id': 'AKIA' };
const file = { 'web-identity-token-file': 'token' };

describe('where the first identity comes from', () => {
  it.each<[Partial<ParsedInputs>, boolean, string, boolean]>([
    [{}, true, 'environment', false],
    [{}, false, 'environment', false],
    [role, true, 'github-oidc', false],
    [role, false, 'environment', true],
    [{ ...role, ...key }, true, 'access-keys', false],
    [key, false, 'access-keys', false],
    [{ ...role, ...key, ...file, 'role-chaining': true }, true, 'access-keys', false],
    [{ ...role, ...file }, true, 'web-identity-token-file', false],
    [{ ...role, ...file, 'role-chaining': true }, true, 'web-identity-token-file', false],
    [{ ...role, 'role-chaining': true }, true, 'environment', false],
    [{ ...role, 'role-chaining': false }, true, 'github-oidc', false],
    [{ ...role, 'force-skip-oidc': true }, true, 'environment', false],
    [{ ...role, 'force-skip-oidc': true }, false, 'environment', false],
    [{ ...role, ...key, 'identity-source': 'auto' }, true, 'access-keys', false],
    [{ ...role, ...key, 'identity-source': 'github-oidc' }, true, 'github-oidc', false],
    [{ ...role, 'identity-source': 'github-oidc' }, false, 'github-oidc', true],
    [{ ...role, 'identity-source': 'environment' }, false, 'environment', false],
  ])(
    'inputs %j, token to be had: %s → %s (token missing: %s)',
    async (inputs, mayRequest, source, tokenMissing) => {
      const choice = selectSource({ ...(await nothing), ...inputs }, mayRequest);
      expect(choice).toEqual({ source, tokenMissing, reason: expect.stringMatching(/\w/) });
    },
  );
});
