const ESCAPE = '\u001B[';
const [RED, GREEN, YELLOW, DIM] = [31, 32, 33, 2];

const RULES: readonly (readonly [RegExp, number])[] = [
  [/(?<=^ {2})✘(?= )|(?<=^ *\d+\. .*: )✘(?= )/u, RED],
  [/(?<=^ {2})✔(?= )/u, GREEN],
  [/(?<=^ {2})\?(?= )|(?<=^ *\d+\. .*[: ])\?(?= )/u, YELLOW],
  [/(?<=^[^ ]*:\d+:\d+: )error/u, RED],
  [/(?<=^[^ ]*:\d+:\d+: )warning/u, YELLOW],
  [/(?<=^[^ ]*:\d+:\d+: )note/u, DIM],
  [/(?<=: )ok(?= must-)/u, GREEN],
  [/(?<=^ {2})yes(?= )/u, GREEN],
  [/(?<=^ {2})(?:only-if|unknown)(?= )/u, YELLOW],
  [/^ {4,}sub: .*/u, DIM],
];

/** A line of a report in colour, for a terminal. */
export function inColour(line: string): string {
  return RULES.reduce(
    (text, [pattern, code]) => text.replace(pattern, (found) => `${ESCAPE}${code}m${found}${ESCAPE}0m`),
    line,
  );
}

/** Where a program prints, and its environment. */
export interface ColourSettings {
  readonly stdout: { readonly isTTY?: boolean | undefined };
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Whether a terminal is attached that wants colour (https://no-color.org). */
export function wantsColour({ stdout, env }: ColourSettings): boolean {
  return stdout.isTTY === true && !env['NO_COLOR'] && env['TERM'] !== 'dumb';
}
