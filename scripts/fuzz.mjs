// Runs what is random in the tests at length: npm run fuzz -- [--runs N] [--seed N] [PATH…]
// Prints its seed; with that seed (and the same PATH), the same runs come again.
import { spawnSync } from 'node:child_process';
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

/** Every parser and the whole step, and the properties of single modules: what imports support/volume.ts. */
const EVERYTHING = [
  '__tests__/fuzz',
  ...['core/text', 'export/secret-settings', 'inputs/custom-tags', 'inputs/role-chain'],
  ...['platform/ini-sections', 'platform/retry', 'platform/lock', 'refresh/expiry', 'report/explanation'],
  ...['report/markdown', 'session/guards', 'check-trust/sources/glob', 'trust/evaluate/properties'],
  ...['trust/language/json', 'trust/reach/fuzz'],
  ...['bundle/refresh-faults', 'bundle/writers', 'bundle/profiles'],
].map((path) =>
  path.startsWith('__tests__')
    ? path
    : path.startsWith('bundle')
      ? `__tests__/${path}`
      : `__tests__/unit/${path}`,
);

console.log(`seed ${values.seed}, ${values.runs} runs each`);
const { status } = spawnSync(
  process.execPath,
  [
    ...[
      '--experimental-vm-modules',
      '--disable-warning=ExperimentalWarning',
      'node_modules/jest/bin/jest.js',
    ],
    ...['--testTimeout=3600000', ...(positionals.length > 0 ? positionals : EVERYTHING)],
  ],
  { stdio: 'inherit', env: { ...process.env, FUZZ_RUNS: values.runs, FUZZ_SEED: values.seed } },
);
console.log(`seed ${values.seed}`);
process.exitCode = status ?? 1;
