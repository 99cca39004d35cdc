import { type CommandFileContents, parseCommandFile } from './command-files.js';
import type { Masker } from './masking.js';
import type { StepLog } from './step-log.js';

/** What a step's command files, with its older commands for the same ends, come to. */
export interface FileCommandEffects {
  readonly outputs: Readonly<Record<string, string>>;
  readonly exported: Readonly<Record<string, string>>;
  readonly state: Readonly<Record<string, string>>;
  readonly summary: string;
  /** Folders for PATH, the first to be searched first. */
  readonly paths: readonly string[];
}

// A variable that could make every later Node action load code of the attacker's choice.
const BLOCKED = 'NODE_OPTIONS';
const SUMMARY_LIMIT_KB = 1024;

/** Reads the files after a step has ended, logs faults in them, and fails the step for those. */
export function applyCommandFiles(
  files: CommandFileContents,
  log: StepLog,
  masker: Masker,
): FileCommandEffects {
  const exported: Record<string, string> = {};
  each(files.env, 'env', log, (name, value) => {
    if (name.toUpperCase() === BLOCKED) {
      // An annotation, not a failure: the runner leaves the variable out and goes on.
      log.write(`Error: Can't store ${BLOCKED} output parameter using '$GITHUB_ENV' command.`);
      return;
    }
    exported[name] = value;
    log.debug(`${name}='${value}'`);
  });
  const outputs: Record<string, string> = { ...log.outputs };
  each(files.output, 'output', log, (name, value) => {
    outputs[name] = value;
    log.debug(`Set output ${name} = ${value}`);
  });
  const state: Record<string, string> = { ...log.state };
  each(files.state, 'state', log, (name, value) => {
    state[name] = value;
    log.debug(`Save intra-action state ${name} = ${value}`);
  });
  const paths = files.path.split('\n').filter((line) => line !== '');
  return {
    outputs,
    exported,
    state,
    summary: readSummary(files.summary, log, masker),
    paths: paths.reverse(),
  };
}

function each(text: string, file: string, log: StepLog, effect: (name: string, value: string) => void): void {
  try {
    for (const [name, value] of parseCommandFile(text)) effect(name, value);
  } catch (error) {
    log.fail(`Unable to process file command '${file}' successfully.`);
    log.fail(error instanceof Error ? error.message : String(error));
  }
}

function readSummary(text: string, log: StepLog, masker: Masker): string {
  const sizeKb = Buffer.byteLength(text) / 1024;
  if (sizeKb > SUMMARY_LIMIT_KB) {
    log.write(
      `Error: $GITHUB_STEP_SUMMARY upload aborted, supports content up to a size of ${SUMMARY_LIMIT_KB}k, ` +
        `got ${Math.floor(sizeKb)}k.`,
    );
    return '';
  }
  // Masked line by line, so a secret with a line break in it is hidden only by the masks of its lines.
  return text
    .split('\n')
    .map((line) => masker.mask(line))
    .join('\n');
}
