import { quote } from '../core/text.js';
import { isShellName, type ShellName } from '../inputs/shells.js';

/** How a script is run. */
export interface ShellCommand {
  readonly program: string;
  readonly args: readonly string[];
}

/** A shell of GitHub's, or a command of one's own that names the script as `{0}`. */
export interface Shell {
  /** What the script's file name ends in: PowerShell and cmd run no other. */
  readonly extension: string;
  /** The script's text as the shell needs it. */
  script(text: string): string;
  /** @param file the script */
  command(file: string): ShellCommand;
}

const same = (text: string): string => text;
const withCrLf = (text: string): string => text.replace(/\r?\n/g, '\r\n');
/** PowerShell goes on after an error, and ends with 0, unless the script says otherwise. */
const powershell = (text: string): string =>
  [
    "$ErrorActionPreference = 'stop'",
    text,
    'if ((Test-Path -LiteralPath variable:\\LASTEXITCODE)) { exit $LASTEXITCODE }',
  ].join('\n');
const unix = (program: string, ...args: readonly string[]): Shell => ({
  extension: '.sh',
  script: same,
  command: (file) => ({ program, args: [...args, file] }),
});
const ps = (program: string, ...args: readonly string[]): Shell => ({
  extension: '.ps1',
  script: powershell,
  command: (file) => ({ program, args: [...args, '-command', `. '${file.replaceAll("'", "''")}'`] }),
});

/** The shells that GitHub knows by name, with its options for them (docs.github.com: `jobs.<job_id>.steps[*].shell`). */
const SHELLS: Readonly<Record<ShellName, Shell>> = {
  bash: unix('bash', '--noprofile', '--norc', '-eo', 'pipefail'),
  sh: unix('sh', '-e'),
  pwsh: ps('pwsh'),
  powershell: ps('powershell'),
  python: {
    extension: '.py',
    script: same,
    command: (file) => ({ program: 'python', args: [file] }),
  },
  cmd: {
    extension: '.cmd',
    script: (text) => withCrLf(`@echo off\n${text}`),
    command: (file) => ({ program: 'cmd', args: ['/D', '/E:ON', '/V:OFF', '/S', '/C', `CALL "${file}"`] }),
  },
};

/**
 * @param name as in the input; without one, GitHub's own choice for the system
 * @param has whether a program can be found
 */
export function selectShell(
  name: string | undefined,
  platform: NodeJS.Platform,
  has: (program: string) => boolean,
): Shell {
  if (name === undefined) {
    if (platform === 'win32') return has('pwsh') ? ps('pwsh') : ps('powershell');
    return has('bash') ? unix('bash', '-e') : unix('sh', '-e');
  }
  return isShellName(name) ? SHELLS[name] : ownShell(name);
}

function ownShell(template: string): Shell {
  const [program = '', ...args] = template.trim().split(/\s+/);
  if (!args.some((arg) => arg.includes('{0}'))) throw new RangeError(`not a shell: ${quote(template)}`);
  return {
    extension: '',
    script: same,
    command: (file) => ({ program, args: args.map((arg) => arg.replaceAll('{0}', file)) }),
  };
}
