import { parseArgs } from 'node:util';
import { LABS } from './labs.js';

/** What `npm run lab` is asked for. */
export interface LabOptions {
  /** The numbers of the labs to run; none lists them. */
  readonly labs: readonly string[];
  /** Whether to print the commands instead, as a script for one's own account. */
  readonly commands: boolean;
  /** Whether to leave the AWS CLI alone. */
  readonly useSdk: boolean;
  readonly help: boolean;
}

/** What `--help` prints. */
export const USAGE = `Exercises with AWS's roles, offline: each shows its commands and what they print, and checks it.

  npm run lab                     lists them
  npm run lab -- 02               runs one; several numbers run several, and "all" runs all
  npm run lab -- 02 --commands    prints its commands as a script, for your own account
  npm run lab -- 02 --sdk         does not use the AWS CLI, also where it is installed
  npm run lab -- --help           this text

Exit code: 0 when all was as the exercise says, 1 when something was not, 2 for options that do not exist.`;

/** Reads the command line. @throws Error, in one sentence, for what does not exist. */
export function parseOptions(args: readonly string[]): LabOptions {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      commands: { type: 'boolean' },
      sdk: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  const all = LABS.map(({ number }) => number);
  const labs = positionals.includes('all') ? all : positionals.map((text) => text.padStart(2, '0'));
  const unknown = labs.find((number) => !all.includes(number));
  if (unknown !== undefined) throw new Error(`There is no lab ${unknown}; npm run lab lists them`);
  return {
    labs,
    commands: values.commands ?? false,
    useSdk: values.sdk ?? false,
    help: values.help ?? false,
  };
}
