/** The shells that GitHub knows by name. */
const NAMES = ['bash', 'sh', 'pwsh', 'powershell', 'python', 'cmd'] as const;

export type ShellName = (typeof NAMES)[number];

/** What the input `shell` may be, in words. */
export const ALLOWED_SHELLS = `${NAMES.join(', ')}, or a command with {0} in place of the script`;

export function isShellName(text: string): text is ShellName {
  return NAMES.some((name) => name === text);
}

export function isShell(text: string): boolean {
  const [, ...args] = text.split(/\s+/);
  return isShellName(text) || args.some((arg) => arg.includes('{0}'));
}
