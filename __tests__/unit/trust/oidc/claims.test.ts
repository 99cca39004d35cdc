import { evaluatedClaims } from '../../../../src/trust/oidc/claims.js';
import { issuerKind } from '../../../../src/trust/oidc/issuer.js';
import { webIdentityContext } from '../../../../src/trust/oidc/request-context.js';

const CLAIMS = {
  iss: 'https://token.actions.githubusercontent.com',
  sub: 'repo:octo-org/octo-repo:ref:refs/heads/main',
  aud: 'sts.amazonaws.com',
  ref: 'refs/heads/main',
  repository_id: 74,
  event_name: 'push',
  sha: '0123456',
};

it("GitHub's tokens give the keys that AWS evaluates, and no others", () => {
  const context = webIdentityContext(CLAIMS, { providerArn: 'arn', keys: [['sts:RoleSessionName', 'name']] });
  expect(context.keys()).toEqual([
    'token.actions.githubusercontent.com:sub',
    'token.actions.githubusercontent.com:aud',
    'token.actions.githubusercontent.com:ref',
    'token.actions.githubusercontent.com:repository_id',
    'aws:federatedprovider',
    'sts:rolesessionname',
  ]);
  expect(context.get('Token.Actions.GitHubUserContent.com:Repository_ID')).toEqual(['74']);
});

it('tags and source identity of a token are those of the request', () => {
  const context = webIdentityContext({
    ...CLAIMS,
    'https://aws.amazon.com/tags': {
      principal_tags: { Team: ['web'], Unit: ['x'], odd: [7] },
      transitive_tag_keys: ['Team'],
    },
    'https://aws.amazon.com/source_identity': 'octocat',
  });
  const keys = ['aws:TagKeys', 'aws:RequestTag/Team', 'sts:TransitiveTagKeys', 'sts:SourceIdentity'];
  expect(keys.map((key) => context.get(key))).toEqual([['Team', 'Unit'], ['web'], ['Team'], ['octocat']]);
});

it('other issuers give subject, audience and methods', () => {
  const context = webIdentityContext({
    ...CLAIMS,
    iss: 'https://oidc.eks.eu-west-1.amazonaws.com/id/ABC',
    amr: ['a', 'b'],
  });
  expect(context.keys()).toEqual(
    ['sub', 'aud', 'amr'].map((name) => `oidc.eks.eu-west-1.amazonaws.com/id/abc:${name}`),
  );
  for (const issuer of [
    'gitlab.example.com',
    'token.actions.octo.ghe.com',
    'github.example.com/_services/token',
  ]) {
    expect(evaluatedClaims(`https://${issuer}`)).toEqual(['sub', 'aud', 'amr', 'email']);
  }
  expect(evaluatedClaims('https://oidc.circleci.com/org/a')).toContain('oidc.circleci.com/project-id');
  expect(evaluatedClaims('https://gitlab.com')).toContain('project_id');
  expect(evaluatedClaims('https://token.actions.githubusercontent.com/octo-corp')).toContain('repository_id');
});

const BUILDKITE = [
  'build_branch',
  'cluster_id',
  'cluster_name',
  'organization_id',
  'organization_slug',
  'pipeline_id',
  'pipeline_slug',
];
const GITLAB = [
  'namespace_id',
  'pipeline_source',
  'project_id',
  'ref_protected',
  'runner_environment',
  'user_access_level',
  'user_email',
  'user_id',
  'user_login',
];
const SOCIAL = ['app_id', 'id', 'user_id'];

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-wif
it.each<[string, readonly string[]]>([
  ['accounts.google.com', ['google/organization_number', 'oaud']],
  ['oidc.circleci.com/org/a', ['oidc.circleci.com/project-id']],
  ['idcs-1a.identity.oraclecloud.com', ['rpst_id']],
  ['gitlab.com', GITLAB],
  ['agent.buildkite.com', BUILDKITE],
  ['www.amazon.com', SOCIAL],
  ['graph.facebook.com', SOCIAL],
])('beside what any issuer has, AWS evaluates of %s: %j', (issuer, more) => {
  const claims = (host: string) =>
    evaluatedClaims(`https://${host}`)
      .filter((one) => !['sub', 'aud', 'amr', 'email'].includes(one))
      .sort();
  expect(claims(issuer)).toEqual(more);
  expect(claims(`evil-${issuer}`)).toEqual([]);
  expect(claims(`evil.${issuer}`)).toEqual([]);
  expect(claims(`${issuer}.evil`)).toEqual(issuer.includes('/') ? more : []);
  expect(claims(`${issuer}/evil`)).toEqual([]);
  if (!issuer.includes('/')) expect(claims(issuer.replace('.', 'x'))).toEqual([]);
});

it.each([undefined, 5, ['https://token.actions.githubusercontent.com']])(
  'a token whose issuer is %j has none of the keys that policies are about',
  (iss) => {
    const context = webIdentityContext({ ...CLAIMS, iss });
    expect(context.get('token.actions.githubusercontent.com:sub')).toBeUndefined();
  },
);

it.each([
  ['https://token.actions.githubusercontent.com', 'github'],
  ['https://token.actions.githubusercontent.com/octo-corp', 'github-enterprise'],
  ['token.actions.octo.ghe.com', 'ghe-com'],
  ['https://github.example.com/_services/token', 'ghes'],
  ['https://git.example.com/api/actions', 'forgejo'],
  ['https://token.actions.githubusercontent.com.example.com', 'other'],
])('%s is %s', (issuer, kind) => {
  expect(issuerKind(issuer)).toBe(kind);
});
