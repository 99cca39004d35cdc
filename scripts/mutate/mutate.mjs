// Sampled mutation tests: changes one thing in one file at a time, in a copy of the project, and runs the tests that
// ran its line. A mutant that no test notices is a test that is missing, or code that makes no difference.
// The copy is no jail: mutated code runs as you, with a home directory of its own.
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import config from '../../jest.config.mjs';
import { applyMutant, describeMutant, lineOf, mutantsOf } from './mutants.mjs';

const USAGE = `npm run mutate -- [options] [PATH…]

  PATH         files or folders to mutate (src sandbox), without the entry points, which tests start as processes
  --seed N     the same seed takes the same mutants (1)
  --count N    how many (50)
  --jobs N     how many at the same time, each in a copy of its own (1)
  --list       only says which
  --json FILE  also writes every mutant and its fate to a file

Exits with 0 whatever survives; survivors are for a person to judge.`;

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const JEST = [
  '--experimental-vm-modules',
  '--disable-warning=ExperimentalWarning',
  'node_modules/jest/bin/jest.js',
  // Those too that `npm test` leaves out, but for those of dist/, which is not built from the copy.
  '--testMatch=**/*.test.ts',
  '--testPathIgnorePatterns=/bundle/',
];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: 'string', default: '1' },
    count: { type: 'string', default: '50' },
    jobs: { type: 'string', default: '1' },
    list: { type: 'boolean', default: false },
    json: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
for (const name of ['seed', 'count', 'jobs']) {
  if (!/^[1-9]\d{0,8}$/.test(values[name])) {
    console.error(`--${name}: got "${values[name]}"; allowed: a whole number from 1.`);
    process.exit(2);
  }
}

const tracked = git('ls-files', '--cached', '--others', '--exclude-standard').filter(
  (path) => !path.startsWith('dist/'),
);

function git(...args) {
  const { stdout } = spawnSync('git', args, { cwd: root, encoding: 'utf8', maxBuffer: 1 << 28 });
  return stdout.split('\n').filter((line) => line !== '');
}

/** Numbers from 0 to 1 that depend on nothing but the seed (mulberry32). */
function* numbersOf(seed) {
  for (let state = seed; ; ) {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    yield ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
}

function sample() {
  const places = (positionals.length > 0 ? positionals : ['src', 'sandbox']).map((path) =>
    relative(root, join(process.cwd(), path)),
  );
  // Entry points run in processes of their own, which start dist/.
  const entryPoints = config.collectCoverageFrom.filter((path) => path.startsWith('!'));
  const isWanted = (path) =>
    !entryPoints.includes(`!${path}`) &&
    places.some((place) => path === place || path.startsWith(`${place}/`));
  const all = tracked
    .filter((path) => path.endsWith('.ts') && isWanted(path))
    .sort()
    .flatMap((path) => {
      const source = readFileSync(join(root, path), 'utf8');
      return mutantsOf(source).map((mutant) => ({ path, source, mutant }));
    });
  const numbers = numbersOf(Number(values.seed));
  const taken = [];
  while (taken.length < Number(values.count) && all.length > 0) {
    taken.push(...all.splice(Math.floor(numbers.next().value * all.length), 1));
  }
  return taken.sort(
    (one, other) => one.path.localeCompare(other.path) || one.mutant.start - other.mutant.start,
  );
}

/** A copy of the project with the dependencies of this one. dist/ is not built from it, so its tests are left out. */
function makeCopy() {
  const copy = mkdtempSync(join(tmpdir(), 'mutate-'));
  process.once('exit', () => rmSync(copy, { recursive: true, force: true }));
  for (const path of [...tracked, 'dist']) cpSync(join(root, path), join(copy, path), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  mkdirSync(join(copy, '.home'));
  return copy;
}

/** Ends the process groups of the tests that run, when this process ends. */
const kills = new Set();
process.once('exit', () => {
  for (const kill of kills) kill();
});
process.once('SIGINT', () => process.exit(130));
process.once('SIGTERM', () => process.exit(143));

function jest(copy, args, timeoutMs) {
  return new Promise((resolve) => {
    const env = { ...process.env, HOME: join(copy, '.home'), CI: 'true' };
    const child = spawn(process.execPath, [...JEST, ...args], {
      cwd: copy,
      env,
      detached: true,
      stdio: 'ignore',
    });
    // The whole group: a mutant may leave children that never end.
    const kill = () => {
      try {
        process.kill(-child.pid, 'SIGKILL');
      } catch {
        // It has ended.
      }
    };
    kills.add(kill);
    const timer = setTimeout(kill, timeoutMs);
    child.once('exit', (code) => {
      clearTimeout(timer);
      kills.delete(kill);
      kill();
      resolve(code);
    });
  });
}

/** How near a test is to a file, the smaller the nearer: it is named as the file, or as its folder, or is a unit test. */
function distance(test, path) {
  const [name, folder] = [basename(path, '.ts'), basename(dirname(path))];
  if (basename(test).startsWith(`${name}.`)) return 0;
  if (basename(test).startsWith(name)) return 1;
  if (test.includes(`/${folder}/`) || basename(test).startsWith(folder)) return 2;
  return test.includes('/unit/') ? 3 : 4;
}

const UNTIL_NOTICED = [
  '--bail',
  '--silent',
  '--maxWorkers=1',
  '--testSequencer=<rootDir>/scripts/mutate/in-order.mjs',
  '--runTestsByPath',
];

/** `killed`, `timeout`, `survived`, or `untested` where no test runs the line. */
async function fateOf(copy, { path, source, mutant }, unchanged) {
  const line = lineOf(source, mutant);
  const tests = unchanged
    .filter(({ lines }) => lines[path]?.includes(line))
    .sort((one, other) => distance(one.test, path) - distance(other.test, path) || one.ms - other.ms);
  if (tests.length === 0) return 'untested';
  writeFileSync(join(copy, path), applyMutant(source, mutant));
  try {
    // The first few notice most mutants, and one that never ends in a minute: the limit grows with the tests.
    for (const batch of [tests.slice(0, 5), tests.slice(5)]) {
      if (batch.length === 0) continue;
      const limit = 30_000 + 4 * batch.reduce((sum, { ms }) => sum + ms, 0);
      const code = await jest(copy, [...UNTIL_NOTICED, ...batch.map(({ test }) => test)], limit);
      if (code !== 0) return code === null ? 'timeout' : 'killed';
    }
    return 'survived';
  } finally {
    writeFileSync(join(copy, path), source);
  }
}

/**
 * Runs every test unchanged: what fails now would kill every mutant. Gives each test file's milliseconds and the lines
 * that it runs.
 */
async function runUnchanged(copy, mutants) {
  const paths = [...new Set(mutants.map(({ path }) => path))];
  const [results, lines] = [join(copy, '.unchanged.json'), join(copy, '.lines.json')];
  process.env.MUTATE_LINES = lines;
  process.env.MUTATE_FILES = JSON.stringify(paths.map((path) => join(copy, path)));
  await jest(
    copy,
    [
      '--silent',
      '--json',
      `--outputFile=${results}`,
      '--coverage',
      '--coverageReporters=none',
      `--coverageDirectory=${join(copy, '.coverage')}`,
      ...paths.map((path) => `--collectCoverageFrom=${path}`),
      '--reporters=<rootDir>/scripts/mutate/lines-by-test.mjs',
      `--maxWorkers=${values.jobs}`,
    ],
    1_800_000,
  );
  const { numFailedTests, testResults } = JSON.parse(readFileSync(results, 'utf8'));
  if (numFailedTests > 0) throw new Error('Some tests fail without a mutant.');
  const linesOf = JSON.parse(readFileSync(lines, 'utf8'));
  return testResults.map(({ name, startTime, endTime }) => ({
    test: relative(copy, name),
    ms: endTime - startTime,
    lines: Object.fromEntries(
      Object.entries(linesOf[name] ?? {}).map(([path, list]) => [relative(copy, path), list]),
    ),
  }));
}

async function main() {
  const mutants = sample();
  if (values.list) {
    for (const { path, source, mutant } of mutants) console.log(`${path}:${describeMutant(source, mutant)}`);
    return;
  }
  const copies = Array.from({ length: Number(values.jobs) }, makeCopy);
  console.log(`${mutants.length} mutants, seed ${values.seed}. The tests run unchanged first …`);
  const unchanged = await runUnchanged(copies[0], mutants);
  const queue = [...mutants];
  const results = [];
  const work = async (copy) => {
    for (let one = queue.shift(); one !== undefined; one = queue.shift()) {
      const fate = await fateOf(copy, one, unchanged);
      const described = describeMutant(one.source, one.mutant);
      results.push({ path: one.path, described, fate });
      console.log(`${String(results.length).padStart(4)} ${fate.padEnd(8)} ${one.path}:${described}`);
    }
  };
  await Promise.all(copies.map(work));
  report(results);
}

function report(results) {
  const isDead = ({ fate }) => fate === 'killed' || fate === 'timeout';
  const folders = groupByFolder(results);
  console.log('\nkilled  of   folder');
  for (const [folder, list] of [['all', results], ...[...folders].sort()]) {
    const dead = list.filter(isDead).length;
    const percent = Math.round((100 * dead) / list.length);
    console.log(
      `${String(dead).padStart(6)} ${String(list.length).padStart(3)} ${String(percent).padStart(3)} %  ${folder}`,
    );
  }
  console.log('\nSurvivors:');
  for (const { path, described, fate } of results.filter((one) => !isDead(one))) {
    console.log(`${fate === 'untested' ? '(untested) ' : ''}${path}:${described}`);
  }
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(results, null, 2)}\n`);
}

function groupByFolder(results) {
  const folders = new Map();
  for (const one of results) folders.set(dirname(one.path), [...(folders.get(dirname(one.path)) ?? []), one]);
  return folders;
}

if (values.help) console.log(USAGE);
else await main();
