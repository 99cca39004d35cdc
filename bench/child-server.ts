import { type ChildProcess, fork } from 'node:child_process';
import { beforeExit } from '../sandbox/runner/exit-duties.js';

/** A script of the bench in a process of its own, which sends one message when it is ready and one for each question. */
export interface ChildServer {
  /** What it sent when it was ready. */
  readonly ready: Readonly<Record<string, unknown>>;
  ask(question: string): Promise<Readonly<Record<string, unknown>>>;
  stop(): void;
}

/**
 * Starts it; it ends with this process at the latest.
 * @param command what starts Node, where that takes another program
 * @throws Error where it ends before it is ready
 */
export async function startChildServer(
  script: string,
  args: readonly string[],
  command: readonly string[] = [],
): Promise<ChildServer> {
  const [execPath = '', ...execArgv] = [...command, process.execPath];
  const child = fork(script, [...args], { execPath, execArgv });
  const kill = (): void => {
    child.kill('SIGKILL');
  };
  const liftDuty = beforeExit(kill);
  return {
    ready: await nextMessage(child),
    async ask(question) {
      const answer = nextMessage(child);
      child.send(question);
      return await answer;
    },
    stop() {
      liftDuty();
      kill();
    },
  };
}

function nextMessage(child: ChildProcess): Promise<Readonly<Record<string, unknown>>> {
  return new Promise((resolve, reject) => {
    const ended = (): void => reject(new Error('A server process of the bench ended.'));
    child.once('exit', ended);
    child.once('error', reject);
    child.once('message', (message) => {
      child.off('exit', ended);
      child.off('error', reject);
      resolve(typeof message === 'object' && message !== null ? { ...message } : {});
    });
  });
}
