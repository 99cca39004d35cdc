import type { Tool } from './tools.js';

/** One thing that `npm run e2e` finds out. */
export interface Check {
  readonly name: string;
  readonly tools: readonly Tool[];
  /** Resolves when all is as it should be; rejects with what is not. */
  run(): Promise<void>;
}

/** How the checks went. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

type Outcome = readonly [tally: keyof Tally, line: string];

/**
 * Runs the checks one after the other and writes one line for each, `ok`, `FAIL` or `SKIP`. A check whose tool
 * is missing is skipped, or has failed where the tool is required.
 */
export async function runChecks(checks: readonly Check[], write: (line: string) => void): Promise<Tally> {
  const tally = { passed: 0, failed: 0, skipped: 0 };
  for (const check of checks) {
    const [kind, line] = await runCheck(check);
    tally[kind] += 1;
    write(line);
  }
  return tally;
}

async function runCheck({ name, tools, run }: Check): Promise<Outcome> {
  const missing = tools.filter(({ version }) => version === undefined);
  if (missing.length > 0) {
    const names = missing.map((tool) => tool.name).join(' and ');
    const why = `${name}: there is no ${names} here; scripts/install-tools.sh installs it`;
    return missing.some(({ isRequired }) => isRequired)
      ? ['failed', `FAIL ${why}`]
      : ['skipped', `SKIP ${why}`];
  }
  try {
    await run();
    return ['passed', `ok ${name}`];
  } catch (error) {
    return ['failed', `FAIL ${name}: ${error instanceof Error ? error.message : String(error)}`];
  }
}

/** Rejects, naming both, unless the two are equal as JSON. */
export function expectEqual(actual: unknown, expected: unknown, what: string): void {
  const [one, other] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (one !== other) throw new Error(`${what}: expected ${other}, got ${one}`);
}

/** Rejects with the message unless the condition holds. */
export function expectThat(condition: boolean, message: string): void {
  if (!condition) throw new Error(message);
}
