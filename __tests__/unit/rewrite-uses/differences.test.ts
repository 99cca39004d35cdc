import { parseReference } from '../../../src/rewrite-uses/reference.js';
import { rewrite } from '../../../src/rewrite-uses/rewrite.js';

const THEIRS = 'aws-actions/configure-aws-credentials';
const rewriting = { from: THEIRS, to: parseReference('octo-org/assume-aws-role@v1'), isBack: false };
const COMMIT = '7474bc4690e29a8392af63c5b98e7449536d5c3a';
const KEYS = 'aws-access-key-id: AKIA1, aws-secret-access-key: key';
const ROLE = 'role-to-assume: arn:aws:iam::111122223333:role/deploy';

/** What is said about one step, with the given ref and inputs. */
async function remarks(ref: string, inputs: string): Promise<string> {
  const text = `on: push\njobs:\n  a:\n    steps:\n      - with: {${inputs}}\n        uses: ${THEIRS}@${ref}\n`;
  const { remarks: found } = await rewrite(text, rewriting);
  return found.map(({ level, text: said }) => `${level}: ${said}`).join('\n');
}

const MASKED = /warning: before version 3, the account ID was masked/;
const HOURS = /warning: before version 3, this session lasted 6 hours/;
const TAGS = /note: since version 6\.2, the session has up to six more tags/;

describe('a step of configure-aws-credentials', () => {
  it.each([
    ['v1', KEYS, MASKED],
    ['v2', KEYS, MASKED],
    [`${COMMIT} # v2.2.0`, KEYS, MASKED],
    [`${COMMIT} # tag=v2`, KEYS, MASKED],
    ['v2', `${KEYS}, ${ROLE}`, HOURS],
    ['v5', `${KEYS}, ${ROLE}`, TAGS],
    ['v6.1.3', `role-chaining: true, ${ROLE}`, TAGS],
    [COMMIT, KEYS, /note: the reference does not say which version it is/],
    ['main', KEYS, /note: the reference does not say which version it is/],
    ['v6', `${KEYS}, web-identity-token-file: a`, /warning: access keys and a token file are given/],
    ['v6', 'aws-secret-access-key: key', /warning: aws-secret-access-key without/],
    ['v6', 'web-identity-token-file: a', /warning: web-identity-token-file without role-to-assume/],
    ['v6', 'use-existing-credentials: true', /warning: use-existing-credentials keeps/],
    ['v6', 'use-existing-credentials: false', /warning: use-existing-credentials: false means false here/],
    ['v6', `force-skip-oidc: true, ${ROLE}`, /warning: force-skip-oidc with a role alone/],
    ['v6', `role-session-name: auto, ${ROLE}`, /warning: role-session-name: auto/],
    ['v6', `role-external-id: abc, ${ROLE}`, /note: role-external-id, .* are not sent with a web identity/],
    [
      'v6',
      "mask-aws-account-id: 'no'",
      /warning: the value of mask-aws-account-id is refused here; allowed: true or false\./,
    ],
    ['v6', 'aws-region: us-east-1a b', /warning: the value of aws-region is refused here/],
    ['v6', 'custom-tags: \'{"aws:a": "b"}\'', /warning: the value of custom-tags is refused here; .*aws:/],
    [
      'v6',
      'allowed-account-id: 1',
      /warning: allowed-account-id: there is no such input; did you mean allowed-account-ids/,
    ],
    ['v6', 'run: echo hi', /warning: configure-aws-credentials ignores run; here it takes effect\./],
    ['v6', 'region: us-east-1', /note: There is no input region.*Did you mean aws-region/],
  ])('%s with {%s}', async (ref, inputs, remark) => {
    expect(await remarks(ref, inputs)).toMatch(remark);
  });

  it.each([
    ['v6', `aws-region: us-east-1, ${ROLE}, role-duration-seconds: 900`],
    ['v6.2.0', `role-chaining: true, ${ROLE}`],
    ['v5', `${KEYS}, ${ROLE}, role-skip-session-tagging: true`],
    ['v2', `mask-aws-account-id: true, aws-region: "\${{ vars.REGION }}"`],
    ['v4', 'use-existing-credentials: false'],
    ['v6', `role-external-id: abc, ${ROLE}, role-chaining: true`],
    ['v6', `aws-region: '', ${ROLE}`],
    ['v6', 'allowed-account-ids: [1]'],
  ])('%s with {%s} needs no look', async (ref, inputs) => {
    expect(await remarks(ref, inputs)).toBe('');
  });

  it('has no session of six hours with a session token, a duration, or a chain', async () => {
    const lasting = [KEYS, 'role-duration-seconds: 900', 'aws-session-token: a', 'role-chaining: true'];
    const said = await Promise.all(
      lasting.map((one) => remarks('v2', `${one === KEYS ? '' : `${KEYS}, `}${one}, ${ROLE}`)),
    );
    expect(said.map((text) => HOURS.test(text))).toEqual([true, false, false, false]);
  });

  it('does not have its keys repeated', async () => {
    const said = await remarks('v6', 'aws-access-key-id: AKIA1, aws-secret-access-key: "hid den"');
    expect(said).toMatch(/the value of aws-secret-access-key is refused here/);
    expect(said).not.toContain('hid');
  });
});
