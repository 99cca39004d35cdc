import { createHash } from 'node:crypto';
import type { AccountsFile, Cloud } from '../../sandbox/cloud.js';
import { startCloud } from '../support/cloud.js';
import { type Answer, unsigned } from '../support/sts-client.js';

const ROLE = 'arn:aws:iam::111122223333:role/saml-deploy';
const PROVIDER = 'arn:aws:iam::111122223333:saml-provider/octo-idp';
const START = Date.UTC(2026, 10, 20, 12);

let cloud: Cloud;
beforeAll(async () => {
  cloud = await startCloud({ now: () => START });
});
afterAll(() => cloud.close());

async function assume(SAMLAssertion: string, more: Record<string, string> = {}, on = cloud): Promise<Answer> {
  return unsigned(on, {
    Action: 'AssumeRoleWithSAML',
    RoleArn: ROLE,
    PrincipalArn: PROVIDER,
    SAMLAssertion,
    ...more,
  });
}

const denied = (action: string) => ({
  status: 403,
  code: 'AccessDenied',
  message: `Not authorized to perform ${action}`,
});

describe('the trust policy can ask', () => {
  const equals = (key: string, value: string) => ({ StringEquals: { [key]: value } });
  const BOTH = ['sts:AssumeRoleWithSAML', 'sts:TagSession'];
  it.each<[string, object, readonly string[], number | string]>([
    ['for the recipient', equals('SAML:aud', 'https://signin.aws.amazon.com/saml'), BOTH, 200],
    ['for the issuer', equals('SAML:iss', 'https://idp.example.com/saml'), BOTH, 200],
    [
      'for another issuer',
      equals('SAML:iss', 'https://idp.example.org/saml'),
      BOTH,
      'sts:AssumeRoleWithSAML',
    ],
    ['for the subject', equals('saml:sub', 'octocat'), BOTH, 200],
    ['for another subject', equals('saml:sub', 'hubot'), BOTH, 'sts:AssumeRoleWithSAML'],
    ['for the type of the subject', equals('saml:sub_type', 'persistent'), BOTH, 200],
    ['for the account and the provider', equals('saml:doc', '123456789012/idp'), BOTH, 200],
    [
      'for who is meant by the subject',
      equals(
        'saml:namequalifier',
        createHash('sha1').update('https://idp.example.com/saml123456789012/idp').digest('base64'),
      ),
      BOTH,
      200,
    ],
    ['for the session name', equals('sts:RoleSessionName', 'octocat'), BOTH, 200],
    ['for a tag', equals('aws:RequestTag/Team', 'platform'), BOTH, 200],
    ['for another value of a tag', equals('aws:RequestTag/Team', 'data'), BOTH, 'sts:AssumeRoleWithSAML'],
    ['without allowing tags', {}, ['sts:AssumeRoleWithSAML'], 'sts:TagSession'],
    [
      'for a web identity only',
      {},
      ['sts:AssumeRoleWithWebIdentity', 'sts:TagSession'],
      'sts:AssumeRoleWithSAML',
    ],
  ])('%s', async (_, Condition, Action, outcome) => {
    const PrincipalArn = 'arn:aws:iam::123456789012:saml-provider/idp';
    const RoleArn = 'arn:aws:iam::123456789012:role/deploy';
    const Statement = { Effect: 'Allow', Principal: { Federated: PrincipalArn }, Action, Condition };
    const accounts: AccountsFile = {
      accounts: {
        '123456789012': {
          samlProviders: { idp: { issuer: 'https://idp.example.com/saml' } },
          roles: { deploy: { trust: { Statement } } },
        },
      },
    };
    const other = await startCloud({ accounts });
    try {
      const assertion = await other.samlAssertion({ tags: { Team: 'platform' } });
      const answer = await assume(assertion, { PrincipalArn, RoleArn }, other);
      expect(answer).toMatchObject(typeof outcome === 'number' ? { status: outcome } : denied(outcome));
    } finally {
      await other.close();
    }
  });
});
