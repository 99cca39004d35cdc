import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

export const USAGE = `Times this action's main and post as whole processes, beside a bare Node and the same two requests by hand.

  npm run bench -- [options]

  --rounds N       measured rounds (15); 2 more before them warm up
  --latency LIST   milliseconds a server takes for each answer, separated by commas (0,100)
  --peer DIR       also time another action: the directory with its action.yml
  --node PATH      the Node to time (this one)
  --json FILE      also write everything, each sample included, to a file
  --help

Build first (npm run build): what is timed is dist/. Nothing leaves this machine.`;

export interface Options {
  readonly rounds: number;
  /** Milliseconds, ascending, each once. */
  readonly latencies: readonly number[];
  readonly peer: string | undefined;
  readonly node: string;
  readonly json: string | undefined;
}

/**
 * Reads the command line; undefined where it asks for help.
 * @throws Error for what it cannot make sense of
 */
export function readOptions(args: readonly string[]): Options | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: 'string', default: '15' },
      latency: { type: 'string', default: '0,100' },
      peer: { type: 'string' },
      node: { type: 'string', default: process.execPath },
      json: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  const latencies = values.latency.split(',').map((text) => whole(text, '--latency', 0, 10_000));
  return {
    rounds: whole(values.rounds, '--rounds', 1, 1000),
    latencies: [...new Set(latencies)].sort((one, other) => one - other),
    peer: values.peer === undefined ? undefined : resolve(values.peer),
    node: values.node,
    json: values.json,
  };
}

function whole(text: string, option: string, min: number, max: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text.trim()) || value < min || value > max) {
    throw new Error(`${option}: got "${text}"; allowed: a whole number from ${min} to ${max}.`);
  }
  return value;
}
