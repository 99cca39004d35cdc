import { spawn } from 'node:child_process';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { type CommandFileContents, CommandFiles } from '../sandbox/runner/command-files.js';
import { beforeExit } from '../sandbox/runner/exit-duties.js';

/** A script to run as a process of its own. */
export interface Program {
  readonly node: string;
  /** What starts Node, where that takes another program. */
  readonly command: readonly string[];
  readonly script: string;
  readonly args?: readonly string[];
  /** Its whole environment but for the command files, which are new for each run. */
  readonly env: Readonly<Record<string, string>>;
  /** It must have exported credentials in the end. */
  readonly exports: boolean;
  /** How it must end; 0 unless said. */
  readonly exitCode?: number;
}

export interface ProgramRun {
  /** From before the process is started until it has ended. */
  readonly ms: number;
  readonly files: CommandFileContents;
  /** Peak memory in kB; undefined unless it was asked for. */
  readonly peakKb: number | undefined;
}

const LIMIT_MS = 60_000;

/**
 * Runs the program once.
 * @param memory also measure its peak memory, which takes time of its own
 * @throws Error where it fails or does not do its work: a fast failure is no good time
 */
export async function runProgram(program: Program, temp: string, memory = false): Promise<ProgramRun> {
  const commandFiles = new CommandFiles(temp);
  const env = { ...program.env, ...commandFiles.variables };
  const probe = memory ? ['--require', fileURLToPath(new URL('./peak-memory.cjs', import.meta.url))] : [];
  const words = [...program.command, program.node, ...probe, program.script, ...(program.args ?? [])];
  const { ms, exitCode, stderr, said } = await runToEnd(words, env);
  const files = commandFiles.read();
  if (exitCode !== (program.exitCode ?? 0) || (program.exports && !files.env.includes('AWS_SESSION_TOKEN'))) {
    throw new Error(`${program.script} did not do its work (exit code ${exitCode}).\n${stderr}`);
  }
  return { ms, files, peakKb: memory ? Number(said) : undefined };
}

interface Ended {
  readonly ms: number;
  readonly exitCode: number | null;
  /** Both streams, for an error. */
  readonly stderr: string;
  /** What came over descriptor 3. */
  readonly said: string;
}

function runToEnd([command = '', ...args]: readonly string[], env: NodeJS.ProcessEnv): Promise<Ended> {
  return new Promise((resolve, reject) => {
    let ms = Number.NaN;
    const start = performance.now();
    // Pipes, as the runner has them.
    const child = spawn(command, args, {
      env,
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
      timeout: LIMIT_MS,
      killSignal: 'SIGKILL',
    });
    child.once('exit', () => {
      ms = performance.now() - start;
    });
    const liftDuty = beforeExit(() => child.kill('SIGKILL'));
    const texts = [1, 2, 3].map(() => '');
    for (const [index, stream] of [child.stdout, child.stderr, child.stdio[3]].entries()) {
      stream?.on('data', (chunk: Buffer) => {
        texts[index] += chunk.toString('utf8');
      });
    }
    child.once('error', (error) => {
      liftDuty();
      reject(error);
    });
    child.once('close', (exitCode) => {
      liftDuty();
      const [stdout = '', stderr = '', said = ''] = texts;
      resolve({ ms, exitCode, stderr: stdout + stderr, said });
    });
  });
}
