import { Credentials, type Identity } from '../../../src/core/credentials.js';
import { ActionError, type ErrorCode } from '../../../src/core/errors.js';
import { SOURCES } from '../../../src/identity/sources.js';
import type { SourceName } from '../../../src/inputs/source-names.js';
import type { CallContext } from '../../../src/report/call-context.js';
import { withCallContext } from '../../../src/report/refusal.js';

const KEYS: Identity = {
  kind: 'aws',
  credentials: new Credentials({ accessKeyId: 'AKIA', secretAccessKey: 'x' }),
};
const ISSUER = 'https://token.actions.githubusercontent.com';
const TOKEN: Identity = {
  kind: 'web-identity',
  token: 'a.b.c',
  claims: { iss: 'https://cognito-identity.amazonaws.com', aud: ['pool', 'other'], sub: 'us-east-1:id' },
  origin: { iss: 'https://token.actions.githubusercontent.com', sub: 'repo:o/r:ref:refs/heads/main' },
  expiresAtMs: undefined,
};
const DENIED = new ActionError('ACCESS_DENIED', 'AccessDenied: No.', { awsCode: 'AccessDenied', hint: '' });

function hintFor(caller: Identity, more: Partial<CallContext> = {}, error = DENIED): string | undefined {
  return refusalOf(error, caller, more).hint;
}

function refusalOf(error: ActionError, caller = KEYS, more: Partial<CallContext> = {}): ActionError {
  return withCallContext(error, {
    roleArn: 'arn:aws:iam::111122223333:role/deploy',
    hop: 1,
    hops: 1,
    caller,
    callerArn: undefined,
    callerRoleArn: undefined,
    keys: [],
    extras: { tags: 0, inheritedTags: 0, sourceIdentity: false, externalId: false, mfa: false },
    largest: [],
    duration: { seconds: 3600, input: 'role-duration-seconds' },
    source: 'auto',
    reason: 'a test',
    token: undefined,
    ...more,
  });
}

describe('a refusal', () => {
  it('of an exchanged token has its claims and those of GitHub’s, where only the absent ones of GitHub’s count', () => {
    expect([...refusalOf(DENIED, TOKEN).facts]).toEqual([
      ['Identity source', 'auto (a test)'],
      ['iss', 'https://cognito-identity.amazonaws.com'],
      ['sub', 'us-east-1:id'],
      ['aud', '["pool","other"]'],
      ["GitHub's iss", 'https://token.actions.githubusercontent.com'],
      ["GitHub's sub", 'repo:o/r:ref:refs/heads/main'],
      ["GitHub's aud", '(absent)'],
      ["GitHub's ref", '(absent)'],
      ["GitHub's environment", '(absent)'],
      ["GitHub's job_workflow_ref", '(absent)'],
    ]);
  });

  it("of GitHub's own token has the file of the workflow among the claims", () => {
    const claims = {
      iss: ISSUER,
      sub: 's',
      aud: 'a',
      job_workflow_ref: 'o/r/.github/workflows/x.yml@refs/heads/main',
    };
    const { facts } = refusalOf(
      DENIED,
      { ...TOKEN, claims, origin: undefined },
      {
        source: 'github-oidc',
        token: SOURCES['github-oidc'].token,
      },
    );
    expect(facts.get('job_workflow_ref')).toBe('o/r/.github/workflows/x.yml@refs/heads/main');
  });

  it('in which AWS names the policy has its ARN, and no other has one', () => {
    const arn = 'arn:aws:organizations::999999999999:policy/o-a1b2c3d4e5/service_control_policy/p-12345678';
    const refused = (reason: string) =>
      new ActionError(
        'ACCESS_DENIED',
        `AccessDenied: User: a is not authorized to perform: sts:AssumeRole on resource: b with an explicit deny in a service control policy${reason}.`,
        { awsCode: 'AccessDenied', hint: '' },
      );
    expect(hintFor(KEYS, {}, refused(`: ${arn}`))).toMatch(
      new RegExp(`^AWS names .* The policy is ${arn}\\.$`),
    );
    expect(hintFor(KEYS, {}, refused(''))).not.toContain('The policy is');
  });

  it('of a token that is not a JWT has no claims', () => {
    const { facts } = refusalOf(DENIED, { ...TOKEN, claims: undefined, origin: undefined });
    expect([...facts.keys()]).toEqual(['Identity source']);
  });

  it('that has nothing to do with the claims does not list them', () => {
    const error = new ActionError('REQUEST_INVALID', 'No.', { awsCode: 'ValidationError' });
    expect([...refusalOf(error, TOKEN).facts.keys()]).toEqual(['Identity source']);
  });

  it('of an assertion says what must trust it', () => {
    expect(hintFor({ kind: 'saml', assertion: 'x', providerArn: 'y' })).toMatch(
      /sts:AssumeRoleWithSAML for this SAML provider/,
    );
  });

  it.each([
    [
      { tags: 0, inheritedTags: 0, sourceIdentity: false, externalId: false, mfa: false },
      /allow sts:AssumeRole on .* The call had no external ID and no MFA code\./,
    ],
    [
      { tags: 2, inheritedTags: 1, sourceIdentity: true, externalId: true, mfa: true },
      /allow sts:AssumeRole, sts:TagSession \(the call sends 2 tags and the session inherits 1\) and sts:SetSourceIdentity on .* The call had an external ID and an MFA code\./,
    ],
  ])('of keys says what both sides must allow for %j', (extras, hint) => {
    expect(hintFor(KEYS, { extras })).toMatch(hint);
  });

  it('of a session that is too large names what it is made of', () => {
    const error = new ActionError('SESSION_TOO_LARGE', 'PackedPolicyTooLarge: 101%.', {
      hint: 'Less.',
      awsCode: 'PackedPolicyTooLarge',
    });
    expect(hintFor(KEYS, { largest: ['the tag "A" (9 characters)'] }, error)).toMatch(
      /^Less\. The largest parts are the tag "A"/,
    );
  });

  it('names who made the call, where that is known', () => {
    const callerArn = 'arn:aws:sts::111122223333:assumed-role/hub/build';
    expect(refusalOf(DENIED, KEYS, { callerArn }).facts.get('Caller')).toBe(callerArn);
    expect(refusalOf(DENIED, KEYS).facts.has('Caller')).toBe(false);
  });

  it('of keys that say nothing of themselves is explained for the caller that STS names', () => {
    const told = 'AccessDenied: User: arn:aws:iam::111122223333:user/bob is not authorized to perform: sts:X';
    expect(refusalOf(new ActionError('ACCESS_DENIED', told)).refusal?.callerArn).toBe(
      'arn:aws:iam::111122223333:user/bob',
    );
    expect(refusalOf(DENIED).refusal?.callerArn).toBeUndefined();
  });

  it.each([
    [{ tags: 0, inheritedTags: 2, sourceIdentity: false }, 'sts:TagSession (the session inherits 2)'],
    [{ tags: 3, inheritedTags: 0, sourceIdentity: false }, 'sts:TagSession (the call sends 3 tags)'],
  ])('of keys names the tags of %j alone', (extras, action) => {
    expect(hintFor(KEYS, { extras: { ...extras, externalId: false, mfa: false } })).toContain(
      `allow sts:AssumeRole and ${action} on`,
    );
  });

  it('that nobody has advice for has none, and no empty line for it', () => {
    expect(hintFor(KEYS, {}, new ActionError('THROTTLED', 'No.'))).toBe('');
    const largest = ['the tag "A" (9 characters)'];
    expect(hintFor(KEYS, { largest }, new ActionError('SESSION_TOO_LARGE', 'No.'))?.trim()).toBe(
      'The largest parts are the tag "A" (9 characters).',
    );
  });

  it('that is the network’s, not AWS’s, does not say who called', () => {
    const error = refusalOf(new ActionError('NETWORK_FAILED', 'No.', { hint: 'Reach it.' }), TOKEN);
    expect([error.hint, [...error.facts]]).toEqual(['Reach it.', []]);
  });
});

describe('the advice for a token that STS rejected', () => {
  const rejected = (message: string, code: ErrorCode = 'TOKEN_REJECTED') =>
    new ActionError(code, message, { awsCode: 'InvalidIdentityToken', hint: 'In general.' });
  const of = (error: ActionError, aud: unknown, source: SourceName, iss: unknown = ISSUER) =>
    hintFor(
      { kind: 'web-identity', token: 'a.b.c', claims: { iss, aud }, expiresAtMs: undefined },
      { source, token: SOURCES[source].token },
      error,
    );
  const WRONG = rejected('InvalidIdentityToken: Incorrect token audience.');
  const NONE = rejected('InvalidIdentityToken: No OpenIDConnect provider found in your account for x.');
  const ADD = `aws iam add-client-id-to-open-id-connect-provider --open-id-connect-provider-arn arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com --client-id`;

  it.each<[string, string, SourceName, string]>([
    [
      'another audience',
      'sigstore',
      'github-oidc',
      'Remove the input audience, whose default is sts.amazonaws.com',
    ],
    ['the usual audience', 'sts.amazonaws.com', 'github-oidc', 'Set the input audience to one of them'],
    [
      'an audience in a file',
      'x',
      'web-identity-token-file',
      'Request the token in web-identity-token-file for one',
    ],
  ])('with %s names what to change, and the command', (_, aud, source, change) => {
    expect(of(WRONG, aud, source)).toContain(
      `The token's audience "${aud}" is not among the client IDs of the OIDC provider in account 111122223333. ${change}`,
    );
    expect(of(WRONG, aud, source)).toContain(`\`${ADD} ${aud}\``);
  });

  it('in an account without the provider is the command that creates it', () => {
    expect(of(NONE, 'sts.amazonaws.com', 'github-oidc')).toContain(
      'account 111122223333: `aws iam create-open-id-connect-provider --url https://token.actions.githubusercontent.com --client-id-list sts.amazonaws.com`.',
    );
  });

  it.each(['$(id)', '; id', '--x', 'a b', "'"])('has no command with the claim %j in it', (aud) => {
    expect(of(NONE, aud, 'github-oidc')).toContain('--client-id-list AUDIENCE`');
    expect(of(WRONG, aud, 'github-oidc')).toContain('--client-id AUDIENCE`');
  });

  it('is the general one where STS names neither, or the provider is built in', () => {
    expect(of(rejected('InvalidIdentityToken: x'), 'a', 'github-oidc')).toBe('In general.');
    expect(of(WRONG, 'a', 'cognito')).toBe('In general.');
    expect(of(WRONG, 'a', 'github-oidc', 7)).toBe('In general.');
    expect(of(WRONG, undefined, 'github-oidc')).toContain("The token's audience is not among");
  });

  it('from a file says that the file was not renewed, once the token has expired', () => {
    const expired = rejected('ExpiredToken: x', 'TOKEN_EXPIRED');
    expect(of(expired, 'a', 'web-identity-token-file')).toContain('so it was not renewed');
    expect(of(expired, 'a', 'github-oidc')).toBe('In general.');
  });
});

describe('the advice for a session that would be too long', () => {
  const refused = (message: string) =>
    new ActionError('REQUEST_INVALID', message, { awsCode: 'ValidationError', hint: 'In general.' });

  it.each([
    ['role-duration-seconds', 43_200],
    ['role-chain: item 1: duration-seconds', 3_600],
  ])("names %s and the role's maximum", (input, seconds) => {
    const error = refused('The requested DurationSeconds exceeds the MaxSessionDuration set for this role.');
    expect(hintFor(TOKEN, { duration: { input, seconds } }, error)).toBe(
      `${input} asks for ${seconds} seconds, more than the role's maximum session duration (MaxSessionDuration, 3600 unless it was changed). Ask for less, or raise the maximum: \`aws iam update-role --role-name deploy --max-session-duration ${seconds}\`.`,
    );
  });

  it('names the hour that AWS allows where a role assumes a role', () => {
    const error = refused(
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining',
    );
    expect(hintFor(KEYS, { duration: { input: 'role-duration-seconds', seconds: 7_200 } }, error)).toContain(
      "role-duration-seconds asks for 7200 seconds. AWS limits the session of a role that is assumed with another session's credentials to 3600",
    );
  });

  it('is the general one for anything else that STS does not accept', () => {
    expect(hintFor(KEYS, {}, refused('RoleSessionName is wrong'))).toBe('In general.');
  });
});
