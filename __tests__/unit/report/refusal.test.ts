import { Credentials, type Identity } from '../../../src/credentials.js';
import { ActionError } from '../../../src/errors.js';
import { explainRefusal, type RefusalContext } from '../../../src/report/refusal.js';

const KEYS: Identity = {
  kind: 'aws',
  credentials: new Credentials({ accessKeyId: 'AKIA', secretAccessKey: 'x' }),
};
const TOKEN: Identity = {
  kind: 'web-identity',
  token: 'a.b.c',
  claims: { iss: 'https://cognito-identity.amazonaws.com', aud: ['pool', 'other'], sub: 'us-east-1:id' },
  origin: { iss: 'https://token.actions.githubusercontent.com', sub: 'repo:o/r:ref:refs/heads/main' },
  expiresAtMs: undefined,
};
const DENIED = new ActionError('ACCESS_DENIED', 'AccessDenied: No.', { awsCode: 'AccessDenied', hint: '' });

function hintFor(caller: Identity, more: Partial<RefusalContext> = {}, error = DENIED): string | undefined {
  return refusalOf(error, caller, more).hint;
}

function refusalOf(error: ActionError, caller = KEYS, more: Partial<RefusalContext> = {}): ActionError {
  return explainRefusal(error, {
    roleArn: 'arn:aws:iam::111122223333:role/deploy',
    hop: 1,
    hops: 1,
    caller,
    callerArn: undefined,
    callerRoleArn: undefined,
    keys: [],
    asked: { tags: 0, inheritedTags: 0, sourceIdentity: false, externalId: false, mfa: false },
    largest: [],
    source: 'auto',
    reason: 'a test',
    ...more,
  });
}

describe('a refusal', () => {
  it('of an exchanged token tells its claims and those of GitHub’s', () => {
    const hint = hintFor(TOKEN);
    expect(hint).toContain('\naud: ["pool","other"]\n');
    expect(hint).toContain("\nGitHub's sub: repo:o/r:ref:refs/heads/main\n");
    expect(hint).toContain('\nref: (absent)\n');
  });

  it('of a token that is no JWT tells no claims', () => {
    expect(hintFor({ ...TOKEN, claims: undefined, origin: undefined })).not.toContain('iss:');
  });

  it('of an assertion says what must trust it', () => {
    expect(hintFor({ kind: 'saml', assertion: 'x', providerArn: 'y' })).toMatch(
      /sts:AssumeRoleWithSAML to this SAML provider/,
    );
  });

  it.each([
    [
      { tags: 0, inheritedTags: 0, sourceIdentity: false, externalId: false, mfa: false },
      /allow sts:AssumeRole on .* The call had no external id and no MFA code\./,
    ],
    [
      { tags: 2, inheritedTags: 1, sourceIdentity: true, externalId: true, mfa: true },
      /allow sts:AssumeRole, sts:TagSession \(the call has 2 tags and the session inherits 1\) and sts:SetSourceIdentity on .* The call had an external id and an MFA code\./,
    ],
  ])('of keys says what both sides must allow for %j', (asked, hint) => {
    expect(hintFor(KEYS, { asked })).toMatch(hint);
  });

  it('of a session that is too large names what it is made of', () => {
    const error = new ActionError('SESSION_TOO_LARGE', 'PackedPolicyTooLarge: 101%.', {
      hint: 'Less.',
      awsCode: 'PackedPolicyTooLarge',
    });
    expect(hintFor(KEYS, { largest: ['the tag "A" (9 characters)'] }, error)).toMatch(
      /^Less\. The largest are the tag "A"/,
    );
  });

  it('names who made the call, where that is known', () => {
    const callerArn = 'arn:aws:sts::111122223333:assumed-role/hub/build';
    expect(hintFor(KEYS, { callerArn })).toContain(`\nCaller: ${callerArn}\n`);
    expect(hintFor(KEYS)).not.toContain('Caller:');
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
    [{ tags: 3, inheritedTags: 0, sourceIdentity: false }, 'sts:TagSession (the call has 3 tags)'],
  ])('of keys names the tags of %j alone', (asked, action) => {
    expect(hintFor(KEYS, { asked: { ...asked, externalId: false, mfa: false } })).toContain(
      `allow sts:AssumeRole and ${action} on`,
    );
  });

  it('that nobody has advice for has none, and no empty line for it', () => {
    expect(hintFor(KEYS, {}, new ActionError('THROTTLED', 'No.'))).toBe('');
    const largest = ['the tag "A" (9 characters)'];
    expect(hintFor(KEYS, { largest }, new ActionError('SESSION_TOO_LARGE', 'No.'))?.trim()).toBe(
      'The largest are the tag "A" (9 characters).',
    );
  });

  it('that AWS did not speak tells who asked to nobody', () => {
    expect(hintFor(TOKEN, {}, new ActionError('NETWORK_FAILED', 'No.', { hint: 'Reach it.' }))).toBe(
      'Reach it.',
    );
  });
});
