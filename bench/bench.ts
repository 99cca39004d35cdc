import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeExit } from '../sandbox/runner/exit-duties.js';
import { formatGoals, goalsOf } from './goals.js';
import { measureAll } from './measure.js';
import { type Options, readOptions, USAGE } from './options.js';
import { timePatterns } from './patterns.js';
import { formatTable, rowsOf } from './report.js';
import { startServer } from './server-process.js';
import { prepareSubjects } from './subject.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

async function bench(options: Options): Promise<void> {
  const temp = mkdtempSync(join(tmpdir(), 'bench-'));
  beforeExit(() => rmSync(temp, { recursive: true, force: true }));
  const servers = await Promise.all(options.latencies.map(startServer));
  try {
    const subjects = await prepareSubjects(options, root, temp, servers);
    const rows = rowsOf(await measureAll(subjects, options.rounds, temp, showProgress));
    const distBytes = sizeOf(join(root, 'dist'));
    const goals = goalsOf(rows, distBytes, timePatterns());
    const node = execFileSync(options.node, ['--version'], { encoding: 'utf8' }).trim();
    const [cpu] = cpus();
    const machine = `${cpus().length} × ${cpu?.model.trim() ?? 'unknown'}, ${process.platform} ${process.arch}`;
    console.log(
      `Node ${node}; ${machine}; ${options.rounds} rounds; times in ms, medians and paired ratios\n`,
    );
    console.log(`${formatTable(rows)}\n\n${formatGoals(goals)}`);
    if (options.json !== undefined) {
      const all = { node, machine, rounds: options.rounds, distBytes, rows, goals };
      writeFileSync(options.json, `${JSON.stringify(all, undefined, 2)}\n`);
    }
  } finally {
    for (const server of servers) server.stop();
  }
}

function showProgress(done: number, of: number): void {
  if (process.stderr.isTTY) process.stderr.write(`\rround ${done} of ${of}${done === of ? '\n' : ''}`);
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
  else await bench(options);
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
