import { checkTrust } from '../../../../src/check-trust/check.js';
import { isBuiltIn, issuerOfProvider, providerArn } from '../../../../src/trust/oidc/issuer.js';

const COGNITO = 'cognito-identity.amazonaws.com';

it.each([
  [`https://${COGNITO}`, COGNITO],
  ['https://accounts.google.com', 'accounts.google.com'],
  ['https://www.amazon.com', 'www.amazon.com'],
  ['https://gitlab.com', 'arn:aws:iam::111122223333:oidc-provider/gitlab.com'],
])('the provider of %s is %s', (issuer, provider) => {
  expect(providerArn(issuer, '111122223333', 'aws')).toBe(provider);
  expect(isBuiltIn(issuer)).toBe(!provider.startsWith('arn:'));
});

it.each([
  [COGNITO, 'allow'],
  [`arn:aws:iam::111122223333:oidc-provider/${COGNITO}`, 'none'],
])('check-trust knows the token of an identity pool: the principal %s is %s', async (provider, decision) => {
  const claims = { iss: `https://${COGNITO}`, sub: 'us-east-1:5e6f', aud: 'us-east-1:1a2b' };
  const text = JSON.stringify({
    Version: '2012-10-17',
    Statement: {
      Effect: 'Allow',
      Principal: { Federated: provider },
      Action: 'sts:AssumeRoleWithWebIdentity',
      Condition: { StringEquals: { [`${COGNITO}:aud`]: claims.aud } },
    },
  });
  const { policies } = await checkTrust(
    [{ path: 'a.json', text }],
    [{ expected: 'allow', claims, label: 'pool' }],
  );
  expect(policies[0]?.verdicts[0]?.explanation.decision).toBe(decision);
});

const ARN = 'arn:aws:iam::111122223333:oidc-provider/gitlab.com';

it.each([
  [ARN, 'gitlab.com'],
  [`${ARN}/a/b`, 'gitlab.com/a/b'],
  [ARN.replace('aws', 'aws-cn'), 'gitlab.com'],
  [`${ARN}\n`, undefined],
  [` ${ARN}`, undefined],
  [ARN.replace('3:', ':'), undefined],
  [ARN.replace('3:', '33:'), undefined],
  [ARN.replace('gitlab.com', ''), undefined],
  [ARN.replace('oidc', 'saml'), undefined],
])('the issuer of the provider %j is %s', (arn, issuer) => {
  expect(issuerOfProvider(arn)).toBe(issuer);
});
