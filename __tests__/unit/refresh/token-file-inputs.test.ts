import type { ParsedInputs } from '../../../src/inputs/inputs.js';
import { RULES } from '../../../src/inputs/rules.js';
import { incompatibleTokenFileInputs } from '../../../src/refresh/token-file-inputs.js';
import { DEPLOY } from '../../support/roles.js';

const NONE = Object.fromEntries(Object.keys(RULES).map((name) => [name, undefined])) as ParsedInputs;
const OIDC = { source: 'github-oidc', reason: 'x', tokenMissing: false } as const;

const problems = (inputs: Partial<ParsedInputs>, env = {}, selection: typeof OIDC | object = OIDC) =>
  incompatibleTokenFileInputs(
    { ...OIDC, ...selection },
    { ...NONE, 'role-to-assume': DEPLOY, ...inputs },
    env,
  );

describe('a token file', () => {
  it('goes with one role and GitHub’s token', () => {
    expect(problems({ 'use-existing-credentials': false })).toEqual([]);
  });

  it.each([
    [{ 'role-to-assume': undefined }, {}, {}, /requires role-to-assume/],
    [{}, {}, { source: 'environment' }, /needs GitHub's token, and the identity source is environment \(x\)/],
    [{ 'role-chain': [] }, {}, {}, /role-chain, because the tools assume/],
    [{ 'inline-session-policy': '{}' }, {}, {}, /inline-session-policy, because/],
    [{ 'refresh-credentials': true }, {}, {}, /combined with refresh-credentials\.$/],
    [{ 'output-env-credentials': false }, {}, {}, /output-env-credentials: false/],
    [{}, { AWS_DEFAULT_PROFILE: 'a' }, {}, /AWS_DEFAULT_PROFILE is set in this job/],
  ])('does not go with %j, %j, %j', (inputs, env, selection, why) => {
    expect(problems(inputs, env, selection)).toEqual([expect.stringMatching(why)]);
  });
});
