import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Check } from '../check.js';
import type { Tool } from '../tools.js';
import { SCENARIOS } from './scenarios.js';

/** What the checks need beside Wine. */
export interface WindowsTools {
  readonly wine: Tool;
  /** Node for Windows. */
  readonly node: Tool;
  /** The client with the AWS SDK for Go, for Windows. */
  readonly go: Tool;
}

const TIMEOUT_MS = 120_000;

/** The action on Windows: on this machine, or in Wine where this is another system. */
export function windowsChecks(root: string, { wine, node, go }: WindowsTools): readonly Check[] {
  const isWindows = process.platform === 'win32';
  return Object.entries(SCENARIOS).map(([name, scenario]) => ({
    name: `windows: ${name}`,
    tools: [...(isWindows ? [] : [wine, node]), ...(/Go\b/.test(name) ? [go] : [])],
    run: isWindows ? scenario : () => underWine(root, wine.path, node.path, name),
  }));
}

/** The variables that Wine needs. */
function wineEnvironment(root: string): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '',
    HOME: process.env.HOME ?? '',
    // Names with umlauts cannot be made otherwise.
    LC_ALL: 'C.UTF-8',
    WINEPREFIX: join(root, '.tools', 'wine'),
    WINEDEBUG: '-all',
    // Wine offers to download them otherwise.
    WINEDLLOVERRIDES: 'mscoree,mshtml=',
  };
}

async function underWine(root: string, wine: string, node: string, name: string): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'wine-'));
  const file = join(directory, 'output');
  // A file: Wine's programs may lose what they write to a pipe of this system.
  const output = openSync(file, 'w');
  try {
    const script = join(root, 'build', 'e2e', 'windows', 'main.js');
    execFileSync(wine, [node, `Z:${script.replaceAll('/', '\\')}`, name], {
      cwd: root,
      env: wineEnvironment(root),
      stdio: ['ignore', output, output],
      timeout: TIMEOUT_MS,
    });
  } catch (error) {
    const said = readFileSync(file, 'utf8').trim().split('\n').slice(-5).join(' ');
    throw new Error(said === '' && error instanceof Error ? error.message : said);
  } finally {
    closeSync(output);
    rmSync(directory, { recursive: true });
  }
}
