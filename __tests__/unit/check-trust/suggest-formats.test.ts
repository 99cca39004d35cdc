import { spawnSync } from 'node:child_process';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { findPolicies } from '../../../src/check-trust/sources/find-policies.js';
import { suggest } from '../../../src/check-trust/suggest/suggest.js';
import { parseTrustPolicy } from '../../../src/trust/language/parse.js';
import type { TrustPolicy } from '../../../src/trust/language/policy.js';
import type { Home } from '../../../src/trust/reach/question.js';
import { temporaryDirectory } from '../../support/files.js';
import { PROVIDER, shortOf } from '../../support/found-policies.js';
import { anyText } from '../../support/texts.js';
import { times } from '../../support/volume.js';

const HOME: Home = { repository: 'octo-org/octo-repo', ownerId: '65', repositoryId: '74' };
const ACCOUNT = '111122223333';

const write = (home: Home, options: Readonly<Record<string, string>>): string =>
  suggest(home, options, () => 0).text;

/** What the conditions of a policy are, in one order: the keys of a condition block have none. */
const conditionsOf = (policy: TrustPolicy): readonly string[] => shortOf(policy).slice(1).toSorted();

/** The conditions of the only role's only statement. */
async function readBack(path: string, text: string): Promise<readonly string[]> {
  const { policies, problems } = await findPolicies({ path, text });
  const all = new Set(policies.map(({ policy }) => JSON.stringify(conditionsOf(policy))));
  expect([problems, policies.map(({ policy }) => policy.statements.length), all.size]).toEqual([[], [1], 1]);
  const providers = policies.map(({ policy }) => shortOf(policy)[0]);
  expect(providers).toEqual(providers.map(() => PROVIDER));
  return policies[0] === undefined ? [] : conditionsOf(policies[0].policy);
}

/** Runs the script with an `aws` that writes down how many arguments it has, and each of them. */
function runScript(script: string, { hasProvider = false, env = {} } = {}) {
  const directory = temporaryDirectory();
  const calls = join(directory, 'calls');
  writeFileSync(calls, '');
  writeFileSync(
    join(directory, 'aws'),
    `#!/bin/sh
printf '%s\\0' "$#" "$@" >>"$CALLS"
case "$*" in *get-caller-identity*) echo ${ACCOUNT};; *get-open-id*) exit ${hasProvider ? 0 : 1};; esac
`,
  );
  chmodSync(join(directory, 'aws'), 0o755);
  const PATH = `${directory}:${process.env['PATH'] ?? ''}`;
  const { status, stderr } = spawnSync('/bin/sh', ['-c', script], {
    env: { PATH, CALLS: calls, ...env },
    encoding: 'utf8',
  });
  const texts = readFileSync(calls, 'utf8').split('\0').slice(0, -1);
  const made: (readonly string[])[] = [];
  while (texts.length > 0) made.push(texts.splice(0, Number(texts.shift())));
  return { status, stderr, calls: made };
}

const NAMES = [
  'production',
  `it's $(id) \`id\``,
  '"a\\b"c',
  `\${x}&{y}%{z}$\${w}`,
  'a: - b # c',
  '<account>',
  'ü é',
  'prod-*',
  'y',
];

describe.each(NAMES)('the environment %j', (name) => {
  const home = { ...HOME, environments: [name], branches: ['main', 'release/*'] };
  const wanted = conditionsOf(parseTrustPolicy(write(home, { account: ACCOUNT })));

  it('is read back from JSON, which is ASCII', () => {
    const text = write(home, { account: ACCOUNT });
    expect(text).toMatch(/^[\n -~]+$/);
    expect(wanted.join('\n')).toContain('refs/heads/release/*');
  });

  it.each([
    ['terraform', 'main.tf'],
    ['cloudformation', 'template.yaml'],
  ])('is read back from %s by this reader', async (format, path) => {
    const text = write(home, { format, 'role-name': 'deploy' });
    // Who reads such a file for a person takes some texts for placeholders; IAM does not.
    const known = await findPolicies({ path: 'policy.json', text: write(home, { account: ACCOUNT }) });
    expect(await readBack(path, text)).toEqual(known.policies.flatMap(({ policy }) => conditionsOf(policy)));
  });

  it('is handed on by a shell as it is', () => {
    const script = write(home, { format: 'aws-cli', 'role-name': 'deploy' });
    expect(script).toMatch(/^#!\/bin\/sh\nset -eu\n/);
    const { status, stderr, calls } = runScript(script);
    expect([status, stderr]).toEqual([0, '']);
    const call = calls.at(-1) ?? [];
    expect(call.slice(0, -1)).toEqual([
      'iam',
      'create-role',
      '--role-name',
      'deploy',
      '--assume-role-policy-document',
    ]);
    const policy = parseTrustPolicy(call.at(-1) ?? '');
    expect(conditionsOf(policy)).toEqual(wanted);
    expect(shortOf(policy)[0]).toBe(
      `arn:aws:iam::${ACCOUNT}:oidc-provider/token.actions.githubusercontent.com`,
    );
  });
});

it('writes any text of an environment so that it is read back', async () => {
  const text = anyText({ minLength: 1, maxLength: 12 }).filter((one) => /^[^\p{Cc}\p{Cs}*?]+$/u.test(one));
  await fc.assert(
    fc.asyncProperty(text, async (name) => {
      const home: Home = { ...HOME, template: 'immutable', environments: [name] };
      const json = parseTrustPolicy(write(home, {}));
      const literal = name.replaceAll(':', '%3A').replace(/\$(?=\{)/g, (sign) => `${sign}{$}`);
      expect(conditionsOf(json).join('\n')).toContain(`:environment:${literal}`);
      if ([...name].some((letter) => letter > '\u00FF')) {
        expect(() => write(home, { format: 'terraform' })).toThrow(/IAM takes no character beyond U\+00FF/);
        return;
      }
      const { policies } = await findPolicies({ path: 'policy.json', text: write(home, {}) });
      const wanted = policies.flatMap(({ policy }) => conditionsOf(policy));
      expect(await readBack('t.yaml', write(home, { format: 'cloudformation' }))).toEqual(wanted);
      expect(await readBack('main.tf', write(home, { format: 'terraform' }))).toEqual(wanted);
    }),
    { numRuns: times(5, 50) },
  );
});

it.each(['terraform', 'cloudformation'])('%s takes letters up to U+00FF, and none beyond', (format) => {
  const withLetter = (letter: string) => write({ ...HOME, environments: [`a${letter}`] }, { format });
  expect(withLetter('\u00FF')).toMatch(/:environment:a\\[uU]0*ff"/);
  expect(() => withLetter('\u0100')).toThrow(
    `--format: got "${format}", which hands "\u0100" to IAM as it is, and IAM takes no character beyond U+00FF there; write ? in its place, or use json or aws-cli`,
  );
});

describe('the script of aws-cli', () => {
  it('makes the provider where the account has none', () => {
    const script = write(HOME, { format: 'aws-cli' });
    const { status, calls } = runScript(script, { env: { ROLE_NAME: 'deploy' } });
    const arn = `arn:aws:iam::${ACCOUNT}:oidc-provider/token.actions.githubusercontent.com`;
    expect(status).toBe(0);
    expect(calls.slice(0, -1)).toEqual([
      ['sts', 'get-caller-identity', '--query', 'Account', '--output', 'text'],
      ['iam', 'get-open-id-connect-provider', '--open-id-connect-provider-arn', arn],
      [
        'iam',
        'create-open-id-connect-provider',
        '--url',
        'https://token.actions.githubusercontent.com',
        '--client-id-list',
        'sts.amazonaws.com',
      ],
    ]);
    expect(calls.at(-1)?.slice(0, 4)).toEqual(['iam', 'create-role', '--role-name', 'deploy']);
  });

  it('leaves a provider that is there alone, and asks for no account that is given', () => {
    const script = write(HOME, { format: 'aws-cli', account: '444455556666', 'role-name': 'deploy' });
    const { status, calls } = runScript(script, { hasProvider: true });
    expect(status).toBe(0);
    expect(calls.map(([, call]) => call)).toEqual(['get-open-id-connect-provider', 'create-role']);
    expect(calls.at(-1)?.at(-1)).toContain('arn:aws:iam::444455556666:oidc-provider/');
  });

  it('stops before its first call without the name of the role', () => {
    const { status, stderr, calls } = runScript(write(HOME, { format: 'aws-cli' }));
    expect([status === 0, calls]).toEqual([false, []]);
    expect(stderr).toContain('ROLE_NAME: set it to the name of the role');
  });
});

it('makes the role and the provider with Terraform and CloudFormation', () => {
  const terraform = write(HOME, { format: 'terraform' });
  expect(terraform).toContain('resource "aws_iam_openid_connect_provider" "github"');
  expect(terraform).not.toContain('  name =');
  const template = write(HOME, { format: 'cloudformation', 'role-name': 'deploy' });
  expect(template).toContain('      RoleName: "deploy"\n');
  expect(template).toContain('    Type: AWS::IAM::OIDCProvider\n    Condition: HasNoProvider\n');
});

it.each([
  [{ format: 'yaml' }, '--format: got "yaml"; allowed: json, cloudformation, terraform or aws-cli'],
  [{ account: '12' }, '--account: got "12"; allowed: the twelve digits of an account'],
  [
    { format: 'aws-cli', 'role-name': 'a b' },
    '--role-name: got "a b"; allowed: up to 64 letters, digits and any of _+=,.@-',
  ],
  [
    { format: 'terraform', account: ACCOUNT },
    '--account: terraform knows the account that it is deployed to',
  ],
  [{ 'role-name': 'deploy' }, '--role-name: json is the policy alone; the other formats make the role'],
])('refuses %j', (options, message) => {
  expect(() => suggest(HOME, options, () => 0)).toThrow(message);
});
