import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { oneLine } from '../core/text.js';
import type { Environment } from './runner.js';

/** What a program said that has started another one in the background. */
export interface Started {
  readonly stdout: string;
  /** Why it failed, where it did. */
  readonly why: string;
}

/**
 * Runs a program that starts another one and ends: the one that stays is nobody's child, so that it becomes no zombie
 * of the step's.
 */
export function startInBackground(
  node: string,
  args: readonly string[],
  env: Environment,
  limitMs: number,
): Started {
  const { stdout, stderr, error, status } = spawnSync(node, args, {
    env,
    encoding: 'utf8',
    timeout: Math.max(1, limitMs),
    windowsHide: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = error?.message ?? stderr.trim();
  return {
    stdout: status === 0 ? stdout.trim() : '',
    why: oneLine(said.replace(/\s+/g, ' ').replace(/\.$/, '') || `exit code ${status}`, 500),
  };
}

/** Shells that start a step and end with it, as the container hooks of a self-hosted runner do. */
const SHELLS = /^(ba|da|a|z|k)?sh$|^busybox$/;

/**
 * The runner's process, which lives as long as the job; 0 where it cannot be seen, as from inside of a container.
 * @param parent the process that started this one
 */
export function runnerProcess(parent: number = process.ppid, readName = nameOf): number {
  return SHELLS.test(readName(parent)) ? 0 : parent;
}

function nameOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
  } catch {
    return ''; // Only Linux has it, and only Linux has such hooks.
  }
}
