import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { isObject, objectAt } from '../../sandbox/core/json.js';
import type { Tool } from '../tools.js';

/** Synthesises the CDK example with the packages of the tool, and gives its template. */
export function synthesise(root: string, cdk: Tool): object {
  const directory = mkdtempSync(join(tmpdir(), 'cdk-'));
  try {
    cpSync(join(root, 'infrastructure', 'cdk-example'), directory, { recursive: true });
    // The tool's path is the package.json of aws-cdk-lib.
    const packages = dirname(dirname(cdk.path));
    rmSync(join(directory, 'node_modules'), { recursive: true, force: true });
    symlinkSync(packages, join(directory, 'node_modules'));
    const env = { PATH: process.env.PATH, HOME: directory };
    const stdio = ['ignore', 'pipe', 'pipe'] as const;
    execFileSync(process.execPath, ['app.mjs', 'out'], {
      cwd: directory,
      env,
      timeout: 180_000,
      stdio: [...stdio],
    });
    const template = readFileSync(join(directory, 'out', 'DeployRole.template.json'), 'utf8');
    return objectAt(JSON.parse(template), 'the template');
  } catch (error) {
    if (!isObject(error) || !('stderr' in error)) throw error;
    throw new Error(`the CDK: ${error.stderr}`);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
