import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isObject, objectAt } from '../../sandbox/core/json.js';
import { type Check, expectEqual, expectThat } from '../check.js';
import type { Tool, Tools } from '../tools.js';
import { yamlFiles } from '../workflow-files.js';
import { canonicalPolicy } from './canonical.js';
import { CASES, type Case, PRODUCTION_REACH } from './cases.js';
import { synthesise } from './cdk.js';
import { type DeployedPolicies, deployCases } from './deploy.js';
import { filterPatterns, oneLine } from './filter-patterns.js';
import { expectChain, expectReach, expectRuns } from './reach.js';
import { policyModules, tofuFormat, tofuOutputs, tofuTest } from './tofu.js';

/** infrastructure/ in the tools of its field. */
export function infrastructureChecks(root: string, tools: Tools): readonly Check[] {
  let deployed: Promise<ReadonlyMap<Case, DeployedPolicies>> | undefined;
  const deploy = (): Promise<ReadonlyMap<Case, DeployedPolicies>> => {
    deployed ??= deployCases(root, tools, CASES);
    return deployed;
  };
  const check = (name: string, needs: readonly Tool[], run: () => void | Promise<void>): Check => ({
    name: `infrastructure: ${name}`,
    tools: needs,
    run: async () => run(),
  });
  const { cfnLint, checkov, tflint, tofu, aws, cloudFormation, cdk } = tools;
  const account = [aws, cloudFormation];
  return [
    check('cfn-lint accepts every template', [cfnLint], () => {
      execute(cfnLint, ['--', ...yamlFiles(root, 'infrastructure', 'cloudformation')], root);
    }),
    check('checkov accepts every template and module', [checkov], () => {
      const frameworks = ['--framework', 'cloudformation', 'terraform'];
      const said = execute(
        checkov,
        ['-d', 'infrastructure', '--compact', '--quiet', '--skip-download', ...frameworks],
        root,
      );
      expectThat(/Passed checks: [1-9]/.test(said), 'checkov has checked nothing');
    }),
    check('tflint accepts every module and example', [tflint], () => {
      execute(tflint, ['--recursive', '--chdir=infrastructure/terraform', '--no-color'], root);
    }),
    check('tofu fmt changes nothing', [tofu], () => tofuFormat(root, tofu)),
    check('tofu test passes in every policy module', [tofu], () => {
      for (const module of policyModules(root)) {
        expectThat(
          /Success! [1-9]\d* passed, 0 failed/.test(tofuTest(root, tofu, module)),
          `${module}: no test`,
        );
      }
    }),
    check('aws cloudformation deploy makes every template on moto', account, async () => {
      expectEqual((await deploy()).size, CASES.length, 'deployed cases');
    }),
    ...CASES.flatMap((one) => {
      const { reach, template, title } = one;
      if (reach === undefined) return [];
      return check(`${template} for ${title} lets in only what is intended`, account, async () => {
        const { trust_policy: trust } = (await deploy()).get(one) ?? {};
        if (trust === undefined) throw new Error('the role has no trust policy');
        expectReach(root, trust, reach);
        await expectRuns(root, trust, reach);
      });
    }),
    check('caller-policy and spoke-role make a chain on the sandbox', account, async () => {
      const policies = await deploy();
      const of = (template: string): DeployedPolicies =>
        [...policies].find(([one]) => one.template === template)?.[1] ?? {};
      const [hub, caller, spoke] = [of('deploy-role'), of('caller-policy'), of('spoke-role')];
      const sides = [hub['trust_policy'], caller['caller_policy'], spoke['trust_policy']];
      const [trust, callerPolicy, spokeTrust] = sides;
      if (!trust || !callerPolicy || !spokeTrust) throw new Error('a policy was not deployed');
      await expectChain(root, { trust, caller: callerPolicy }, spokeTrust);
    }),
    check('tofu plan gives the filters of the alarms in CloudFormation', [tofu], () => {
      const alarms = CASES.filter(({ template }) => template === 'alarms');
      const [outputs] = tofuOutputs(root, tofu, alarms);
      const planned = objectAt(outputs?.['filter_patterns'], 'filter_patterns');
      const filters = Object.entries(planned).map(([name, pattern]) => [name, oneLine(String(pattern))]);
      expectEqual(
        filters.sort(),
        alarms.flatMap((one) => [...filterPatterns(root, one)]).sort(),
        'the filters',
      );
    }),
    check('the CDK example is synthesised, and lets in only what is intended', [cdk], () => {
      expectReach(root, synthesise(root, cdk), PRODUCTION_REACH);
    }),
    check("tofu plan gives the policies of CloudFormation's roles", [tofu, ...account], async () => {
      const policies = await deploy();
      for (const [index, outputs] of tofuOutputs(root, tofu, CASES).entries()) {
        const one = CASES[index];
        if (one === undefined) throw new Error('more plans than cases');
        for (const [name, policy] of Object.entries(policies.get(one) ?? {})) {
          const planned: unknown = JSON.parse(String(outputs[name]));
          expectEqual(
            canonicalPolicy(planned),
            canonicalPolicy(policy),
            `${one.template} for ${one.title}, ${name}`,
          );
        }
      }
    }),
  ];
}

function execute(tool: Tool, args: readonly string[], cwd: string): string {
  // Without the settings of the machine, and without leaving any.
  const home = mkdtempSync(join(tmpdir(), 'home-'));
  try {
    const stdio = ['ignore', 'pipe', 'pipe'] as const;
    const env = { PATH: process.env.PATH, HOME: home };
    return execFileSync(tool.path, args, { cwd, env, encoding: 'utf8', timeout: 180_000, stdio: [...stdio] });
  } catch (error) {
    if (!isObject(error)) throw error;
    throw new Error(`\n${error.stdout}${error.stderr}`.trimEnd());
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}
