// Runs what is random in the tests at length: npm run fuzz -- [--runs N] [--seed N] [PATH…]
// Prints its seed; with that seed (and the same PATH), the same runs come again.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const { values, positionals } = parseArgs({
  options: {
    runs: { type: 'string', default: '10000' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
  },
  allowPositionals: true,
});
for (const [name, text] of Object.entries(values)) {
  if (/^[1-9]\d{0,9}$/.test(text)) continue;
  console.error(`--${name}: got "${text}"; allowed: a whole number from 1.`);
  process.exit(2);
}

/** Every parser and the whole step (__tests__/fuzz), and the properties of single modules. */
const everything = readdirSync('__tests__', { recursive: true })
  .map((path) => join('__tests__', path))
  .filter((path) => path.endsWith('.test.ts') && readFileSync(path, 'utf8').includes('/support/volume.js'));

console.log(`seed ${values.seed}, ${values.runs} runs each`);
const { status } = spawnSync(
  process.execPath,
  [
    ...[
      '--experimental-vm-modules',
      '--disable-warning=ExperimentalWarning',
      'node_modules/jest/bin/jest.js',
    ],
    // Also those that have a command of their own (jest.processes.config.mjs).
    ...[
      '--testMatch=**/*.test.ts',
      '--testTimeout=3600000',
      ...(positionals.length > 0 ? positionals : everything),
    ],
  ],
  { stdio: 'inherit', env: { ...process.env, FUZZ_RUNS: values.runs, FUZZ_SEED: values.seed } },
);
console.log(`seed ${values.seed}`);
process.exitCode = status ?? 1;
