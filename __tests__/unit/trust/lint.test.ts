import { readFileSync } from 'node:fs';
import { lintTrust, RULES } from '../../../src/trust/lint.js';
import { parseTrustPolicy } from '../../../src/trust/parse.js';
import { PROVIDER } from './support.js';

const HOST = 'token.actions.githubusercontent.com';
const SUB = `${HOST}:sub`;
const AUD = { [`${HOST}:aud`]: 'sts.amazonaws.com' };
const GOOD = 'repo:octo-org@65/octo-repo@74:ref:refs/heads/main';

const statement = (more: object = {}) => ({
  Effect: 'Allow',
  Principal: { Federated: PROVIDER },
  Action: 'sts:AssumeRoleWithWebIdentity',
  Condition: { StringEquals: { ...AUD, [SUB]: GOOD } },
  ...more,
});
const like = (pattern: string, more: object = {}) =>
  statement({ Condition: { StringEquals: { ...AUD, ...more }, StringLike: { [SUB]: pattern } } });
const equals = (more: object) => statement({ Condition: { StringEquals: { ...AUD, [SUB]: GOOD, ...more } } });
const aws = (principal: string, more: object = {}) =>
  statement({ Principal: { AWS: principal }, Action: 'sts:AssumeRole', Condition: more });

function rulesOf(
  statements: object | readonly object[],
  version: string | undefined = '2012-10-17',
): readonly string[] {
  const text = JSON.stringify({ Version: version, Statement: statements }, null, 2);
  return lintTrust(parseTrustPolicy(text), { accountId: '111122223333' }).map(({ rule }) => rule);
}

/** For each rule, statements it objects to and statements it lets pass. */
const CASES: Readonly<Record<string, readonly [bad: readonly object[], good: readonly object[]]>> = {
  'no-subject': [
    [
      statement({ Condition: { StringEquals: AUD } }),
      statement({ Condition: { StringEquals: AUD, StringLikeIfExists: { [SUB]: GOOD } } }),
    ],
    [statement(), statement({ Condition: { StringEquals: { ...AUD, [`${HOST}:repository_id`]: '74' } } })],
  ],
  'any-owner': [
    [like('*'), like('repo:*'), like('repo:*/octo-repo:*'), like('repo:*:ref:refs/heads/main')],
    [like('repo:octo-org@65/*'), statement(), equals({ [SUB]: '*' })],
  ],
  'open-repository-name': [
    [like('repo:octo-org/app*'), like('repo:octo*/app:ref:refs/heads/main'), like('repo:octo-org/app*:*')],
    [like('repo:octo-org/app:*'), like('repo:octo-org/*'), like('repo:octo-org@*/app@*:ref:x')],
  ],
  'whole-organisation': [
    [like('repo:octo-org/*'), like('repo:octo-org@65/*:ref:refs/heads/main'.replace('@65', '@*'))],
    [like('repo:octo-org@65/octo-repo@74:*'), statement()],
  ],
  'recyclable-name': [
    [like('repo:octo-org/octo-repo:ref:refs/heads/main')],
    [statement(), like('repo:octo-org/octo-repo:ref:refs/heads/main', { [`${HOST}:repository_id`]: '74' })],
  ],
  'pull-request': [
    [
      like('repo:octo-org@65/octo-repo@74:pull_request'),
      ...['repo:octo-org@65/octo-repo@74:*', 'repo:octo-org@65/octo-repo@*:*', 'repo:octo-org@65/*', '*'].map(
        (one) => like(one),
      ),
    ],
    [statement(), like('repo:octo-org@65/octo-repo@74:ref:refs/heads/*'), like('repo:*:environment:a')],
  ],
  'any-branch': [
    ['ref:refs/heads/*', 'ref:refs/heads/release-*', 'ref:refs/*', 'ref:*', '*'].map((end) =>
      like(`repo:octo-org@65/octo-repo@74:${end}`),
    ),
    [statement(), like('repo:octo-org@65/octo-repo@74:ref:refs/tags/v*')],
  ],
  'environment-without-ref': [
    [like('repo:octo-org@65/octo-repo@74:environment:production')],
    [like('repo:octo-org@65/octo-repo@74:environment:production', { [`${HOST}:ref`]: 'refs/heads/main' })],
  ],
  'no-audience': [
    [statement({ Condition: { StringEquals: { [SUB]: GOOD } } })],
    [statement(), statement({ Effect: 'Deny', Condition: {} })],
  ],
  'set-operator-in-allow': [
    [statement({ Condition: { StringEquals: { [SUB]: GOOD }, 'ForAllValues:StringEquals': AUD } })],
    [
      statement({ Condition: { StringEquals: { [SUB]: GOOD }, 'ForAnyValue:StringEquals': AUD } }),
      statement({
        Condition: {
          StringEquals: { [SUB]: GOOD },
          'ForAllValues:StringEquals': AUD,
          Null: { [`${HOST}:aud`]: 'false' },
        },
      }),
      statement({ Effect: 'Deny', Condition: { 'ForAllValues:StringEquals': AUD } }),
    ],
  ],
  'if-exists-in-allow': [
    [statement({ Condition: { StringEquals: AUD, StringEqualsIfExists: { [SUB]: GOOD } } })],
    [statement(), statement({ Effect: 'Deny', Condition: { StringEqualsIfExists: AUD } })],
  ],
  'negated-guard': [
    [statement({ Condition: { StringEquals: AUD, StringNotLike: { [SUB]: 'repo:evil/*' } } })],
    [
      statement({
        Condition: { StringEquals: { ...AUD, [SUB]: GOOD }, StringNotLike: { [SUB]: 'repo:evil/*' } },
      }),
    ],
  ],
  'star-in-equals': [
    [equals({ [SUB]: 'repo:octo-org/*' })],
    [like('repo:octo-org@65/*'), equals({ [SUB]: `a${'$'}{*}` })],
  ],
  'claim-not-evaluated': [
    [equals({ [`${HOST}:event_name`]: 'push' }), equals({ [`${HOST}:iss`]: 'x' })],
    [equals({ [`${HOST}:job_workflow_ref`]: 'a' }), equals({ 'aws:SourceIp': 'a' })],
  ],
  'issuer-differs': [
    [
      equals({ [`vstoken.actions.githubusercontent.com:sub`]: 'x' }),
      statement({ Principal: { Federated: `${PROVIDER}/octo-corp` } }),
    ],
    [statement(), equals({ 'sts:RoleSessionName': 'a' })],
  ],
  'unfit-value': [
    [
      statement({ Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/33' } } }),
      statement({ Condition: { DateLessThan: { 'aws:CurrentTime': 'tomorrow' } } }),
      statement({ Condition: { ArnLike: { 'aws:PrincipalArn': '*' } } }),
      statement({ Condition: { Null: { k: 'yes' } } }),
    ],
    [
      statement({ Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' }, NumericLessThan: { k: '5' } } }),
      statement({ Condition: { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/*' } } }),
      statement({ Condition: { Null: { k: 'true' }, Bool: { k: true } } }),
    ],
  ],
  'principal-everyone': [
    [statement({ Principal: '*' }), aws('*')],
    [statement(), statement({ Effect: 'Deny', Principal: '*' })],
  ],
  'not-principal': [
    [statement({ Principal: undefined, NotPrincipal: { AWS: '111122223333' } })],
    [statement()],
  ],
  'not-principal-in-deny': [
    [statement({ Effect: 'Deny', Principal: undefined, NotPrincipal: { AWS: '111122223333' } })],
    [statement({ Effect: 'Deny' })],
  ],
  'principal-wildcard': [
    [aws('arn:aws:iam::111122223333:role/*'), statement({ Principal: { Federated: '*' } })],
    [statement(), aws('arn:aws:iam::111122223333:role/a')],
  ],
  'external-account': [
    [aws('444455556666'), aws('arn:aws:iam::444455556666:role/a')],
    [
      aws('111122223333'),
      aws('444455556666', { StringEquals: { 'sts:ExternalId': 'x' } }),
      aws('444455556666', { StringEquals: { 'aws:PrincipalOrgID': 'o-abc' } }),
    ],
  ],
  'web-identity-missing': [
    [statement({ Action: 'sts:AssumeRole' })],
    [statement(), statement({ Action: 'sts:*' })],
  ],
  'wide-action': [
    [
      statement({ Action: 'sts:*' }),
      statement({ Action: '*' }),
      statement({ Action: undefined, NotAction: 'sts:TagSession' }),
    ],
    [statement(), statement({ Effect: 'Deny', Action: '*' })],
  ],
};

describe.each(Object.entries(CASES))('%s', (rule, [bad, good]) => {
  it.each(bad.map((one) => [one]))('objects to %j', (one) => expect(rulesOf(one)).toContain(rule));
  it.each(good.map((one) => [one]))('lets pass %j', (one) => expect(rulesOf(one)).not.toContain(rule));
});

describe('rules about the whole document', () => {
  it('version-missing', () => {
    const text = (version: object) => JSON.stringify({ ...version, Statement: [] });
    const rules = (version: object) => lintTrust(parseTrustPolicy(text(version))).map(({ rule }) => rule);
    expect(rules({})).toEqual(['version-missing']);
    expect(rules({ Version: '2008-10-17' })).toEqual(['version-missing']);
    expect(rules({ Version: '2012-10-17' })).toEqual([]);
  });

  it('duplicate-statement: in whatever order', () => {
    const reordered = equals({ [SUB]: [GOOD] });
    expect(rulesOf([statement(), reordered])).toEqual(['duplicate-statement']);
    expect(rulesOf([statement(), statement({ Effect: 'Deny' })])).toEqual([]);
  });

  it('shadowed-statement: a wider one says the same', () => {
    const narrow = equals({ [`${HOST}:ref`]: 'refs/heads/main' });
    expect(rulesOf([narrow, statement()])).toEqual(['shadowed-statement']);
    expect(rulesOf([narrow, statement({ Principal: { Federated: `${PROVIDER}x` } })])).not.toContain(
      'shadowed-statement',
    );
  });
});

it("external-account takes the account of the policy's own provider for the role's, and where there is none says so", () => {
  const lint = (...statements: readonly object[]) =>
    lintTrust(parseTrustPolicy(JSON.stringify({ Version: '2012-10-17', Statement: statements })))
      .filter(({ rule }) => rule === 'external-account')
      .map(({ message }) => message.includes('unless it is that of the role'));
  expect(lint(statement(), aws('444455556666'))).toEqual([false]);
  expect(lint(statement(), aws('111122223333'))).toEqual([]);
  expect(lint(aws('444455556666'))).toEqual([true]);
});

it('external-account says so too where the provider is one of those IAM knows by name, without an account', () => {
  const google = statement({ Principal: { Federated: 'accounts.google.com' } });
  const text = JSON.stringify({ Version: '2012-10-17', Statement: [google, aws('444455556666')] });
  expect(lintTrust(parseTrustPolicy(text)).filter(({ rule }) => rule === 'external-account')).toMatchObject([
    { statement: 2, message: expect.stringContaining('unless it is that of the role') },
  ]);
});

it.each([
  ['of an OIDC provider', statement({ Action: 'sts:*' }), 'Write sts:AssumeRoleWithWebIdentity.'],
  ['of a role', aws('arn:aws:iam::111122223333:role/a', {}), 'Write sts:AssumeRole.'],
])('wide-action names the one action that is needed %s', (_, one, advice) => {
  const text = JSON.stringify({ Version: '2012-10-17', Statement: { ...one, Action: 'sts:*' } });
  expect(lintTrust(parseTrustPolicy(text))).toContainEqual(
    expect.objectContaining({ rule: 'wide-action', message: expect.stringContaining(advice) }),
  );
});

it.each([
  ['StringEquals', 'Use StringLike,'],
  ['StringNotEquals', 'Use StringNotLike,'],
])('star-in-equals names the operator that %s should have been', (operator, advice) => {
  const one = statement({ Condition: { [operator]: { [SUB]: 'repo:octo-org/*' } } });
  const text = JSON.stringify({ Version: '2012-10-17', Statement: one });
  expect(lintTrust(parseTrustPolicy(text))).toContainEqual(
    expect.objectContaining({ rule: 'star-in-equals', message: expect.stringContaining(advice) }),
  );
});

it('a careful policy has no finding', () => expect(rulesOf(statement())).toEqual([]));

it('every rule is tested, and has a page of its severity', () => {
  const page = readFileSync('docs/trust-rules.md', 'utf8');
  const whole = ['version-missing', 'duplicate-statement', 'shadowed-statement'];
  expect(RULES.map(({ id }) => id).sort()).toEqual([...Object.keys(CASES), ...whole].sort());
  expect(
    [...page.matchAll(/^### (\S+)\n\n\*\*(\w+)\.\*\*/gm)].map(([, id, severity]) => [
      id,
      severity?.toLowerCase(),
    ]),
  ).toEqual(RULES.map(({ id, severity }) => [id, severity]));
});

it('a finding names its place', () => {
  const text =
    '{\n  "Version": "2012-10-17",\n  "Statement": {\n    "Effect": "Allow",\n    "Principal": "*",\n    "Action": "sts:AssumeRole"\n  }\n}';
  expect(lintTrust(parseTrustPolicy(text))).toMatchObject([
    { rule: 'principal-everyone', severity: 'error', statement: 1, at: { line: 5, column: 18 } },
  ]);
});
