import { sharedCloud } from '../support/cloud.js';
import { DEPLOY, DEPLOYER_KEYS, LONG } from '../support/roles.js';
import { actionsOf, parametersOf, runAction } from '../support/run-action.js';
import { rendered } from '../support/secrets.js';

const sandbox = sharedCloud();
const SUBJECT = 'repo:octo-org@65/octo-repo@74:ref:refs/heads/main';

describe("a role assumed with GitHub's token", () => {
  it('takes one token request and one call to STS, and nothing else', async () => {
    const outcome = await runAction({ 'role-to-assume': DEPLOY }, { cloud: sandbox.cloud });
    expect(outcome.error).toBeUndefined();
    expect(actionsOf(outcome)).toEqual(['GET /token', 'AssumeRoleWithWebIdentity']);
    const [token] = outcome.requests;
    expect(token?.params).toEqual({ 'api-version': '2.0', audience: 'sts.amazonaws.com' });
    expect(token?.headers).toMatchObject({
      accept: 'application/json',
      authorization: expect.stringMatching(/^Bearer \S{64}$/),
    });
  });

  it('asks for an hour by default, as GitHubActions, and sends no tags', async () => {
    const outcome = await runAction({ 'role-to-assume': DEPLOY }, { cloud: sandbox.cloud });
    expect(parametersOf(outcome, 'AssumeRoleWithWebIdentity')).toEqual({
      Action: 'AssumeRoleWithWebIdentity',
      Version: '2011-06-15',
      RoleArn: DEPLOY,
      RoleSessionName: 'GitHubActions',
      DurationSeconds: '3600',
      WebIdentityToken: expect.stringMatching(/^eyJ/),
    });
    expect(outcome.requests.at(1)?.headers).not.toHaveProperty('authorization');
  });

  it('sends what the inputs say of name, duration, audience and session policies', async () => {
    const policy = '{"Version":"2012-10-17","Statement":[]}';
    const outcome = await runAction(
      {
        'role-to-assume': LONG,
        'role-session-name': 'deploy@42',
        'role-duration-seconds': '43200',
        'inline-session-policy': policy,
        'managed-session-policies': 'arn:aws:iam::aws:policy/ReadOnlyAccess,\narn:aws:iam::aws:policy/Other',
        audience: 'sts.amazonaws.com',
      },
      { cloud: sandbox.cloud },
    );
    expect(outcome.error).toBeUndefined();
    expect(parametersOf(outcome, 'AssumeRoleWithWebIdentity')).toMatchObject({
      RoleSessionName: 'deploy@42',
      DurationSeconds: '43200',
      Policy: policy,
      'PolicyArns.member.1.arn': 'arn:aws:iam::aws:policy/ReadOnlyAccess',
      'PolicyArns.member.2.arn': 'arn:aws:iam::aws:policy/Other',
    });
  });

  it('asks for a token of the audience that the input names', async () => {
    const outcome = await runAction(
      {
        'role-to-assume': 'arn:aws-cn:iam::777788889999:role/china-deploy',
        audience: 'sts.amazonaws.com.cn',
      },
      { cloud: sandbox.cloud },
    );
    expect(outcome.error).toBeUndefined();
    expect(outcome.requests.at(0)?.params).toMatchObject({ audience: 'sts.amazonaws.com.cn' });
    expect(outcome.entries('output')).toMatchObject({
      'authenticated-arn': 'arn:aws-cn:sts::777788889999:assumed-role/china-deploy/GitHubActions',
    });
  });

  it('names the session after the run where role-session-name is auto', async () => {
    const outcome = await runAction(
      { 'role-to-assume': DEPLOY, 'role-session-name': 'auto' },
      { cloud: sandbox.cloud },
    );
    expect(parametersOf(outcome, 'AssumeRoleWithWebIdentity')).toMatchObject({
      RoleSessionName: 'gh-octo-org-octo-repo-9876543210-1',
    });
  });

  it('hides token and credentials first, then writes the undo record, outputs and environment', async () => {
    const outcome = await runAction({ 'role-to-assume': DEPLOY }, { cloud: sandbox.cloud });
    const {
      AWS_ACCESS_KEY_ID: id,
      AWS_SECRET_ACCESS_KEY: key,
      AWS_SESSION_TOKEN: session,
      ...others
    } = outcome.entries('env');
    const token = parametersOf(outcome, 'AssumeRoleWithWebIdentity')['WebIdentityToken'] ?? '';
    expect(outcome.commands().map(({ command, data }) => [command, data])).toEqual(
      [token, ...token.split('.').slice(1), id, key, session].map((secret) => ['add-mask', secret]),
    );
    expect(others).toEqual({
      AWS_CREDENTIAL_EXPIRATION: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z$/),
      AWS_REGION: 'us-east-1',
      AWS_DEFAULT_REGION: 'us-east-1',
    });
    expect(outcome.entries('output')).toEqual({
      'aws-account-id': '111122223333',
      'authenticated-arn': 'arn:aws:sts::111122223333:assumed-role/production-deploy/GitHubActions',
      'aws-expiration': others['AWS_CREDENTIAL_EXPIRATION'],
      'oidc-subject': SUBJECT,
    });
    expect(JSON.parse(outcome.entries('state')['undo'] ?? '')).toEqual([
      {
        kind: 'environment',
        before: {
          AWS_ACCESS_KEY_ID: '',
          AWS_SECRET_ACCESS_KEY: '',
          AWS_SESSION_TOKEN: '',
          AWS_CREDENTIAL_EXPIRATION: '',
          AWS_REGION: '',
          AWS_DEFAULT_REGION: '',
        },
      },
    ]);
    expect(outcome.summary).toBe('');
  });

  it('tells in the log which source was chosen and why, and who it became until when', async () => {
    const outcome = await runAction({ 'role-to-assume': DEPLOY }, { cloud: sandbox.cloud });
    const plain = outcome.log().filter((line) => !line.includes('add-mask'));
    expect(plain).toEqual([
      'Inputs taken from variables: sts-endpoint (AWS_ENDPOINT_URL_STS).',
      'Identity source: github-oidc (role-to-assume is set and the job can request a token).',
      `Authenticated as arn:aws:sts::111122223333:assumed-role/production-deploy/GitHubActions, until ${outcome.entries('output')['aws-expiration']}.`,
    ]);
  });

  it('gives the credentials as outputs only where output-credentials asks for them', async () => {
    const outcome = await runAction(
      { 'role-to-assume': DEPLOY, 'output-credentials': 'true', 'output-env-credentials': 'false' },
      { cloud: sandbox.cloud },
    );
    expect(outcome.files().env).toBe('');
    expect(outcome.entries('output')).toMatchObject({
      'aws-access-key-id': expect.stringMatching(/^ASIA[A-Z2-7]{16}$/),
      'aws-secret-access-key': expect.stringMatching(/^.{40}$/),
      'aws-session-token': expect.stringMatching(/^IQoJb3/),
    });
  });

  it('exports the Region but asks STS in another where sts-region says so', async () => {
    const outcome = await runAction(
      { 'role-to-assume': DEPLOY, 'sts-region': 'eu-central-1', 'verify-credentials': 'true' },
      { cloud: sandbox.cloud },
    );
    expect(actionsOf(outcome)).toEqual(['GET /token', 'AssumeRoleWithWebIdentity', 'GetCallerIdentity']);
    expect(outcome.requests.at(-1)?.headers['authorization']).toContain('/eu-central-1/sts/aws4_request');
    expect(outcome.entries('env')).toMatchObject({ AWS_REGION: 'us-east-1' });
  });

  it('identifies the run in the user agent, which CloudTrail records', async () => {
    const outcome = await runAction({ 'role-to-assume': DEPLOY }, { cloud: sandbox.cloud });
    expect(outcome.requests.at(0)?.headers['user-agent']).toMatch(/^assume-aws-role\/\d+\.\d+\.\d+$/);
    expect(outcome.requests.at(1)?.headers['user-agent']).toMatch(
      / assume-aws-role\/\d+\.\d+\.\d+ md\/action#__step_1 md\/run_id#9876543210 md\/attempt#1$/,
    );
  });

  it('leaves out of the user agent what is no name or number, or is not there', async () => {
    const env = { GITHUB_ACTION: 'a b\n', GITHUB_RUN_ID: undefined, GITHUB_RUN_ATTEMPT: '1' };
    const outcome = await runAction({ 'role-to-assume': DEPLOY }, { cloud: sandbox.cloud, env });
    expect(outcome.requests.at(1)?.headers['user-agent']).toMatch(
      / assume-aws-role\/\d+\.\d+\.\d+ md\/attempt#1$/,
    );
  });

  it('writes a summary page where summary is always', async () => {
    const outcome = await runAction(
      { 'role-to-assume': DEPLOY, summary: 'always' },
      { cloud: sandbox.cloud },
    );
    expect(outcome.summary).toContain('Assume AWS Role');
    expect(outcome.summary).toContain('production&#45;deploy');
  });

  it.each<[string, Record<string, string>, RegExp]>([
    ['until when', { 'role-to-assume': DEPLOY }, /^\| Until \| <code>2[-0-9]{9}T[0-9:.]{12}Z<\/code> \|$/m],
    ['that nobody knows until when', DEPLOYER_KEYS, /^\| Until \| <code>unknown<\/code> \|$/m],
  ])('says on the summary page whose credentials they are, and %s', async (_, inputs, until) => {
    const outcome = await runAction({ ...inputs, summary: 'always' }, { cloud: sandbox.cloud });
    const page = rendered(outcome.summary);
    const { 'authenticated-arn': arn } = outcome.entries('output');
    expect(page).toContain(`| Authenticated as | <code>${arn}</code> |`);
    expect(page).toMatch(until);
  });

  it('works also where the summary page cannot be written', async () => {
    const outcome = await runAction(
      { 'role-to-assume': DEPLOY, summary: 'always' },
      { cloud: sandbox.cloud, env: { GITHUB_STEP_SUMMARY: undefined } },
    );
    expect(outcome.error).toBeUndefined();
    expect(outcome.summary).toBe('');
  });
});

describe('what only AssumeRole can carry', () => {
  it('is not sent with a token, and one warning names what was left out and the remedy', async () => {
    const outcome = await runAction(
      {
        'role-to-assume': DEPLOY,
        'role-external-id': 'example-external-id',
        'custom-tags': '{"Team":"core"}',
        'transitive-tag-keys': 'Team',
      },
      { cloud: sandbox.cloud },
    );
    expect(outcome.error).toBeUndefined();
    const sent = parametersOf(outcome, 'AssumeRoleWithWebIdentity');
    expect(Object.keys(sent).filter((name) => /^(Tags|Transitive|External)/.test(name))).toEqual([]);
    const warnings = outcome.commands().filter(({ command }) => command === 'warning');
    expect(warnings).toHaveLength(1);
    expect(warnings[0]?.data).toMatch(
      /^role-external-id, custom-tags, transitive-tag-keys: not sent.*AssumeRoleWithWebIdentity.*role-chain/,
    );
  });
});
