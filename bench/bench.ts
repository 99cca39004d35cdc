import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeExit } from '../sandbox/runner/exit-duties.js';
import { makeArchive } from './archive.js';
import { reportFleets } from './fleet/report.js';
import { formatGoals, type Goal, goalsOf, type Sizes, wireGoalsOf } from './goals.js';
import { measureAll } from './measure.js';
import { type Options, readOptions, USAGE } from './options.js';
import { timePatterns } from './patterns.js';
import { benchReach } from './reach/bench-reach.js';
import { formatTable, type Row, rowsOf } from './report.js';
import { startServer } from './server-process.js';
import { prepareSubjects, type Subject } from './subject.js';
import { startWire } from './wire/servers.js';
import { prepareWireSubjects } from './wire/subjects.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

async function bench(options: Options): Promise<void> {
  if (options.mode === 'fleet') return console.log(await reportFleets());
  const temp = mkdtempSync(join(tmpdir(), 'bench-'));
  beforeExit(() => rmSync(temp, { recursive: true, force: true }));
  if (options.mode === 'wire') await benchWire(options, temp);
  else await benchLoopback(options, temp);
}

async function benchLoopback(options: Options, temp: string): Promise<void> {
  const servers = await Promise.all(options.latencies.map(startServer));
  try {
    const rows = await measure(options, temp, await prepareSubjects(options, root, temp, servers));
    const sizes = sizesOf(temp);
    const goals = goalsOf(rows, sizes, timePatterns());
    print(options, 'http on loopback', formatTable(rows, 'latency'), goals, { ...sizes, rows });
  } finally {
    for (const server of servers) server.stop();
  }
}

async function benchWire(options: Options, temp: string): Promise<void> {
  const wire = await startWire(options.latencies, options.relay, root, temp);
  try {
    const rows = await measure(options, temp, prepareWireSubjects(options, root, temp, wire));
    const { kind } = wire.link;
    print(options, `TLS 1.3 over ${kind}`, formatTable(rows, 'round trip'), wireGoalsOf(rows), {
      wire: kind,
      rows,
    });
  } finally {
    wire.stop();
  }
}

async function measure(
  { rounds }: Options,
  temp: string,
  subjects: readonly Subject[],
): Promise<readonly Row[]> {
  return rowsOf(await measureAll(subjects, rounds, temp, showProgress));
}

function print(
  { node, rounds, json }: Options,
  over: string,
  table: string,
  goals: readonly Goal[],
  figures: object,
): void {
  const version = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim();
  const [cpu] = cpus();
  const machine = `${cpus().length} × ${cpu?.model.trim() ?? 'unknown'}, ${process.platform} ${process.arch}`;
  console.log(
    `Node ${version}; ${machine}; ${over}; ${rounds} rounds; times in ms, medians and paired ratios\n`,
  );
  console.log(`${table}\n\n${formatGoals(goals)}`);
  if (json !== undefined) {
    writeFileSync(
      json,
      `${JSON.stringify({ node: version, machine, rounds, ...figures, goals }, undefined, 2)}\n`,
    );
  }
}

function showProgress(done: number, of: number): void {
  if (process.stderr.isTTY) process.stderr.write(`\rround ${done} of ${of}${done === of ? '\n' : ''}`);
}

function sizesOf(temp: string): Sizes {
  const archive = makeArchive(root, temp);
  return {
    // The sandbox has a limit of its own (__tests__/bundle/sandbox.test.ts): no other job loads it.
    distBytes: sizeOf(join(root, 'dist')) - sizeOf(join(root, 'dist', 'sandbox')),
    archive: archive && { bytes: archive.bytes, files: archive.files },
  };
}

/** Bytes of all files below a directory. */
function sizeOf(directory: string): number {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .map((name) => statSync(join(directory, name)))
    .reduce((sum, stats) => sum + (stats.isFile() ? stats.size : 0), 0);
}

// A signal would end this process without the duties of its exit: children killed, files removed.
process.once('SIGINT', () => process.exit(130));
process.once('SIGTERM', () => process.exit(143));

try {
  const options = readOptions(process.argv.slice(2));
  if (options === undefined) console.log(USAGE);
  else if (options.reach) await benchReach(options.policies);
  else await bench(options);
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
