import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { performance } from 'node:perf_hooks';
import { beforeExit } from './exit-duties.js';

/** A program to run to its end. */
export interface ChildSpec {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** The whole environment: nothing of this process's own is added. */
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** Samples the peak memory while the child runs; costs this process some time. */
  readonly measureMemory: boolean;
  /** Called for each line of either stream, in the order the lines arrive. */
  readonly onLine: (line: string) => void;
}

/** How it went. */
export interface ChildResult {
  /** 127 when the program could not be started, 128 + n when signal n ended it. */
  readonly exitCode: number;
  readonly timedOut: boolean;
  readonly stdout: string;
  readonly stderr: string;
  readonly durationMs: number;
  readonly maxRssKb: number | undefined;
}

// A grandchild may hold the streams open after the child has gone; the runner waits this long for it too.
const STREAM_GRACE_MS = 5000;
const MEMORY_SAMPLE_MS = 10;

/** Runs a program, kills it at its time limit, and never rejects. */
export function runChild(spec: ChildSpec): Promise<ChildResult> {
  const started = performance.now();
  const child = spawn(spec.command, [...spec.args], {
    cwd: spec.cwd,
    env: { ...spec.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const stdout = collect(child.stdout, spec.onLine);
  const stderr = collect(child.stderr, spec.onLine);
  const memory = spec.measureMemory ? watchMemory(child) : undefined;
  let timedOut = false;
  let endedAt: number | undefined;
  const killChild = (): void => {
    child.kill('SIGKILL');
  };
  // If this process ends first, nothing it started stays behind.
  const liftDuty = beforeExit(killChild);
  const limit = setTimeout(() => {
    timedOut = true;
    killChild();
  }, spec.timeoutMs);

  return new Promise((resolve) => {
    let grace: NodeJS.Timeout | undefined;
    const finish = (exitCode: number): void => {
      clearTimeout(limit);
      clearTimeout(grace);
      liftDuty();
      const durationMs = (endedAt ?? performance.now()) - started;
      resolve({
        ...{ exitCode, timedOut, durationMs, maxRssKb: memory?.stop() },
        ...{ stdout: stdout.end(), stderr: stderr.end() },
      });
    };
    child.once('error', (error) => {
      spec.onLine(error.message);
      finish(127);
    });
    child.once('exit', () => {
      endedAt = performance.now();
      clearTimeout(limit);
      memory?.stop();
      grace = setTimeout(() => {
        child.stdout.destroy();
        child.stderr.destroy();
      }, STREAM_GRACE_MS);
    });
    child.once('close', (code, signal) => {
      finish(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
    });
  });
}

interface Collected {
  /** Hands over a last line without its end, and returns everything that came. */
  end(): string;
}

function collect(stream: NodeJS.ReadableStream, onLine: (line: string) => void): Collected {
  let all = '';
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    all += chunk;
    // The runner ends a line at \n, \r\n and at a lone \r: text with a stray \r can start a command there.
    // A \r at the very end may be half of \r\n and waits for what follows.
    const lines = (rest + chunk).split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
  });
  return {
    end() {
      const last = rest.replace(/\r$/, '');
      rest = '';
      if (last !== '') onLine(last);
      return all;
    },
  };
}

function watchMemory(child: ChildProcess): { stop(): number | undefined } {
  let peakKb: number | undefined;
  const sample = (): void => {
    try {
      const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
      const found = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
      if (found !== undefined) peakKb = Number(found);
    } catch {
      // Not Linux, or the child has just gone: the last sample stands.
    }
  };
  const timer = setInterval(sample, MEMORY_SAMPLE_MS);
  return {
    stop() {
      clearInterval(timer);
      return peakKb;
    },
  };
}
