import { compareOthers } from '../../../src/check-trust/other-principals.js';
import { parseTrustPolicy } from '../../../src/trust/language/parse.js';
import { PROVIDER } from '../../support/trust-policies.js';

const statement = (Principal: unknown, more: object = {}) => ({
  Effect: 'Allow',
  Principal,
  Action: 'sts:AssumeRole',
  ...more,
});
const policy = (...Statement: readonly unknown[]) =>
  parseTrustPolicy(JSON.stringify({ Version: '2012-10-17', Statement }));
const role = (name: string) => statement({ AWS: `arn:aws:iam::111122223333:role/${name}` });
const said = (names: string) => `Statements about ${names} have changed; only tokens of GitHub are compared.`;
const A = '"AWS arn:aws:iam::111122223333:role/a"';

describe('statements about other principals', () => {
  it.each([
    [
      'the same in another order',
      policy(role('a'), role('b')),
      policy(role('b'), role('a')),
      undefined,
      undefined,
    ],
    ['new', policy(), policy(role('a')), said(A), undefined],
    ['gone', policy(role('a')), policy(), undefined, said(A)],
    [
      'GitHub’s alone',
      policy(),
      policy(statement({ Federated: PROVIDER }, { Action: 'sts:AssumeRoleWithWebIdentity' })),
      undefined,
      undefined,
    ],
    [
      'of another provider, beside GitHub',
      policy(),
      policy(statement({ Federated: [PROVIDER, 'arn:aws:iam::111122223333:saml-provider/x'] })),
      said('"Federated arn:aws:iam::111122223333:saml-provider/x"'),
      undefined,
    ],
    ['everyone', policy(), policy(statement('*')), said('"*"'), undefined],
    [
      'a Deny that is gone',
      policy(role('a'), { ...role('a'), Effect: 'Deny' }),
      policy(role('a')),
      said(A),
      undefined,
    ],
    [
      'all but some',
      policy(),
      policy({
        Effect: 'Deny',
        NotPrincipal: { AWS: 'arn:aws:iam::111122223333:role/a' },
        Action: 'sts:AssumeRole',
      }),
      undefined,
      said('"all but AWS arn:aws:iam::111122223333:role/a"'),
    ],
    [
      'with another condition',
      policy({ ...role('a'), Condition: { StringEquals: { 'sts:ExternalId': 'x' } } }),
      policy(role('a')),
      said(A),
      said(A),
    ],
    [
      'many',
      policy(),
      policy(statement({ Service: ['a', 'b', 'c', 'd', 'e'].map((one) => `${one}.amazonaws.com`) })),
      said('"Service a.amazonaws.com", "Service b.amazonaws.com", "Service c.amazonaws.com" and 2 more'),
      undefined,
    ],
  ])('are compared: %s', (_, before, after, gained, lost) => {
    expect(compareOthers(before, after)).toEqual({ gained, lost });
  });
});
