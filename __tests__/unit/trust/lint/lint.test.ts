import { readdirSync, readFileSync } from 'node:fs';
import { parseTrustPolicy } from '../../../../src/trust/language/parse.js';
import { lintTrust, RULES } from '../../../../src/trust/lint/lint.js';
import { PROVIDER } from '../../../support/trust-policies.js';
import { times } from '../../../support/volume.js';

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
const like = (pattern: string | readonly string[], more: object = {}) =>
  statement({ Condition: { StringEquals: { ...AUD, ...more }, StringLike: { [SUB]: pattern } } });
const equals = (more: object) => statement({ Condition: { StringEquals: { ...AUD, [SUB]: GOOD, ...more } } });
/** Conditions on claims without one on the subject. */
const claims = (operator: string, values: object) =>
  statement({
    Condition: {
      'ForAnyValue:StringEquals': AUD,
      [operator]: Object.fromEntries(
        Object.entries(values).map(([name, value]) => [`${HOST}:${name}`, value]),
      ),
    },
  });
/** A statement for another provider than GitHub's. */
const other = (issuer: string, operator: string, values: object) =>
  statement({
    Principal: { Federated: `arn:aws:iam::111122223333:oidc-provider/${issuer}` },
    Condition: {
      'ForAnyValue:StringEquals': { [`${issuer}:aud`]: 'x' },
      [operator]: Object.fromEntries(
        Object.entries(values).map(([name, value]) => [`${issuer}:${name}`, value]),
      ),
    },
  });
const cognito = (condition: object) =>
  statement({ Principal: { Federated: 'cognito-identity.amazonaws.com' }, Condition: condition });
const tagging = (more: object = {}) =>
  statement({ Action: ['sts:TagSession', 'sts:SetSourceIdentity'], Condition: {}, ...more });
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
/** What only a deployment knows is not judged. */
const unknownProvider = `${'$'}{OIDC_ARN}`;

const CASES: Readonly<Record<string, readonly [bad: readonly object[], good: readonly object[]]>> = {
  'no-subject': [
    [
      statement({ Condition: { StringEquals: AUD } }),
      claims('StringLike', { repository: '*' }),
      claims('StringLike', { repository: '*/app' }),
      claims('StringLike', { repository_id: '*' }),
      claims('StringLike', { repository_id: ['74', '7*'] }),
      claims('StringLike', { repository_owner_id: '*' }),
      claims('StringLike', { job_workflow_ref: '*/x/.github/workflows/a.yml@*' }),
      claims('StringLike', { job_workflow_ref: 'octo*/x/.github/workflows/a.yml@*' }),
      claims('NumericGreaterThan', { repository_id: '0' }),
      claims('StringEquals', { sub: 'environment:production' }),
      claims('StringEquals', { sub: `${'$'}{${SUB}}` }),
      claims('StringEquals', { sub: 'job_workflow_ref:octo-org/x/.github/workflows/a.yml@refs/heads/main' }),
      claims('StringEquals', { job_workflow_ref: 'octo-org/x/.github/workflows/a.yml@refs/heads/main' }),
      claims('StringLike', { job_workflow_ref: 'octo-org/x/.github/workflows/a.yml@*' }),
      claims('StringEqualsIfExists', { environment: 'production' }),
      claims('Null', { sub: 'false' }),
      claims('StringEquals', { sub: 'environment:UNKNOWN' }),
      // A workflow may have any name, and a property of a repository any value.
      claims('StringEquals', { workflow: GOOD }),
      claims('StringEquals', { sub: 'repo_property_repo:octo-org/octo-repo:ref:refs/heads/main' }),
      claims('StringLike', { sub: [GOOD, 'environment:*'] }),
      other('gitlab.com', 'StringEquals', {}),
      other('gitlab.com', 'StringLike', { sub: '*' }),
      other('gitlab.com', 'StringLike', { sub: 'project_path:*' }),
      other('gitlab.com', 'StringLike', { sub: 'project_path:*/app:ref_type:branch:ref:main' }),
      other('app.terraform.io', 'StringLike', { sub: 'organization:*' }),
      other('gitlab.com', 'StringEquals', { sub: `${'$'}{gitlab.com:sub}` }),
      other('oidc.eks.eu-west-1.amazonaws.com/id/X', 'StringEquals', { amr: 'x' }),
      // AWS evaluates no claim of these but the subject, so that IfExists lets everybody in.
      other('github.example/_services/token', 'StringEqualsIfExists', { repository: GOOD }),
    ],
    [
      claims('StringLike', { repository: 'octo-org/*' }),
      // Every token has a subject, so that IfExists changes nothing.
      statement({ Condition: { StringEquals: AUD, StringLikeIfExists: { [SUB]: GOOD } } }),
      // No token has this one.
      claims('StringEquals', { sub: 'UNKNOWN-Subject' }),
      claims('StringEquals', {
        repository: 'octo-org/octo-repo',
        job_workflow_ref: 'octo-org/x/.github/workflows/a.yml@refs/heads/main',
      }),
      claims('StringEquals', { sub: 'environment:production', repository_id: '74' }),
      statement({
        Condition: { 'ForAllValues:StringLike': { ...AUD, [SUB]: GOOD }, Null: { [SUB]: 'false' } },
      }),
      other('app.terraform.io', 'StringLike', { sub: 'organization:octo:project:*' }),
      claims('StringEquals', { sub: 'repository_owner_id:65:environment:production' }),
      other('gitlab.com', 'StringLike', { sub: 'project_path:octo/*' }),
      other('gitlab.com', 'StringEquals', { project_id: '1' }),
      cognito({}),
      tagging(),
      tagging({ Effect: 'Deny' }),
      statement({ Effect: 'Deny', Condition: {} }),
      statement(),
      statement({ Condition: { StringEquals: { ...AUD, [`${HOST}:repository_id`]: '74' } } }),
    ],
  ],
  'any-owner': [
    [
      like('*'),
      like('repo*'),
      like('?epo:*'),
      like('repo:*'),
      like('repo:*/octo-repo:*'),
      like('repo:*:ref:refs/heads/main'),
    ],
    [
      like('repo:octo-org@65/*'),
      statement(),
      equals({ [SUB]: '*' }),
      // The id names the repository, whatever its subject is.
      like('*', { [`${HOST}:repository_id`]: '74' }),
      like('repo:*', { [`${HOST}:repository`]: 'octo-org/octo-repo' }),
    ],
  ],
  'open-repository-name': [
    [
      like('repo:octo-org/app*'),
      like('repo:octo*/app:ref:refs/heads/main'),
      like('repo:octo-org/app*:*'),
      claims('StringLike', { repository: 'octo-*/app' }),
      claims('StringLike', { repository: 'octo-org/app*' }),
    ],
    [
      like('repo:octo-org/app*', { [`${HOST}:repository_id`]: '74' }),
      claims('StringLike', { repository: 'octo-org/*' }),
      like('repo:octo-org/app:*'),
      like('repo:octo-org/*'),
      like('repo:octo-org@*/app@*:ref:x'),
    ],
  ],
  'whole-organisation': [
    [
      claims('StringEquals', { repository_owner_id: '65' }),
      claims('StringLike', { sub: '*', repository: 'octo-org/*' }),
      claims('NumericEquals', { repository_owner_id: '65' }),
      claims('StringEquals', { repository_owner_id: '65', sub: 'environment:production' }),
      claims('StringLike', { repository: 'octo-org/*' }),
      like('repo:octo-org/*'),
      like('repo:octo-org@65/*:ref:refs/heads/main'.replace('@65', '@*')),
    ],
    [
      like('repo:octo-org@65/octo-repo@74:*'),
      statement(),
      like('repo:octo-org/*', { [`${HOST}:repository`]: 'octo-org/octo-repo' }),
      equals({ [`${HOST}:repository_owner_id`]: '65' }),
      other('gitlab.example.com', 'StringLike', { sub: 'octo-org/*' }),
    ],
  ],
  'recyclable-name': [
    [
      like('repo:octo-org/octo-repo:ref:refs/heads/main'),
      like('repo:octo-org@*/octo-repo@*:ref:refs/heads/main'),
      claims('StringEquals', { repository: 'octo-org/octo-repo' }),
      claims('StringEquals', { repository: 'octo-org/octo-repo', sub: 'environment:production' }),
      claims('StringLike', { repository: 'octo-org/octo-repo', repository_id: '*' }),
    ],
    [
      like('repo:octo-org@65/octo-repo@*:ref:refs/heads/main'),
      like('repo:octo-org@*/octo-repo@74:ref:refs/heads/main'),
      equals({ [`${HOST}:repository`]: 'octo-org/octo-repo' }),
      claims('StringEquals', { repository: 'octo-org/octo-repo', repository_id: '74' }),
      statement(),
      // No subject has one of the two ids.
      like('repo:octo-org/octo-repo@*:ref:refs/heads/main'),
      like('repo:octo-org/octo-repo:ref:refs/heads/main', { [`${HOST}:repository_id`]: '74' }),
    ],
  ],
  'pull-request': [
    [
      like('repo:octo-org@65/octo-repo@74:pull_request'),
      ...['repo:octo-org@65/octo-repo@74:*', 'repo:octo-org@65/octo-repo@*:*', 'repo:octo-org@65/*', '*'].map(
        (one) => like(one),
      ),
    ],
    [
      statement(),
      like('repo:octo-org@65/octo-repo@74:ref:refs/heads/*'),
      like('repo:*:environment:a'),
      like('repo:octo-org@65/octo-repo@74:*', { [`${HOST}:environment`]: 'production' }),
    ],
  ],
  'any-branch': [
    ['ref:refs/heads/*', 'ref:refs/heads/release-*', 'ref:refs/*', 'ref:*', '*', '*main'].map((end) =>
      like(`repo:octo-org@65/octo-repo@74:${end}`),
    ),
    [
      statement(),
      like('repo:octo-org@65/octo-repo@74:ref:refs/tags/v*'),
      like('repo:octo-org@65/octo-repo@74:*', { [`${HOST}:ref`]: 'refs/heads/main' }),
      like('repo:octo-org@65/octo-repo@74:*', {
        [`${HOST}:job_workflow_ref`]: 'octo-org/octo-repo/.github/workflows/a.yml@refs/heads/main',
      }),
    ],
  ],
  'any-tag': [
    [
      like('repo:octo-org@65/octo-repo@74:ref:refs/tags/*'),
      like('repo:octo-org@65/octo-repo@74:ref:refs/tags/v*'),
      claims('StringLike', { repository_id: '74', ref: 'refs/tags/*' }),
    ],
    [
      statement(),
      equals({ [SUB]: 'repo:octo-org@65/octo-repo@74:ref:refs/tags/v1' }),
      // One finding is enough for a value: any-branch.
      like('repo:octo-org@65/octo-repo@74:*'),
    ],
  ],
  'environment-without-ref': [
    [
      like('repo:octo-org@65/octo-repo@74:environment:production'),
      like('repo:octo-org@65/octo-repo@74:environment:prod-*'),
      claims('StringEquals', { repository_id: '74', environment: 'production' }),
      like('repo:octo-org@65/octo-repo@74:*', { [`${HOST}:environment`]: 'production' }),
    ],
    [like('repo:octo-org@65/octo-repo@74:environment:production', { [`${HOST}:ref`]: 'refs/heads/main' })],
  ],
  'no-audience': [
    [
      statement({ Condition: { StringEquals: { [SUB]: GOOD } } }),
      statement({ Condition: { StringEquals: { [SUB]: GOOD }, StringLike: { [`${HOST}:aud`]: '*' } } }),
    ],
    [
      statement({ Condition: { 'ForAllValues:StringEquals': { ...AUD, [SUB]: GOOD } } }),
      tagging(),
      aws('111122223333'),
      statement(),
      statement({ Effect: 'Deny', Condition: {} }),
    ],
  ],
  'no-identity-pool': [
    [cognito({ 'ForAnyValue:StringLike': { 'cognito-identity.amazonaws.com:amr': 'authenticated' } })],
    [
      cognito({ StringEquals: { 'cognito-identity.amazonaws.com:aud': 'eu-west-1:x' } }),
      statement({ Condition: {} }),
      tagging({ Principal: { Federated: 'cognito-identity.amazonaws.com' } }),
    ],
  ],
  'set-operator-in-allow': [
    [
      statement({ Condition: { 'ForAllValues:StringEquals': { 'aws:PrincipalOrgPaths': 'x' } } }),
      statement({ Condition: { StringEquals: { [SUB]: GOOD }, 'ForAllValues:StringEquals': AUD } }),
      statement({
        Condition: {
          StringEquals: { [SUB]: GOOD },
          'ForAllValues:StringEquals': AUD,
          Null: { [`${HOST}:aud`]: 'true' },
        },
      }),
    ],
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
      tagging({
        Condition: { 'ForAllValues:StringEquals': { 'sts:TransitiveTagKeys': 'x', 'aws:TagKeys': 'y' } },
      }),
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
      statement({
        Condition: {
          StringEquals: { ...AUD, [`${HOST}:repository_id`]: '74' },
          StringNotLike: { [SUB]: '*:pull_request' },
        },
      }),
    ],
  ],
  'star-in-equals': [
    [equals({ [SUB]: 'repo:octo-org/*' })],
    [like('repo:octo-org@65/*'), equals({ [SUB]: `a${'$'}{*}` })],
  ],
  'claim-not-evaluated': [
    [
      equals({ [`${HOST}:event_name`]: 'push' }),
      equals({ [`${HOST}:iss`]: 'x' }),
      other('oidc.circleci.com/org/a-b', 'StringEquals', { 'oidc.circleci.com/vcs-origin': 'x' }),
      other('gitlab.example.com', 'StringEquals', { project_id: '1' }),
    ],
    [
      equals({ [`${HOST}:job_workflow_ref`]: 'a' }),
      equals({ [`${HOST}:email`]: 'a' }),
      equals({ 'aws:SourceIp': 'a' }),
      other('oidc.circleci.com/org/a-b', 'StringEquals', { 'oidc.circleci.com/project-id': 'c-d' }),
      other('idcs-1a.identity.oraclecloud.com', 'StringEquals', { rpst_id: 'x' }),
      other('gitlab.com', 'StringEquals', { project_id: '1', ref_protected: 'true' }),
      other('agent.buildkite.com', 'StringEquals', { pipeline_slug: 'x' }),
      statement({
        Principal: { Federated: 'accounts.google.com' },
        Condition: {
          StringEquals: { 'accounts.google.com:oaud': 'a', 'accounts.google.com:email': 'b' },
          NumericEquals: { 'accounts.google.com:google/organization_number': '1' },
        },
      }),
    ],
  ],
  'issuer-differs': [
    [
      equals({ [`vstoken.actions.githubusercontent.com:sub`]: 'x' }),
      statement({ Principal: { Federated: `${PROVIDER}/octo-corp` } }),
    ],
    [statement(), equals({ 'sts:RoleSessionName': 'a' })],
  ],
  'type-mismatch': [
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
  'invalid-provider': [
    [
      HOST,
      `https://${HOST}`,
      'arn:aws:iam::1234:oidc-provider/x.example',
      'arn:aws:iam::ACCOUNT_ID:oidc-provider/x.example',
      `ARN:aws:iam::111122223333:oidc-provider/${HOST}`,
      'arn:aws:iam::111122223333:oidc-provider/Token.Actions.GithubUserContent.com',
      'arn:aws:iam::111122223333:role/x',
      '<OIDC_ARN>',
    ].map((Federated) => statement({ Principal: { Federated } })),
    [
      PROVIDER,
      'arn:aws-us-gov:iam::111122223333:oidc-provider/x.example/id/ABC',
      'arn:aws:iam::111122223333:saml-provider/X',
      'cognito-identity.amazonaws.com',
      unknownProvider,
    ].map((Federated) => statement({ Principal: { Federated } })),
  ],
  'external-account': [
    [
      aws('444455556666'),
      aws('arn:aws:iam::444455556666:root'),
      aws('444455556666', { Null: { 'sts:ExternalId': 'true' } }),
      aws('444455556666', { StringNotEquals: { 'sts:ExternalId': 'x' } }),
      aws('444455556666', { StringEqualsIfExists: { 'sts:ExternalId': 'x' } }),
      aws('444455556666', { StringLike: { 'sts:ExternalId': '*' } }),
    ],
    [
      aws('111122223333'),
      aws('arn:aws:iam::111122223333:role/a'),
      aws('arn:aws:iam::444455556666:role/hub'),
      tagging({ Principal: { AWS: '444455556666' } }),
      aws('444455556666', { StringEquals: { 'sts:ExternalId': 'x' } }),
      aws('444455556666', { StringEquals: { 'aws:PrincipalOrgID': 'o-abc' } }),
    ],
  ],
  'web-identity-missing': [
    [statement({ Action: 'sts:AssumeRole' }), statement({ Action: ['sts:AssumeRole', 'sts:TagSession'] })],
    [statement(), statement({ Action: 'sts:*' }), tagging(), tagging({ Action: 'sts:TagSession' })],
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

const REPOSITORY = 'repo:octo-org@65/octo-repo@74';

/** What each rule says of these statements. */
const MESSAGES: readonly (readonly [rule: string, statements: readonly object[], message: string])[] = [
  [
    'no-subject',
    [statement({ Condition: { StringEquals: AUD } })],
    'No condition limits which repository may use this role, so every repository on GitHub may. Add a condition on the subject (sub).',
  ],
  [
    'no-subject',
    [claims('StringEquals', { sub: `${'$'}{${SUB}}` })],
    `"${'$'}{${SUB}}" is the value of the key itself, so every token has it. Name the repository.`,
  ],
  [
    'no-subject',
    [claims('StringLike', { job_workflow_ref: 'octo-org/x/.github/workflows/a.yml@*' })],
    '"octo-org/x/.github/workflows/a.yml@*" names a workflow, and any repository on GitHub may call a public one. Add a condition on the repository as well: sub, repository or repository_id.',
  ],
  [
    'no-subject',
    [other('gitlab.com', 'StringEquals', {})],
    'No condition limits whose tokens of "gitlab.com" may use this role, so all may. Add a condition on the subject (sub).',
  ],
  [
    'no-subject',
    [other('gitlab.com', 'StringLike', { sub: 'project_path:*' })],
    '"project_path:*" does not limit whose tokens of "gitlab.com" may use this role. Name the project, or whatever the subject begins with.',
  ],
  [
    'any-owner',
    [like('repo:*')],
    '"repo:*" matches repositories of any owner. Name the owner and the repository.',
  ],
  [
    'open-repository-name',
    [like('repo:octo-org/app*')],
    'The wildcard in "repo:octo-org/app*" is inside a name and does not stop at the colon, so it also matches "repo:octo-org/app-evil…". Write the name out.',
  ],
  [
    'whole-organisation',
    [like('repo:octo-org/*')],
    '"repo:octo-org/*" lets in every repository of the owner, including future ones. Name the repositories.',
  ],
  [
    'whole-organisation',
    [claims('NumericEquals', { repository_owner_id: '65' })],
    `"${HOST}:repository_owner_id" alone lets in every repository of the owner, including future ones. Name the repositories.`,
  ],
  [
    'recyclable-name',
    [like('repo:octo-org/octo-repo:ref:refs/heads/main')],
    '"repo:octo-org/octo-repo:ref:refs/heads/main" has only names: whoever takes the name after a rename or deletion gets in. Use the immutable form, repo:OWNER@ID/REPO@ID:…, or add a condition on repository_id.',
  ],
  [
    'recyclable-name',
    [claims('StringEquals', { repository: 'octo-org/octo-repo' })],
    'The repository is limited only by its name: whoever takes the name after a rename or deletion gets in. Add a condition on repository_id.',
  ],
  [
    'pull-request',
    [like(`${REPOSITORY}:pull_request`)],
    `"${REPOSITORY}:pull_request" lets pull requests in: unreviewed code runs with this role. Keep it for roles that only read.`,
  ],
  [
    'pull-request',
    [claims('StringEquals', { repository_id: '74' })],
    'This statement lets pull requests in: unreviewed code runs with this role. Keep it for roles that only read.',
  ],
  [
    'any-branch',
    [like(`${REPOSITORY}:ref:refs/heads/*`)],
    `"${REPOSITORY}:ref:refs/heads/*" lets branches in by a pattern, and anyone who can push can create a branch that matches. Name the branch, or use an environment with protection rules.`,
  ],
  [
    'any-branch',
    [claims('StringEquals', { repository_id: '74' })],
    'Any branch gets in, and anyone who can push can create one. Add a condition on the subject (sub) that names the branch, or an environment with protection rules.',
  ],
  [
    'any-tag',
    [like(`${REPOSITORY}:ref:refs/tags/*`)],
    `"${REPOSITORY}:ref:refs/tags/*" lets tags in by a pattern, and anyone who can push can create a tag of any commit. Protect the tags with a ruleset, or use an environment with protection rules.`,
  ],
  [
    'any-tag',
    [claims('StringLike', { repository_id: '74', ref: 'refs/tags/*' })],
    'Any tag gets in, and anyone who can push can create a tag of any commit. Protect the tags with a ruleset, or use an environment with protection rules.',
  ],
  [
    'environment-without-ref',
    [like(`${REPOSITORY}:environment:production`)],
    `"${REPOSITORY}:environment:production" does not limit the branch: the environment's own rules must. Limit its deployment branches, or add a condition on the key ref.`,
  ],
  [
    'environment-without-ref',
    [like(`${REPOSITORY}:environment:prod-*`)],
    `"${REPOSITORY}:environment:prod-*" lets environments in by a pattern, and a workflow creates any environment that it names. Write the name out, or add a condition on the key ref.`,
  ],
  [
    'environment-without-ref',
    [claims('StringEquals', { repository_id: '74', environment: 'production' })],
    "The condition on environment does not limit the branch: the environment's own rules must. Limit its deployment branches, or add a condition on the key ref.",
  ],
  [
    'no-audience',
    [statement({ Condition: { StringEquals: { [SUB]: GOOD } } })],
    "No condition on the audience (aud). STS accepts only the client IDs of the OIDC provider: where one of them is another service's, tokens issued for that service are accepted as well. Add StringEquals …:aud sts.amazonaws.com.",
  ],
  [
    'no-identity-pool',
    [cognito({})],
    "No condition on the audience (aud): identity pools of any account are accepted. Add StringEquals cognito-identity.amazonaws.com:aud with the pool's id.",
  ],
  [
    'set-operator-in-allow',
    [statement({ Condition: { StringEquals: { [SUB]: GOOD }, 'ForAllValues:StringEquals': AUD } })],
    `ForAllValues:StringEquals is also true when the request does not have "${HOST}:aud", and so lets it in. The key has one value: use StringEquals.`,
  ],
  [
    'if-exists-in-allow',
    [statement({ Condition: { StringEquals: AUD, StringEqualsIfExists: { [SUB]: GOOD } } })],
    `StringEqualsIfExists is also true when the request does not have "${SUB}", and so lets it in. Use StringEquals.`,
  ],
  [
    'negated-guard',
    [statement({ Condition: { StringEquals: AUD, StringNotLike: { [SUB]: 'repo:evil/*' } } })],
    'StringNotLike lets in every subject except these. Name the subjects that may use the role.',
  ],
  [
    'star-in-equals',
    [equals({ [SUB]: 'repo:octo-org/*' })],
    'In StringEquals, the wildcard of "repo:octo-org/*" is an ordinary character. Use StringLike, or write the value out.',
  ],
  [
    'star-in-equals',
    [statement({ Effect: 'Deny', Condition: { StringNotEquals: { [SUB]: 'repo:octo-org/*' } } })],
    'In StringNotEquals, the wildcard of "repo:octo-org/*" is an ordinary character. Use StringNotLike, or write the value out.',
  ],
  [
    'claim-not-evaluated',
    [other('gitlab.example.com', 'StringEquals', { project_id: '1' })],
    'AWS does not evaluate "gitlab.example.com:project_id", so no request has this key. It evaluates sub, aud, amr and email.',
  ],
  [
    'issuer-differs',
    [equals({ 'vstoken.actions.githubusercontent.com:sub': 'x' })],
    `The key "vstoken.actions.githubusercontent.com:sub" belongs to another issuer than the principal, "${HOST}", so no token has it.`,
  ],
  [
    'type-mismatch',
    [statement({ Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/33' } } })],
    'IpAddress cannot compare with "10.0.0.0/33", so the condition never holds.',
  ],
  [
    'principal-everyone',
    [aws('*')],
    'The principal is everyone, so only the conditions keep anyone out. Name who may use the role.',
  ],
  [
    'not-principal',
    [statement({ Principal: undefined, NotPrincipal: { AWS: '111122223333' } })],
    'Allow with NotPrincipal trusts everyone except those it names, including anonymous callers. Use Principal.',
  ],
  [
    'not-principal-in-deny',
    [statement({ Effect: 'Deny', Principal: undefined, NotPrincipal: { AWS: '111122223333' } })],
    'Deny with NotPrincipal must name the session, role and account of each exception. Use Principal "*" and a condition on aws:PrincipalArn.',
  ],
  [
    'principal-wildcard',
    [aws('arn:aws:iam::111122223333:role/*')],
    '"arn:aws:iam::111122223333:role/*": a principal cannot contain a wildcard. IAM rejects it, and nothing would match it.',
  ],
  [
    'invalid-provider',
    [statement({ Principal: { Federated: HOST } })],
    `"${HOST}" does not name an identity provider, so this statement lets no token in, or whomever a later step makes of it. Write arn:aws:iam::ACCOUNT:oidc-provider/HOST with the account's 12 digits.`,
  ],
  [
    'invalid-provider',
    [statement({ Principal: { Federated: 'arn:aws:iam::111122223333:oidc-provider/GitLab.com' } })],
    `"arn:aws:iam::111122223333:oidc-provider/GitLab.com" has capital letters in the provider's host, which an OIDC provider's ARN does not have. Write it in lower case.`,
  ],
  [
    'external-account',
    [aws('444455556666')],
    `"444455556666" is the whole of another account, and no condition on sts:ExternalId or aws:PrincipalOrgID keeps it from being used on someone else's behalf (confused deputy). Name the role that may call, or add one of these if the account is a third party's.`,
  ],
  [
    'web-identity-missing',
    [statement({ Action: 'sts:AssumeRole' })],
    'An OIDC provider can only call sts:AssumeRoleWithWebIdentity, and this statement does not allow it.',
  ],
  [
    'wide-action',
    [statement({ Action: 'sts:*' })],
    '"sts:*" allows more than is needed. Write sts:AssumeRoleWithWebIdentity.',
  ],
  [
    'wide-action',
    [statement({ Action: undefined, NotAction: 'sts:TagSession' })],
    'Allow with NotAction allows whatever AWS adds later. Use Action.',
  ],
  ['no-statement', [], 'The policy does not have a statement: it lets nobody in, and IAM rejects it.'],
  [
    'duplicate-sid',
    [statement({ Sid: 'a' }), statement({ Sid: 'a', Effect: 'Deny' })],
    'Statement 1 has the Sid "a" already. A Sid must be unique within a policy, and IAM rejects this one.',
  ],
  ['duplicate-statement', [statement(), statement()], 'This repeats statement 1.'],
  [
    'shadowed-statement',
    [equals({ [`${HOST}:ref`]: 'refs/heads/main' }), statement()],
    'Statement 2 has the same effect, actions and principals with fewer conditions, so these conditions change nothing.',
  ],
];

describe('a finding says what is wrong and what to do', () => {
  it.each(MESSAGES)('%s %j', (rule, statements, message) => {
    const text = JSON.stringify({ Version: '2012-10-17', Statement: statements });
    const found = lintTrust(parseTrustPolicy(text), { accountId: '111122223333' });
    expect(found.filter((one) => one.rule === rule).map((one) => one.message)).toEqual([message]);
  });

  it.each([
    [
      'policy-size',
      2049,
      "The policy has 2049 characters, not counting white space. IAM takes 2048, or up to 4096 where the account's quota for the length of trust policies has been raised.",
    ],
    [
      'policy-too-large',
      4097,
      'The policy has 4097 characters, not counting white space, and IAM takes 4096 at most. Use patterns, or several roles.',
    ],
  ])('%s (%s)', (rule, size, message) => {
    const text = (sid: string) =>
      JSON.stringify({ Version: '2012-10-17', Statement: statement({ Sid: sid }) });
    const policy = parseTrustPolicy(text('x'.repeat(size - text('').length)));
    expect(lintTrust(policy)).toMatchObject([{ rule, message }]);
  });

  it.each([
    ['A policy without Version uses', {}],
    ['The policy uses', { Version: '2008-10-17' }],
  ])('version-missing: %s', (start, version) => {
    const policy = parseTrustPolicy(JSON.stringify({ ...version, Statement: statement() }));
    expect(lintTrust(policy)).toMatchObject([
      {
        rule: 'version-missing',
        message: `${start} 2008-10-17, where ${'$'}{…} is ordinary text. Use "Version": "2012-10-17".`,
      },
    ]);
  });
});

describe('rules about the whole document', () => {
  it('version-missing', () => {
    const text = (version: object) => JSON.stringify({ ...version, Statement: [] });
    const rules = (version: object) => lintTrust(parseTrustPolicy(text(version))).map(({ rule }) => rule);
    expect(rules({})).toEqual(['version-missing', 'no-statement']);
    expect(rules({ Version: '2008-10-17' })).toEqual(['version-missing', 'no-statement']);
    expect(rules({ Version: '2012-10-17' })).toEqual(['no-statement']);
  });

  it('duplicate-sid: IAM wants each to be unique', () => {
    const named = (Sid: string, more = {}) => ({ ...statement(more), Sid });
    expect(rulesOf([named('a'), named('a', { Effect: 'Deny' })])).toEqual(['duplicate-sid']);
    expect(
      rulesOf([named(''), named('', { Effect: 'Deny' }), named('b', { Action: 'sts:*' })]),
    ).not.toContain('duplicate-sid');
  });

  it('policy-size and policy-too-large: without the white space', () => {
    const ofSize = (size: number) => {
      const document = (sid: string) => ({
        Version: '2012-10-17',
        Statement: [{ ...statement(), Sid: sid }],
      });
      const length = size - JSON.stringify(document('')).length;
      const text = JSON.stringify(document('x'.repeat(length)), null, 20);
      return lintTrust(parseTrustPolicy(text)).map(({ rule }) => rule);
    };
    expect(ofSize(2048)).toEqual([]);
    expect(ofSize(2049)).toEqual(['policy-size']);
    expect(ofSize(4096)).toEqual(['policy-size']);
    expect(ofSize(4097)).toEqual(['policy-too-large']);
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

  it('shadowed-statement: names the first wider one, whatever conditions others share with it', () => {
    const narrow = equals({ [`${HOST}:ref`]: 'refs/heads/main', [`${HOST}:actor`]: 'octocat' });
    const wide = equals({ [`${HOST}:ref`]: 'refs/heads/main' });
    const policy = JSON.stringify({
      Version: '2012-10-17',
      Statement: [wide, narrow, statement(), statement()],
    });
    const found = lintTrust(parseTrustPolicy(policy)).filter(({ rule }) => rule === 'shadowed-statement');
    expect(found.map(({ statement, message }) => [statement, message.slice(0, 11)])).toEqual([
      [1, 'Statement 3'],
      [2, 'Statement 1'],
    ]);
  });

  it.each([
    ['of which all are different', (index: number) => equals({ [SUB]: [`repo:octo-org/r${index}:x`] })],
    ['of which all are the same', () => statement()],
    [
      'with more and more conditions',
      (index: number) =>
        equals({ [SUB]: [GOOD], [`${HOST}:actor`]: `a${index % 50}`, [`${HOST}:ref`]: `${index}` }),
    ],
    ['with patterns', (index: number) => like(`repo:octo-org/r${index}:*`)],
  ])('hundreds of statements %s are all looked at (the bench has the time for 3,000)', (_, make) => {
    const all = Array.from({ length: times(300, 3000) }, (_, index) => make(index));
    const policy = parseTrustPolicy(JSON.stringify({ Version: '2012-10-17', Statement: all }));
    expect(lintTrust(policy).map(({ rule }) => rule)).toContain('policy-too-large');
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

it('advice names only claims that AWS evaluates for the issuer', () => {
  const advice = (issuer: string) => {
    const one = other(issuer, 'StringEquals', { sub: 'repo:octo-org/octo-repo:environment:a' });
    const text = JSON.stringify({ Version: '2012-10-17', Statement: one });
    const findings = lintTrust(parseTrustPolicy(text));
    expect(findings.map(({ rule }) => rule)).toEqual(['recyclable-name', 'environment-without-ref']);
    return findings.map(({ message }) => /condition on (repository_id|the key ref)/.exec(message)?.[1]);
  };
  expect(advice(HOST)).toEqual(['repository_id', 'the key ref']);
  expect(advice('github.example/_services/token')).toEqual([undefined, undefined]);
  expect(advice('token.actions.octocorp.ghe.com')).toEqual([undefined, undefined]);
});

it('set-operator-in-allow knows keys of several values', () => {
  const one = aws('111122223333', { 'ForAllValues:StringEquals': { 'aws:PrincipalOrgPaths': 'o-a/*' } });
  const text = JSON.stringify({ Version: '2012-10-17', Statement: one });
  const [finding] = lintTrust(parseTrustPolicy(text)).filter(({ rule }) => rule === 'set-operator-in-allow');
  expect(finding?.message).toMatch(/Use ForAnyValue:StringEquals, or add Null false for the key\.$/);
});

it('no-subject is at the value that says nothing', () => {
  const text = JSON.stringify({
    Version: '2012-10-17',
    Statement: claims('StringEquals', { sub: 'environment:a' }),
  });
  expect(lintTrust(parseTrustPolicy(text))).toMatchObject([
    { rule: 'no-subject', message: expect.stringMatching(/^"environment:a" does not name a repository/) },
  ]);
});

it.each([
  ['the statement, where no condition is about the subject', { [`gitlab.com:aud`]: 'x' }, 'Effect'],
  [
    'the condition on the subject',
    { [`gitlab.com:aud`]: 'x', [`gitlab.com:sub`]: 'project_path:*' },
    'project_path',
  ],
])("no-subject of another issuer's tokens is at %s", (_, Condition, word) => {
  const one = other('gitlab.com', 'StringLike', {});
  const document = { Version: '2012-10-17', Statement: [{ ...one, Condition: { StringLike: Condition } }] };
  const text = JSON.stringify(document, null, 1);
  const [finding] = lintTrust(parseTrustPolicy(text)).filter(({ rule }) => rule === 'no-subject');
  const lines = text.split('\n').slice((finding?.at.line ?? 0) - 1);
  expect(lines.slice(0, 2).join()).toContain(word);
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

it.each([
  ['repo:*', ['any-owner', 'pull-request']],
  ['repo:*/octo-repo:*', ['any-owner', 'pull-request']],
  ['*', ['any-owner', 'pull-request']],
  ['repo*', ['any-owner']],
])('of %s, which lets everybody in, pull requests are named where repositories are', (subject, rules) => {
  expect(rulesOf(like(subject))).toEqual(rules);
});

it('of a policy far beyond what IAM takes, the rest is left undecided', () => {
  const all = Array.from({ length: times(150, 1500) }, (_, index) => [
    like(`repo:octo-org/r${index}:*`),
    { ...like(`repo:octo-org/r${index}:pull_request`), Effect: 'Deny' },
  ]).flat();
  const policy = parseTrustPolicy(JSON.stringify({ Version: '2012-10-17', Statement: all }));
  const rules = lintTrust(policy).map(({ rule }) => rule);
  expect(rules).toEqual(expect.arrayContaining(['policy-too-large', 'any-branch']));
});

describe('what a Deny closes is not open', () => {
  const deny = (operator: string, values: object) =>
    statement({
      Effect: 'Deny',
      Condition: {
        [operator]: Object.fromEntries(
          Object.entries(values).map(([name, value]) => [`${HOST}:${name}`, value]),
        ),
      },
    });
  it.each([
    [
      'other repositories',
      like('*'),
      deny('StringNotEquals', { repository_id: '74' }),
      ['pull-request', 'any-branch'],
    ],
    [
      // A merged pull request runs on the branch that it went into.
      'other branches',
      like('repo:octo-org@65/octo-repo@74:*'),
      deny('StringNotEqualsIfExists', { ref: 'refs/heads/main' }),
      ['pull-request'],
    ],
    [
      'pull requests',
      like('repo:octo-org@65/octo-repo@74:*'),
      deny('StringLike', { sub: '*:pull_request' }),
      ['any-branch'],
    ],
    ['nothing that matters', like('*'), deny('StringLike', { actor: 'x' }), ['any-owner', 'pull-request']],
  ])('%s', (_, allow, denial, rules) => expect(rulesOf([allow, denial])).toEqual(rules));
});

it('every value that lets somebody in has its own finding, at its place', () => {
  const subjects = ['repo:octo-org@65/octo-repo@74:ref:refs/heads/main', 'repo:*', 'repo:octo-org@65/*'];
  const text = JSON.stringify({ Version: '2012-10-17', Statement: [like(subjects)] }, null, 1);
  const lines = text.split('\n');
  const found = lintTrust(parseTrustPolicy(text)).filter(({ rule }) => /owner|organisation/.test(rule));
  expect(found.map(({ rule, at }) => [rule, lines[at.line - 1]?.trim()])).toEqual([
    ['any-owner', '"repo:*",'],
    ['whole-organisation', '"repo:octo-org@65/*"'],
  ]);
});

it('a value of which only the deployment knows a part is judged by what is known of it', () => {
  const rules = (sub: string) => rulesOf(like(sub));
  expect(rules(`repo:${unknownProvider}:*`)).toEqual(expect.arrayContaining(['pull-request', 'any-branch']));
  expect(rules(`repo:${unknownProvider}/*`)).toContain('whole-organisation');
  expect(rules(`repo:octo-org/app-${unknownProvider}*`)).toContain('open-repository-name');
  expect(rules(unknownProvider)).toEqual([]);
  const text = JSON.stringify({
    Version: '2012-10-17',
    Statement: claims('StringLike', { repository: `${unknownProvider}-*/app` }),
  });
  expect(lintTrust(parseTrustPolicy(text))).toContainEqual(
    expect.objectContaining({
      rule: 'open-repository-name',
      message: expect.stringContaining(`"${unknownProvider}-*/app"`),
    }),
  );
});

it('external-account does not report accounts whose roles are tested as well', () => {
  const text = JSON.stringify({ Version: '2012-10-17', Statement: aws('444455556666') });
  const facts = { accountId: '111122223333', ownAccounts: new Set(['444455556666']) };
  expect(lintTrust(parseTrustPolicy(text), facts)).toEqual([]);
});

it('a careful policy has no finding', () => expect(rulesOf(statement())).toEqual([]));

it('every rule is tested, and has a page of its severity', () => {
  const page = readFileSync('docs/trust-rules.md', 'utf8');
  const whole = [
    'version-missing',
    'no-statement',
    'policy-size',
    'policy-too-large',
    'duplicate-sid',
    'duplicate-statement',
    'shadowed-statement',
  ];
  expect(RULES.map(({ id }) => id).sort()).toEqual([...Object.keys(CASES), ...whole].sort());
  const said = new Set([
    ...MESSAGES.map(([rule]) => rule),
    'policy-size',
    'policy-too-large',
    'version-missing',
  ]);
  expect(RULES.filter(({ id }) => !said.has(id))).toEqual([]);
  expect(
    [...page.matchAll(/^### (\S+)\n\n\*\*(\w+)\.\*\*/gm)].map(([, id, severity]) => [
      id,
      severity?.toLowerCase(),
    ]),
  ).toEqual(RULES.map(({ id, severity }) => [id, severity]));
});

it('every rule is the file of its name', () => {
  const files = readdirSync('src/trust/lint/rules').map((name) => name.replace('.ts', ''));
  expect(files.sort()).toEqual(RULES.map(({ id }) => id).sort());
});

it('a finding names its place', () => {
  const text =
    '{\n  "Version": "2012-10-17",\n  "Statement": {\n    "Effect": "Allow",\n    "Principal": "*",\n    "Action": "sts:AssumeRole"\n  }\n}';
  expect(lintTrust(parseTrustPolicy(text))).toMatchObject([
    { rule: 'principal-everyone', severity: 'error', statement: 1, at: { line: 5, column: 18 } },
  ]);
});
