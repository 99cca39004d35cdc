import { join } from 'node:path';

export type { Tool } from './tool.js';

import { ask, find, findPackage, type Tool } from './tool.js';
import { findWorldTools, type WorldTools } from './world-tools.js';

/** All that the checks use, as scripts/install-tools.sh installs it. */
export interface Tools {
  readonly act: Tool;
  readonly actionlint: Tool;
  /** Its path is the Python that has it. */
  readonly moto: Tool;
  readonly zizmor: Tool;
  readonly aws: Tool;
  readonly jq: Tool;
  /** A client of the AWS SDK for Go, of version 1 and 2: what Terraform and OpenTofu are built on. */
  readonly goV1: Tool;
  readonly goV2: Tool;
  /** What tests infrastructure/: linters, OpenTofu, and a Python whose moto deploys CloudFormation. */
  readonly cfnLint: Tool;
  readonly checkov: Tool;
  readonly cloudFormation: Tool;
  readonly tflint: Tool;
  readonly tofu: Tool;
  /** What runs the queries of docs/audit.md. Its path is the Python that has it. */
  readonly queries: Tool;
  /** A browser for the sandbox's page; wherever the machine has it. */
  readonly chromium: Tool;
  /** Its path is the package.json of aws-cdk-lib. */
  readonly cdk: Tool;
  /** Other clients, servers and systems. */
  readonly world: WorldTools;
}

const MOTO = "from importlib.metadata import version; print('moto', version('moto'))";
const QUERIES = "import duckdb, sqlglot; print('duckdb', duckdb.__version__)";
const CLOUDFORMATION = `import moto.cloudformation.parsing; ${MOTO}`;

/** Looks for the tools below .tools/ and for the AWS CLI where packages put it, and asks each its version. */
export function findTools(root: string, env: NodeJS.ProcessEnv): Tools {
  const inCi = env.CI === 'true';
  const at = (...path: readonly string[]): string => join(root, '.tools', ...path);
  const needsGo = inCi && ask('go', ['version']) !== undefined;
  // They take minutes to build, so only the job that installs them demands them.
  const needsSlow = needsGo && env['E2E_SLOW_TOOLS'] === 'true';
  const needsPython = inCi && ask('python3', ['--version']) !== undefined;
  const python = (name: string, program: string, args: readonly string[], pattern: RegExp): Tool =>
    find(name, at('infrastructure', 'bin', program), args, pattern, needsPython);
  return {
    act: find('act', at('bin', 'act'), ['--version'], /^act version (\S+)/m, needsGo),
    actionlint: find('actionlint', at('bin', 'actionlint'), ['-version'], /^v?([\d.]+)/m, needsGo),
    moto: find('moto', at('python', 'bin', 'python'), ['-c', MOTO], /^moto (\S+)/m, needsPython),
    zizmor: find('zizmor', at('python', 'bin', 'zizmor'), ['--version'], /^zizmor (\S+)/m, needsPython),
    jq: find('jq', 'jq', ['--version'], /^jq-(\S+)/m, false),
    aws: findAws(inCi && ask('apt-get', ['--version']) !== undefined),
    goV1: find('client-go-v1', at('bin', 'client-go-v1'), ['--version'], /^aws-sdk-go (\S+)/m, needsGo),
    goV2: find('client-go-v2', at('bin', 'client-go-v2'), ['--version'], /^aws-sdk-go-v2 (\S+)/m, needsGo),
    cfnLint: python('cfn-lint', 'cfn-lint', ['--version'], /^cfn-lint (\S+)/m),
    checkov: python('checkov', 'checkov', ['--version'], /^([\d.]+)/m),
    cloudFormation: python("moto's CloudFormation", 'python', ['-c', CLOUDFORMATION], /^moto (\S+)/m),
    tflint: find('tflint', at('bin', 'tflint'), ['--version'], /^TFLint version (\S+)/m, needsSlow),
    cdk: findPackage('aws-cdk-lib', at('cdk-example', 'node_modules', 'aws-cdk-lib'), inCi),
    queries: find(
      'DuckDB with sqlglot',
      at('queries', 'bin', 'python'),
      ['-c', QUERIES],
      /^duckdb (\S+)/m,
      needsPython,
    ),
    chromium: find('Chromium', env['CHROMIUM'] ?? 'chromium', ['--version'], /^Chromium (\S+)/m, false),
    tofu: find('OpenTofu', at('bin', 'tofu'), ['version'], /^OpenTofu v(\S+)/m, needsSlow),
    world: findWorldTools(root, inCi),
  };
}

function findAws(isRequired: boolean): Tool {
  // Packages before the search path: what is found there may be a shim of a version manager that leads nowhere.
  const found = ['/usr/bin/aws', '/usr/local/bin/aws', 'aws']
    .map((path) => find('the AWS CLI', path, ['--version'], /^aws-cli\/(\S+)/m, isRequired))
    .find(({ version }) => version !== undefined);
  return found ?? { name: 'the AWS CLI', path: 'aws', version: undefined, isRequired };
}
