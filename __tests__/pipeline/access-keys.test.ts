import { sharedCloud } from '../support/cloud.js';
import { BY_KEYS, DEPLOYER_KEYS, LONG } from '../support/roles.js';
import { actionsOf, type Outcome, parametersOf, runAction } from '../support/run-action.js';
import { callerAnswer } from '../support/sts-answers.js';

const sandbox = sharedCloud();
const inputs = { ...DEPLOYER_KEYS, 'role-to-assume': BY_KEYS };

/** The session tags of an AssumeRole call in the order in which they were sent. */
function tagsOf(params: Readonly<Record<string, string>>): readonly (readonly [string, string])[] {
  return Object.keys(params)
    .filter((name) => /^Tags\.member\.\d+\.Key$/.test(name))
    .map((name) => [params[name] ?? '', params[name.replace('Key', 'Value')] ?? '']);
}

function transitiveKeysOf(params: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(params).flatMap(([name, value]) =>
    name.startsWith('TransitiveTagKeys') ? [value] : [],
  );
}

/** AssumeRole's parameters but the tags. */
function withoutTags(outcome: Outcome): Record<string, string> {
  const sent = Object.entries(parametersOf(outcome, 'AssumeRole'));
  return Object.fromEntries(sent.filter(([name]) => !name.startsWith('Tags.')));
}

const RUN_TAGS = [
  ['GitHub', 'Actions'],
  ['Repository', 'octo-org/octo-repo'],
  ['Workflow', 'deploy'],
  ['Action', '__step_1'],
  ['Actor', 'octocat'],
  ['Commit', 'ffac537e6cbbf934b08745a378932722df287a53'],
  ['Branch', 'refs/heads/main'],
  ['EventName', 'push'],
  ['RunId', '9876543210'],
  ['Job', 'deploy'],
  ['TriggeringActor', 'octocat'],
];

describe('access keys without a role', () => {
  it('are checked with one call to STS and exported as they are, leaving no session token behind', async () => {
    const env = { AWS_SESSION_TOKEN: 'of-earlier-credentials' };
    const outcome = await runAction(DEPLOYER_KEYS, { cloud: sandbox.cloud, env });
    expect(outcome.error).toBeUndefined();
    expect(actionsOf(outcome)).toEqual(['GetCallerIdentity']);
    expect(outcome.entries('env')).toEqual({
      AWS_ACCESS_KEY_ID: DEPLOYER_KEYS['aws-access-key-id'],
      AWS_SECRET_ACCESS_KEY: DEPLOYER_KEYS['aws-secret-access-key'],
      AWS_SESSION_TOKEN: '',
      AWS_REGION: 'us-east-1',
      AWS_DEFAULT_REGION: 'us-east-1',
    });
    expect(outcome.entries('output')).toEqual({
      'aws-account-id': '111122223333',
      'authenticated-arn': 'arn:aws:iam::111122223333:user/legacy-deployer',
    });
  });
});

describe('access keys with a role', () => {
  it('take one call to STS, and are themselves never exported', async () => {
    const outcome = await runAction(inputs, { cloud: sandbox.cloud });
    expect(outcome.error).toBeUndefined();
    expect(actionsOf(outcome)).toEqual(['AssumeRole']);
    expect(outcome.requests[0]?.signer).toBe(DEPLOYER_KEYS['aws-access-key-id']);
    const { env, output, state } = outcome.files();
    expect(env + output + state).not.toContain(DEPLOYER_KEYS['aws-access-key-id']);
    expect(env + output + state).not.toContain(DEPLOYER_KEYS['aws-secret-access-key']);
  });

  it('send the tags of the run, in the order that policies know', async () => {
    const outcome = await runAction(inputs, { cloud: sandbox.cloud });
    expect(tagsOf(parametersOf(outcome, 'AssumeRole'))).toEqual(RUN_TAGS);
    expect(withoutTags(outcome)).toEqual({
      Action: 'AssumeRole',
      Version: '2011-06-15',
      RoleArn: BY_KEYS,
      RoleSessionName: 'GitHubActions',
      DurationSeconds: '3600',
    });
  });

  it('send also the branches of a pull request', async () => {
    const run = { event: 'pull_request', headRef: 'feature', baseRef: 'main' };
    const outcome = await runAction(inputs, { cloud: sandbox.cloud, run });
    expect(tagsOf(parametersOf(outcome, 'AssumeRole')).slice(7, 10)).toEqual([
      ['EventName', 'pull_request'],
      ['BaseRef', 'main'],
      ['HeadRef', 'feature'],
    ]);
  });

  it('replace what STS does not allow in a tag by _ and end it at 256 characters', async () => {
    const run = { workflow: `Ship it! (prod) — "now" 🚀 #7 ${'x'.repeat(300)}`, actor: 'renovate[bot]' };
    const outcome = await runAction(inputs, { cloud: sandbox.cloud, run });
    const tags = new Map(tagsOf(outcome.requests[0]?.params ?? {}));
    expect(tags.get('Workflow')).toBe(`Ship it_ _prod_ _ _now_ _ _7 ${'x'.repeat(300)}`.slice(0, 256));
    expect(tags.get('Actor')).toBe('renovate_bot_');
  });

  it('send custom tags behind those of the run, in YAML or JSON', async () => {
    for (const customTags of ['{"Team":"core","Cost":42,"Live":true}', 'Team: core\nCost: 42\nLive: true']) {
      const outcome = await runAction({ ...inputs, 'custom-tags': customTags }, { cloud: sandbox.cloud });
      expect(tagsOf(outcome.requests[0]?.params ?? {}).slice(RUN_TAGS.length)).toEqual([
        ['Team', 'core'],
        ['Cost', '42'],
        ['Live', 'true'],
      ]);
    }
  });

  it('are refused before anything is asked where there are more than 50 tags', async () => {
    const tags = Array.from({ length: 40 }, (_, index) => `T${index}: x`).join('\n');
    const outcome = await runAction({ ...inputs, 'custom-tags': tags }, { cloud: sandbox.cloud });
    expect(outcome.error).toMatchObject({
      code: 'INPUT_INVALID',
      message: expect.stringContaining(
        "custom-tags: got 51, including the run's own tags; allowed: at most 50.",
      ),
    });
    expect(actionsOf(outcome)).toEqual([]);
  });

  it('send no tags where role-skip-session-tagging is true', async () => {
    const outcome = await runAction(
      { ...inputs, 'role-skip-session-tagging': 'true', 'transitive-tag-keys': 'Repository' },
      { cloud: sandbox.cloud },
    );
    expect(withoutTags(outcome)).toEqual(parametersOf(outcome, 'AssumeRole'));
    expect(withoutTags(outcome)).not.toHaveProperty('TransitiveTagKeys.member.1');
  });

  it('send those transitive keys that are keys of a tag, and say which are not', async () => {
    const outcome = await runAction(
      { ...inputs, 'transitive-tag-keys': 'Repository\nNoSuchTag, Actor\n' },
      { cloud: sandbox.cloud },
    );
    expect(transitiveKeysOf(parametersOf(outcome, 'AssumeRole'))).toEqual(['Repository', 'Actor']);
    expect(outcome.log()).toContain(
      'Notice: transitive-tag-keys: ignored NoSuchTag, because no session tag has that key.',
    );
  });

  it('drop the convenience tags once where the session is too large, and say so', async () => {
    const outcome = await runAction(
      { ...inputs, 'transitive-tag-keys': 'Repository,RunId' },
      { cloud: sandbox.cloud, run: { workflow: 'w'.repeat(200) } },
    );
    expect(outcome.error).toBeUndefined();
    expect(outcome.requests.map(({ status }) => status)).toEqual([400, 200]);
    const [full, small] = outcome.requests.map(({ params }) => params);
    expect(tagsOf(full ?? {})).toHaveLength(RUN_TAGS.length);
    expect(tagsOf(small ?? {}).map(([key]) => key)).toEqual(RUN_TAGS.slice(0, 7).map(([key]) => key));
    expect(transitiveKeysOf(small ?? {})).toEqual(['Repository']);
    expect(outcome.log()).toContain(
      'The session is too large; trying once more without the tags EventName, RunId, Job, TriggeringActor.',
    );
  });

  it('fail naming the size in percent where it is too large even so', async () => {
    const outcome = await runAction(inputs, {
      cloud: sandbox.cloud,
      run: { workflow: 'w'.repeat(256), actor: 'a'.repeat(250) },
    });
    expect(actionsOf(outcome)).toEqual(['AssumeRole', 'AssumeRole']);
    expect(outcome.error).toMatchObject({
      code: 'SESSION_TOO_LARGE',
      message: expect.stringMatching(/\d{3}% of allotted space/),
    });
  });

  it('send external id and source identity', async () => {
    const outcome = await runAction(
      {
        ...inputs,
        'role-to-assume': 'arn:aws:iam::111122223333:role/source-identity',
        'role-external-id': 'example-external-id',
        'source-identity': 'octocat',
      },
      { cloud: sandbox.cloud },
    );
    expect(outcome.error).toBeUndefined();
    expect(withoutTags(outcome)).toMatchObject({
      ExternalId: 'example-external-id',
      SourceIdentity: 'octocat',
    });
  });

  it.each(['access-key-deploy', 'long-session'])(
    'find a role by its name, %s, in their account',
    async (name) => {
      const outcome = await runAction(
        { ...inputs, 'role-to-assume': name, 'role-skip-session-tagging': 'true' },
        { cloud: sandbox.cloud },
      );
      expect(outcome.error).toBeUndefined();
      expect(actionsOf(outcome)).toEqual(['GetCallerIdentity', 'AssumeRole']);
      expect(withoutTags(outcome)).toMatchObject({ RoleArn: `arn:aws:iam::111122223333:role/${name}` });
    },
  );

  it('find a role by its name in their own partition', async () => {
    const arn = 'arn:aws-us-gov:iam::111122223333:user/me';
    sandbox.cloud.fault('sts', { kind: 'answer', body: callerAnswer(arn) });
    const outcome = await runAction({ ...inputs, 'role-to-assume': 'ci/deploy' }, { cloud: sandbox.cloud });
    expect(withoutTags(outcome)).toMatchObject({
      RoleArn: 'arn:aws-us-gov:iam::111122223333:role/ci/deploy',
    });
  });

  it('may be temporary ones', async () => {
    const first = await runAction({ 'role-to-assume': LONG }, { cloud: sandbox.cloud });
    const {
      AWS_ACCESS_KEY_ID = '',
      AWS_SECRET_ACCESS_KEY = '',
      AWS_SESSION_TOKEN = '',
    } = first.entries('env');
    const outcome = await runAction(
      {
        'aws-access-key-id': AWS_ACCESS_KEY_ID,
        'aws-secret-access-key': AWS_SECRET_ACCESS_KEY,
        'aws-session-token': AWS_SESSION_TOKEN,
      },
      { cloud: sandbox.cloud },
    );
    expect(outcome.entries('output')).toEqual({
      'aws-account-id': '111122223333',
      'authenticated-arn': 'arn:aws:sts::111122223333:assumed-role/long-session/GitHubActions',
    });
    expect(outcome.entries('env')).toMatchObject({ AWS_SESSION_TOKEN });
  });
});
