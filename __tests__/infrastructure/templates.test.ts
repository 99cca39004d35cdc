import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { CASES, type Case } from '../../e2e/infrastructure/cases.js';
import { readTemplate, withParameters } from '../../e2e/infrastructure/template.js';
import { moduleNames } from '../../e2e/infrastructure/tofu.js';
import type { FoundPolicy } from '../../src/check-trust/sources/found.js';
import { reachAll } from '../../src/trust/reach/reach.js';
import { filesBelow } from '../support/files.js';
import { findIn, shortOf, unknown } from '../support/found-policies.js';
import { ROOT } from '../support/pages.js';

const FOLDER = join(ROOT, 'infrastructure', 'cloudformation');
const TEMPLATES = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => name.replace('.yaml', ''));
// Their descriptions say that `*` stands for any text.
const WITH_WILDCARDS = ['ExpectedSubject', 'ExpectedAddress', 'ResourceArns', 'AllowedActions'];

const titled = (cases: readonly Case[]) =>
  cases.map((one) => [`${one.template} for ${one.title}`, one] as const);

async function roleOf(one: Case): Promise<FoundPolicy> {
  const text = withParameters(readTemplate(ROOT, one.template), one);
  const { policies, problems } = await findIn({ 'template.yaml': text }, 'template.yaml');
  expect([policies.length, problems]).toEqual([1, []]);
  const [role] = policies;
  if (role === undefined) throw new Error('there is no role');
  return role;
}

/** The answers of the exact analysis, by question. */
function answers({ policy }: FoundPolicy, options: readonly string[]): Readonly<Record<string, string>> {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...options],
    options: {
      repository: { ...text, default: '' },
      'owner-id': text,
      'repository-id': text,
      environments: text,
      workflows: text,
    },
  });
  const home = {
    repository: values.repository,
    ownerId: values['owner-id'],
    repositoryId: values['repository-id'],
    environments: values.environments?.split(','),
    workflows: values.workflows?.split(','),
    branches: undefined,
    tags: undefined,
    template: undefined,
    issuer: undefined,
  };
  return Object.fromEntries(reachAll(policy, home, {}).map(({ question, answer }) => [question, answer]));
}

describe('the CloudFormation templates', () => {
  test.each(titled(CASES.filter(({ reach }) => reach !== undefined)))(
    'of %s let in who is intended, and otherwise only whom a parameter names',
    async (_, one) => {
      const { options = [], wide = [] } = one.reach ?? {};
      const found = answers(await roleOf(one), options);
      const open = Object.keys(found).filter((question) => found[question] !== 'no');
      expect(open.sort()).toEqual([...wide, 'intended'].sort());
      expect(Object.keys(found).length).toBeGreaterThan(7);
    },
  );

  const others = ['spoke-role', 'vendor-role', 'eks-role', 'mfa-role', 'abac-role'];
  test.each(titled(CASES.filter(({ template }) => others.includes(template))))(
    'of %s let in no repository by a token of GitHub',
    async (_, one) => {
      const role = await roleOf(one);
      const found = answers(role, ['--repository', 'octo-org/octo-repo']);
      expect(Object.values(found).filter((answer) => answer !== 'no')).toEqual([]);
      expect(shortOf(role.policy).join('\n')).not.toContain('*');
    },
  );

  test.each(TEMPLATES)('%s has values in the cases that its parameters accept', (name) => {
    const { parameters } = readTemplate(ROOT, name);
    const values = CASES.filter(({ template }) => template === name).flatMap((one) =>
      Object.entries(one.parameters),
    );
    const refused = values.filter(([parameter, value]) => {
      const { pattern, allowedValues } = parameters.get(parameter) ?? {};
      return [value].flat().some((one) => !accepts(pattern, one) || allowedValues?.includes(one) === false);
    });
    expect([refused, values.every(([parameter]) => parameters.has(parameter))]).toEqual([[], true]);
  });

  test.each(TEMPLATES)('%s refuses wildcards, policy variables and quotes', (name) => {
    const free = [...readTemplate(ROOT, name).parameters].filter(
      ([parameter, { type, allowedValues }]) =>
        ['String', 'CommaDelimitedList'].includes(type) &&
        allowedValues === undefined &&
        !WITH_WILDCARDS.includes(parameter) &&
        !['PolicyArns', 'Audiences', 'CallerRoleNames'].includes(parameter),
    );
    const hostile = ['*', 'a*', `$\{aws:username}`, 'a"b', 'a?'];
    const lax = free.filter(([, { pattern }]) => hostile.some((value) => accepts(pattern, value)));
    expect(lax.map(([parameter]) => parameter)).toEqual([]);
  });

  test.each(TEMPLATES)('%s names no account, so that a StackSet can deploy it anywhere', (name) => {
    expect(readTemplate(ROOT, name).text).not.toMatch(/\b\d{12}\b/);
  });

  test.each(TEMPLATES)('%s has a module of the same name', (name) => {
    expect(moduleNames(ROOT)).toContain(name);
    expect(moduleNames(ROOT).length).toBe(TEMPLATES.length);
  });

  test('name every role that a caller may assume', () => {
    const text = readFileSync(join(FOLDER, 'caller-policy.yaml'), 'utf8');
    expect(text).not.toMatch(/Resource: '\*'/);
    expect([...text.matchAll(/iam::\*:role\/(\S+)/g)].map(([, rest]) => rest)).toEqual([
      unknown('SpokeRoleName'),
    ]);
  });

  test('make roles of an hour with a permissions boundary, unless a parameter says otherwise', () => {
    const roles = TEMPLATES.map((name) => readTemplate(ROOT, name)).filter(({ parameters }) =>
      parameters.has('RoleName'),
    );
    const presets = roles.map(({ parameters }) =>
      ['MaxSessionSeconds', 'WithoutPermissionsBoundary', 'PermissionsBoundaryName'].map(
        (name) => parameters.get(name)?.default,
      ),
    );
    expect(presets.length).toBe(6);
    expect(new Set(presets.map(String))).toEqual(new Set(['3600,false,ci-boundary']));
  });
});

describe('the examples of the Terraform modules', () => {
  const withRole = moduleNames(ROOT).filter((name) => name.endsWith('-role'));
  test.each(withRole)('of %s give a role whose trust policy can be read', async (name) => {
    const files = filesBelow(join(ROOT, 'infrastructure', 'terraform', name));
    const { policies, problems } = await findIn(files, '**/*.tf');
    expect([policies.length, problems]).toEqual([1, []]);
    const [role] = policies;
    const isGithub = name === 'deploy-role';
    const options = ['--repository', 'octo-org/octo-repo', '--owner-id', '65', '--repository-id', '74'];
    const found = role === undefined ? {} : answers(role, [...options, '--environments', 'production']);
    const open = Object.keys(found).filter((question) => found[question] !== 'no');
    expect(open).toEqual(isGithub ? ['intended'] : []);
  });
});

/** As CloudFormation does: the pattern is held against the whole value. */
function accepts(pattern: string | undefined, value: string): boolean {
  return pattern === undefined || new RegExp(`^(?:${pattern})$`).test(value);
}
