import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Check } from './check.js';
import type { Tool } from './tools.js';
import { documentedWorkflows, yamlFiles } from './workflow-files.js';

/** actionlint: syntax, expressions, and the inputs and outputs of local actions. */
export function actionlintCheck(root: string, actionlint: Tool): Check {
  return {
    name: 'actionlint: the workflows, the examples and those in the documentation',
    tools: [actionlint],
    run: async () => {
      // Extra linters are used where they happen to be installed; without them every machine says the same.
      const args = ['-no-color', '-shellcheck=', '-pyflakes='];
      withDocumentedWorkflows(root, (documented) => {
        execute(actionlint, [...args, ...ownWorkflows(root), ...documented], root);
      });
    },
  };
}

/** zizmor: what an attacker could make of the workflows. It asks nobody outside. */
export function zizmorCheck(root: string, zizmor: Tool): Check {
  const audit = (files: readonly string[], ...config: readonly string[]): void => {
    if (files.length === 0) return;
    const args = ['--offline', '--no-progress', '--format=plain', '--color=never'];
    execute(zizmor, [...args, `--config=${join(root, ...config)}`, ...files], root);
  };
  return {
    name: 'zizmor: the workflows, the actions, the examples and those in the documentation',
    tools: [zizmor],
    run: async () => {
      const composite = join(root, 'e2e', 'composite', 'action.yml');
      const dependabot = join(root, '.github', 'dependabot.yml');
      const actions = [
        join(root, 'action.yml'),
        join(root, 'check-trust', 'action.yml'),
        join(root, 'drop', 'action.yml'),
        composite,
      ];
      const own = [...ownWorkflows(root), ...actions, dependabot];
      audit(own, '.github', 'zizmor.yml');
      withDocumentedWorkflows(root, (documented) => {
        audit(documented, 'e2e', 'zizmor-documentation.yml');
      });
    },
  };
}

function ownWorkflows(root: string): readonly string[] {
  return [...yamlFiles(root, '.github', 'workflows'), ...yamlFiles(root, 'e2e', 'workflows')];
}

/** Gives the workflows of the documentation as files, beside those in examples/. */
function withDocumentedWorkflows(root: string, use: (files: readonly string[]) => void): void {
  const directory = mkdtempSync(join(tmpdir(), 'documented-'));
  try {
    // Both tools know a workflow by the folder it is in.
    const workflows = join(directory, '.github', 'workflows');
    mkdirSync(workflows, { recursive: true });
    const documented = documentedWorkflows(root).map(({ name, text }) => {
      const path = join(workflows, name);
      writeFileSync(path, text);
      return path;
    });
    use([...yamlFiles(root, 'examples'), ...documented]);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function execute(tool: Tool, args: readonly string[], cwd: string): void {
  try {
    execFileSync(tool.path, args, {
      cwd,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 120_000,
    });
  } catch (error) {
    if (!(error instanceof Error && 'stdout' in error && 'stderr' in error)) throw error;
    const said = [error.stdout, error.stderr].map((text) => String(text).trim());
    throw new Error(`\n${said.join('\n')}`.trimEnd());
  }
}
