import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

export const USAGE = `Times this action's main and post as whole processes, beside a bare Node and the same two requests by hand.

  npm run bench -- [options]

  --rounds N       measured rounds (15); 2 more before them warm up
  --latency LIST   milliseconds a server takes for each answer, separated by commas (0,100)
  --wire           time main over TLS 1.3 with a round trip, beside the limit; as root on Linux with real handshakes
  --rtt LIST       with --wire: round trips in milliseconds, separated by commas (20,80)
  --relay          with --wire: a relay on loopback even where network namespaces can be had
  --fleet          how a matrix of jobs gets through an STS that throttles, on a clock of its own
  --peer DIR       also time another action: the directory with its action.yml
  --node PATH      the Node to time (this one)
  --json FILE      also write everything, each sample included, to a file
  --reach          time the proofs about trust policies instead
  --policies DIR   with --reach: also the policies in the files of a directory
  --help

Build first (npm run bundle): what is timed is dist/. Nothing leaves this machine.`;

export interface Options {
  readonly mode: 'loopback' | 'wire' | 'fleet';
  readonly rounds: number;
  /** Milliseconds, ascending, each once: what a server takes, or over the wire the round trip. */
  readonly latencies: readonly number[];
  readonly relay: boolean;
  readonly peer: string | undefined;
  readonly node: string;
  readonly json: string | undefined;
  /** Time the analysis of trust policies, and nothing else. */
  readonly reach: boolean;
  /** A directory with policies for that. */
  readonly policies: string | undefined;
}

/**
 * Reads the command line; undefined where it asks for help.
 * @throws Error for what it cannot make sense of
 */
export function readOptions(args: readonly string[]): Options | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: 'string' },
      latency: { type: 'string' },
      wire: { type: 'boolean', default: false },
      rtt: { type: 'string' },
      relay: { type: 'boolean' },
      fleet: { type: 'boolean', default: false },
      peer: { type: 'string' },
      node: { type: 'string' },
      json: { type: 'string' },
      reach: { type: 'boolean', default: false },
      policies: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  const mode = values.fleet ? 'fleet' : values.wire ? 'wire' : 'loopback';
  rejectUnused(mode, values);
  return {
    mode,
    rounds: whole(values.rounds ?? '15', '--rounds', 1, 1000),
    latencies:
      mode === 'wire'
        ? list(values.rtt ?? '20,80', '--rtt', 1)
        : list(values.latency ?? '0,100', '--latency', 0),
    relay: values.relay ?? false,
    peer: values.peer === undefined ? undefined : resolve(values.peer),
    node: values.node ?? process.execPath,
    json: values.json,
    reach: values.reach,
    policies: values.policies === undefined ? undefined : resolve(values.policies),
  };
}

/** What each kind of bench has no use for. */
const UNUSED = {
  loopback: ['rtt', 'relay'],
  wire: ['latency'],
  fleet: ['wire', 'rtt', 'relay', 'latency', 'rounds', 'peer', 'node', 'json'],
} as const;

function rejectUnused(mode: Options['mode'], values: Readonly<Record<string, unknown>>): void {
  const unused = UNUSED[mode].find((name) => values[name] !== undefined && values[name] !== false);
  if (unused === undefined) return;
  const bench = mode === 'loopback' ? 'a bench without --wire' : `--${mode}`;
  throw new Error(`--${unused}: not used by ${bench}.`);
}

function list(text: string, option: string, min: number): readonly number[] {
  const numbers = text.split(',').map((item) => whole(item, option, min, 10_000));
  return [...new Set(numbers)].sort((one, other) => one - other);
}

function whole(text: string, option: string, min: number, max: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text.trim()) || value < min || value > max) {
    throw new Error(`${option}: got "${text}"; allowed: a whole number from ${min} to ${max}.`);
  }
  return value;
}
