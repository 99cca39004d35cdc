import { type ActionManifest, inputVariables, resolveInputs } from './action-manifest.js';
import type { StepOptions } from './step.js';

/** One program that a job runs: an action's main or post, or the command of a `run:` step. */
export interface Script {
  readonly name: string;
  readonly isAction: boolean;
  /** What the runner writes to the log before it starts. */
  readonly header: readonly string[];
  readonly command: string;
  readonly args: readonly string[];
  /** What this script alone gets, over everything else: `INPUT_*`, `STATE_*`. */
  readonly env: Readonly<Record<string, string>>;
  readonly options: StepOptions;
}

/** The runner sets these itself for each step, over whatever a step exported or states in its `env:`. */
export const RUNNER_OWNED = /^(GITHUB|RUNNER|ACTIONS)_/;

/** All that a step inherits from this process: its own `AWS_*` and `GITHUB_*` would falsify every result. */
export const INHERITED: readonly string[] = [
  ...['PATH', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR'],
  // Without these no program starts on Windows, or not in the right place.
  ...(process.platform === 'win32' ? ['SystemRoot', 'ComSpec', 'PATHEXT', 'TEMP', 'TMP'] : []),
];

/** What a system calls the variable with the home directory. */
export const HOME_VARIABLES: readonly string[] =
  process.platform === 'win32' ? ['HOME', 'USERPROFILE'] : ['HOME'];

/** The main script of an action with these inputs. */
export function mainScript(
  manifest: ActionManifest,
  node: string,
  given: Readonly<Record<string, string>>,
  jobEnv: Readonly<Record<string, string>>,
  options: StepOptions,
): Script {
  const name = options.name ?? manifest.name;
  const { inputs, unexpected } = resolveInputs(manifest, given);
  return {
    name,
    isAction: true,
    header: [
      ...unexpectedInputs(unexpected, manifest),
      ...header(name, inputs, { ...jobEnv, ...options.env }),
    ],
    command: node,
    args: [manifest.main],
    env: { ...inputVariables(inputs), GITHUB_ACTION_PATH: manifest.directory },
    options,
  };
}

/** The post script that belongs to a main script: the same inputs, and the state that main saved. */
export function postScript(main: Script, file: string, state: Readonly<Record<string, string>>): Script {
  const saved = Object.entries(state).map(([name, value]) => [`STATE_${name}`, value]);
  return {
    ...main,
    name: `Post ${main.name}`,
    header: ['Post job cleanup.'],
    args: [file],
    env: { ...main.env, ...Object.fromEntries(saved) },
  };
}

/** The command of a `run:` step. */
export function commandScript(
  command: string,
  args: readonly string[],
  jobEnv: Readonly<Record<string, string>>,
  options: StepOptions,
): Script {
  const name = options.name ?? [command, ...args].join(' ');
  const lines = header(name, {}, { ...jobEnv, ...options.env });
  return { name, isAction: false, header: lines, command, args, env: {}, options };
}

function header(
  name: string,
  inputs: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>>,
): readonly string[] {
  const given = Object.entries(inputs).filter(([, value]) => value !== '');
  // The user's variables only: the runner does not list its own, nor those of the machine.
  const machine = new Set([...INHERITED, ...HOME_VARIABLES, 'CI']);
  const shown = Object.entries(env).filter(([key]) => !RUNNER_OWNED.test(key) && !machine.has(key));
  return [`▼ Run ${name}`, ...list('with:', given), ...list('env:', shown)];
}

function list(title: string, pairs: readonly (readonly [string, string])[]): readonly string[] {
  return pairs.length === 0 ? [] : [title, ...pairs.map(([key, value]) => `  ${key}: ${value}`)];
}

function unexpectedInputs(names: readonly string[], manifest: ActionManifest): readonly string[] {
  if (names.length === 0) return [];
  const quote = (values: readonly string[]): string => values.map((value) => `'${value}'`).join(', ');
  const valid = quote(Object.keys(manifest.defaults));
  return [`Warning: Unexpected input(s) ${quote(names)}, valid inputs are [${valid}]`];
}
