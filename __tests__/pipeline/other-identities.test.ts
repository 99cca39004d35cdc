import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { AccountsFile, Cloud } from '../../sandbox/cloud.js';
import { runCommand } from '../../src/check-trust/command.js';
import { startCloud } from '../support/cloud.js';
import { temporaryDirectory } from '../support/files.js';
import { listAt, type Mapping, mappingAt } from '../support/mapping.js';
import { nameIn, page, tableRows } from '../support/pages.js';
import { actionsOf, runAction } from '../support/run-action.js';
import { element, requestToken, unsigned } from '../support/sts-client.js';
import { evaluated } from '../support/workflow-steps.js';

/* docs/other-identities.md: each step runs on the sandbox, whose roles have the very policies of the page. */

const identities = page('docs/other-identities.md');
const ACCOUNT = '111122223333';
const ORG = '9f3c1d52-6a0e-4b7f-8c21-5d4e3f2a1b0c';
const PROJECT = '0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d';
const GOOGLE = '112233445566778899001';

const NAMES = ['saml', 'target', 'ec2', 'ecs', 'pods', 'anywhere', 'gitlab', 'circleci', 'google'] as const;
type Name = (typeof NAMES)[number];
const fencesIn = (language: string): readonly string[] =>
  identities.fences.filter((fence) => fence.language === language).map(({ text }) => text);
const policies = fencesIn('json');
const policy = (name: Name): string => policies[NAMES.indexOf(name)] ?? '';
const [samlStep, runnerStep, tokenStep, tokens = ''] = fencesIn('yaml');

/** The inputs of a step of the page. */
function inputsOf(step = '', values: Readonly<Record<string, string>> = {}): Record<string, string> {
  const given = Object.entries(mappingAt(mappingAt(listAt(parse(step))[0])['with']));
  return Object.fromEntries(given.map(([name, value]) => [name, evaluated(String(value), values)]));
}

test('the page has the policies that are tested here', () => {
  expect(policies).toHaveLength(NAMES.length);
});

describe('check-trust', () => {
  async function check(text: string, ...args: readonly string[]) {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, 'gitlab.json'), text);
    writeFileSync(join(directory, 'tokens.yml'), tokens);
    const lines: string[] = [];
    const print = (line: string): void => void lines.push(line);
    const terminal = { print, printError: print, now: () => 0 };
    const code = await runCommand(['gitlab.json', ...args], directory, terminal);
    return { code, text: lines.join('\n') };
  }

  it.each(NAMES)('objects to nothing in the policy for %s, and lets no token of GitHub in', async (name) => {
    const never = 'other-owner,other-repository,pull-request,other-branch,tag,other-environment';
    const { code, text } = await check(policy(name), '--repository', 'octo-org/octo-repo', '--never', never);
    expect([code, text]).toEqual([
      0,
      expect.stringMatching(/1 trust policy, 0 errors, 0 warnings, 0 notes, 6 of 6 expectations met\.$/),
    ]);
    expect(text).toMatch(/^ {2}✘ intended +no /m);
  });

  it('expects tokens of GitLab as the page says', async () => {
    const [, , , , ...args] = (fencesIn('sh')[0] ?? '').split(' ');
    const allowed = await check(policy('gitlab'), ...args.slice(1));
    expect([args[0], allowed.code]).toEqual(['gitlab.json', 0]);
    expect(allowed.text).toContain('1 of 1 expectations met.');
  });

  /** A policy with its only statement changed. */
  const changed = (name: Name, change: (statement: Mapping) => Mapping): string => {
    const { Version, Statement } = mappingAt(JSON.parse(policy(name)));
    return JSON.stringify({ Version, Statement: listAt(Statement).map((one) => change(mappingAt(one))) });
  };
  const without = (name: Name, key: string): string =>
    changed(name, (statement) => {
      const operators = Object.entries(mappingAt(statement['Condition'])).map(([operator, keys]) => [
        operator,
        Object.fromEntries(Object.entries(mappingAt(keys)).filter(([one]) => !one.endsWith(`:${key}`))),
      ]);
      return { ...statement, Condition: Object.fromEntries(operators) };
    });
  const unconditional = (name: Name): string => changed(name, ({ Condition: _, ...statement }) => statement);

  const CHANGES: readonly (readonly string[])[] = [
    [without('gitlab', 'sub'), without('circleci', 'sub')],
    [without('gitlab', 'aud'), without('circleci', 'aud')],
    (['gitlab', 'circleci'] as const).map((name) =>
      changed(name, (statement) => ({ ...statement, Action: 'sts:AssumeRoleWithJWT' })),
    ),
    [
      changed('target', (statement) => ({
        ...statement,
        Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
      })),
    ],
    (['saml', 'ecs', 'pods', 'anywhere'] as const).map(unconditional),
    [without('google', 'sub'), without('google', 'oaud')],
  ];
  const rows = tableRows(identities, 'Checked').map(([, said = '']) => nameIn(said));

  it('has a row for each change that is tried', () => {
    expect(rows).toHaveLength(CHANGES.length);
  });

  it.each(CHANGES.flatMap((texts, row) => texts.map((text) => ({ row, text }))))(
    'says of the change in row $row what the page says',
    async ({ row, text }) => {
      const said = await check(text, '--fail-on', 'never');
      const found = [...said.text.matchAll(/^gitlab\.json:\d+:\d+: (\w+ [\w-]+):/gm)].map(([, one]) => one);
      expect(found).toEqual(rows[row]?.startsWith('nothing') ? [] : [rows[row]]);
    },
  );
});

/** The sandbox has one issuer and one identity provider: they stand in for those that a policy names. */
const forSandbox = (name: Name): object =>
  JSON.parse(
    policy(name)
      .replaceAll(
        '"Federated": "accounts.google.com"',
        `"Federated": "arn:aws:iam::${ACCOUNT}:oidc-provider/ISSUER"`,
      )
      .replaceAll(
        /gitlab\.com(?=[:"])|oidc\.circleci\.com\/org\/[\da-f-]+(?=[:"])|accounts\.google\.com(?=:)/g,
        'ISSUER',
      )
      // STS evaluates this claim for Google alone.
      .replaceAll(/\s*"ISSUER:oaud": "[^"]*",/g, ''),
  );

const CLIENT_IDS = ['sts.amazonaws.com', ORG, GOOGLE];
const { 'SAML:iss': samlIssuer, 'SAML:sub': samlSubject } = mappingAt(
  mappingAt(mappingAt(listAt(mappingAt(JSON.parse(policy('saml')))['Statement'])[0])['Condition'])[
    'StringEquals'
  ],
);
/** Credentials of the role `runner`, which the sandbox gives to its service account. */
const runnerTrust = {
  Statement: {
    Effect: 'Allow',
    Principal: { Federated: `arn:aws:iam::${ACCOUNT}:oidc-provider/ISSUER` },
    Action: 'sts:AssumeRoleWithWebIdentity',
    Condition: { StringEquals: { 'ISSUER:sub': 'the runner' } },
  },
};

let cloud: Cloud;
async function start(name: Name): Promise<void> {
  const accounts: AccountsFile = {
    accounts: {
      [ACCOUNT]: {
        providers: [{ url: 'ISSUER', clientIds: CLIENT_IDS }],
        samlProviders: { 'octo-idp': { issuer: String(samlIssuer) } },
        roles: {
          deploy: { trust: forSandbox(name) },
          'saml-deploy': { trust: forSandbox(name) },
          runner: {
            trust: runnerTrust,
            permissions: [{ Effect: 'Allow', Action: ['sts:AssumeRole', 'sts:TagSession'], Resource: '*' }],
          },
          stranger: {
            trust: runnerTrust,
            permissions: [{ Effect: 'Allow', Action: ['sts:AssumeRole', 'sts:TagSession'], Resource: '*' }],
          },
        },
      },
    },
  };
  cloud = await startCloud({ accounts });
}
afterEach(() => cloud?.close());

const DEPLOY_ARN = `arn:aws:sts::${ACCOUNT}:assumed-role/deploy/GitHubActions`;
const noToken = { idToken: false };
const CODES: Readonly<Record<string, string | undefined>> = {
  'is let in': undefined,
  'is refused': 'ACCESS_DENIED',
};

describe('SAML', () => {
  it.each([
    [String(samlSubject), 'is let in'],
    ['somebody@example.com', 'is refused'],
  ])('the step for %s %s', async (subject, what) => {
    await start('saml');
    const assertion = await cloud.samlAssertion({ subject });
    const inputs = inputsOf(samlStep, { 'steps.login.outputs.assertion': assertion });
    const outcome = await runAction(inputs, { cloud, run: noToken });
    expect([outcome.error?.code, actionsOf(outcome)]).toEqual([CODES[what], ['AssumeRoleWithSAML']]);
  });
});

describe('a token of another issuer', () => {
  it.each<[Name, Readonly<Record<string, unknown>>, Readonly<Record<string, unknown>>]>([
    [
      'gitlab',
      { sub: 'project_path:octo-group/octo-project:ref_type:branch:ref:main', aud: 'sts.amazonaws.com' },
      { sub: 'project_path:octo-group/octo-project:ref_type:branch:ref:feature' },
    ],
    [
      'circleci',
      { sub: `org/${ORG}/project/${PROJECT}/user/1`, aud: ORG },
      { sub: `org/${ORG}/project/${ORG}/user/1` },
    ],
    ['google', { sub: GOOGLE, aud: GOOGLE }, { sub: '998877665544332211009' }],
  ])('of %s is let in, and another subject is not', async (name, claims, others) => {
    await start(name);
    for (const [given, code] of [
      [claims, undefined],
      [{ ...claims, ...others }, 'ACCESS_DENIED'],
    ] as const) {
      const token = await requestToken(cloud.environment({ claims: given }));
      const directory = temporaryDirectory();
      writeFileSync(join(directory, 'token'), token, { mode: 0o600 });
      const inputs = inputsOf(tokenStep, { 'runner.temp': directory });
      const outcome = await runAction(inputs, { cloud, run: noToken });
      expect([outcome.error?.code, actionsOf(outcome)]).toEqual([code, ['AssumeRoleWithWebIdentity']]);
      if (code === undefined) expect(outcome.entries('output')['authenticated-arn']).toBe(DEPLOY_ARN);
    }
  });
});

/** Credentials of a role, as a service or a helper hands them out: in the words of AWS's two protocols. */
async function credentialsOf(role: string) {
  const token = await requestToken(cloud.environment({ claims: { sub: 'the runner' } }));
  const answer = await unsigned(cloud, {
    Action: 'AssumeRoleWithWebIdentity',
    RoleArn: `arn:aws:iam::${ACCOUNT}:role/${role}`,
    RoleSessionName: 'runner',
    WebIdentityToken: token,
  });
  const part = (name: string): string => element(answer, name) ?? '';
  return {
    AccessKeyId: part('AccessKeyId'),
    SecretAccessKey: part('SecretAccessKey'),
    sessionToken: part('SessionToken'),
    expires: part('Expiration'),
  };
}

describe("the runner's own role", () => {
  it.each([
    ['runner', 'is let in'],
    ['stranger', 'is refused'],
  ])('from the endpoint of a container: the role %s %s', async (role, what) => {
    await start('target');
    const { sessionToken, expires, ...keys } = await credentialsOf(role);
    const server = createServer((_, response) => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ ...keys, Token: sessionToken, Expiration: expires }));
    });
    await new Promise<void>((done) => void server.listen(0, '127.0.0.1', done));
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    try {
      const env = { AWS_CONTAINER_CREDENTIALS_FULL_URI: `http://127.0.0.1:${port}/` };
      const outcome = await runAction(inputsOf(runnerStep), { cloud, env });
      expect([outcome.error?.code, actionsOf(outcome)]).toEqual([CODES[what], ['AssumeRole']]);
      if (what === 'is let in') expect(outcome.entries('output')['authenticated-arn']).toBe(DEPLOY_ARN);
    } finally {
      server.closeAllConnections();
      await new Promise((done) => void server.close(done));
    }
  });
});

test('the helper of Roles Anywhere is asked by its profile, and its role opens the next one', async () => {
  await start('target');
  const { sessionToken, expires, ...keys } = await credentialsOf('runner');
  const directory = temporaryDirectory();
  const [config = ''] = fencesIn('ini');
  const arguments_ = join(directory, 'arguments');
  const answer = { Version: 1, ...keys, SessionToken: sessionToken, Expiration: expires };
  mkdirSync(join(directory, 'bin'));
  const helper = join(directory, 'bin', 'aws_signing_helper');
  writeFileSync(helper, `#!/bin/sh\necho "$@" > '${arguments_}'\necho '${JSON.stringify(answer)}'\n`);
  chmodSync(helper, 0o700);
  writeFileSync(join(directory, 'config'), config.replace('/usr/local/bin/aws_signing_helper', helper), {
    mode: 0o600,
  });
  const env = {
    AWS_CONFIG_FILE: join(directory, 'config'),
    AWS_SHARED_CREDENTIALS_FILE: join(directory, 'credentials'),
  };
  const outcome = await runAction(inputsOf(runnerStep), { cloud, env });
  expect([outcome.error, actionsOf(outcome)]).toEqual([undefined, ['AssumeRole']]);
  expect(outcome.entries('output')['authenticated-arn']).toBe(DEPLOY_ARN);
});
