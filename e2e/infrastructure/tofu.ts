import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isObject, objectAt } from '../../sandbox/core/json.js';
import type { Tool } from '../tools.js';
import { ACCOUNT, type Case } from './cases.js';
import { asText, readTemplate } from './template.js';

const MODULES = ['infrastructure', 'terraform'];

/** The modules of infrastructure/terraform/, by name. */
export function moduleNames(root: string): readonly string[] {
  return readdirSync(join(root, ...MODULES)).sort();
}

/** The modules with a policy: an inner module without a provider. */
export function policyModules(root: string): readonly string[] {
  return moduleNames(root).filter((name) => existsSync(join(root, ...MODULES, name, 'policy')));
}

/** Runs `tofu test` in the inner module and gives what it printed. Rejects with that where a run fails. */
export function tofuTest(root: string, tofu: Tool, module: string): string {
  return inCopy(root, (copy) => {
    const directory = join(copy, module, 'policy');
    runTofu(tofu, directory, 'init', '-no-color', '-input=false');
    return runTofu(tofu, directory, 'test', '-no-color');
  });
}

/** Rejects unless every file is formatted. */
export function tofuFormat(root: string, tofu: Tool): void {
  inCopy(root, (copy) => runTofu(tofu, copy, 'fmt', '-check', '-recursive', '-diff', '-no-color'));
}

/** Plans the inner modules with the values of the cases, and gives the outputs of each case. */
export function tofuOutputs(root: string, tofu: Tool, cases: readonly Case[]): readonly TofuOutputs[] {
  return inCopy(root, (copy) => {
    const calls = cases.map((one, index) => moduleCall(root, one, index));
    const outputs = cases.map((_, index) => `output "case_${index}" {\n  value = module.case_${index}\n}\n`);
    writeFileSync(join(copy, 'main.tf'), [...calls, ...outputs].join('\n'));
    runTofu(tofu, copy, 'init', '-no-color', '-input=false');
    runTofu(tofu, copy, 'plan', '-no-color', '-input=false', '-out=plan');
    const plan: unknown = JSON.parse(runTofu(tofu, copy, 'show', '-json', 'plan'));
    const planned = objectAt(
      objectAt(objectAt(plan, 'the plan').planned_values, 'its values').outputs,
      'outputs',
    );
    return cases.map((_, index) => {
      const output = objectAt(planned[`case_${index}`], `the outputs of case ${index}`);
      return objectAt(output.value, `the outputs of case ${index}`);
    });
  });
}

/** The outputs of an inner module by name; policies are JSON. */
export type TofuOutputs = Readonly<Record<string, unknown>>;

function moduleCall(root: string, { template, parameters }: Case, index: number): string {
  const variables = readFileSync(join(root, ...MODULES, template, 'policy', 'variables.tf'), 'utf8');
  const declared = [...variables.matchAll(/^variable "(\w+)" \{[^}]*?\n {2}type += (\S+)$/gm)];
  const known = readTemplate(root, template).parameters;
  const given = new Map([
    ['partition', 'aws'],
    ['account_id', ACCOUNT],
    ...[...known].map(([name, { default: preset = '' }]) => [snakeCase(name), preset] as const),
    ...Object.entries(parameters).map(([name, value]) => [snakeCase(name), asText(value)] as const),
  ]);
  const lines = declared.map(([, name = '', type = '']) => {
    const text = given.get(name);
    if (text === undefined) throw new Error(`${template} has no parameter for the variable ${name}`);
    return `  ${name} = ${literal(text, type)}`;
  });
  return `module "case_${index}" {\n  source = "./${template}/policy"\n${lines.join('\n')}\n}\n`;
}

function literal(text: string, type: string): string {
  if (type === 'bool' || type === 'number') return text;
  // JSON's texts are HCL's, but for what begins a template.
  const quote = (one: string): string => JSON.stringify(one).replaceAll('${', '$${');
  if (type === 'string') return quote(text);
  return `[${(text === '' ? [] : text.split(',')).map(quote).join(', ')}]`;
}

function snakeCase(name: string): string {
  return name.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '_').toLowerCase();
}

/** Runs on a copy of the modules, because tofu writes beside them. */
function inCopy<T>(root: string, use: (copy: string) => T): T {
  const copy = mkdtempSync(join(tmpdir(), 'modules-'));
  try {
    cpSync(join(root, ...MODULES), copy, { recursive: true });
    return use(copy);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

function runTofu(tofu: Tool, cwd: string, ...args: readonly string[]): string {
  try {
    // Without the settings of the machine, which may name providers and mirrors.
    const env = { PATH: process.env.PATH, HOME: cwd, CHECKPOINT_DISABLE: '1' };
    const stdio = ['ignore', 'pipe', 'pipe'] as const;
    return execFileSync(tofu.path, args, { cwd, env, encoding: 'utf8', timeout: 120_000, stdio: [...stdio] });
  } catch (error) {
    if (!isObject(error)) throw error;
    throw new Error(`tofu ${args[0]}: ${error.stdout}${error.stderr}`.trim());
  }
}
