import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The raw contents of a step's command files, as the step left them. */
export interface CommandFileContents {
  readonly env: string;
  readonly output: string;
  readonly state: string;
  readonly summary: string;
  readonly path: string;
}

type Kind = keyof CommandFileContents;

const FILES: readonly (readonly [kind: Kind, variable: string, prefix: string])[] = [
  ['env', 'GITHUB_ENV', 'set_env_'],
  ['output', 'GITHUB_OUTPUT', 'set_output_'],
  ['state', 'GITHUB_STATE', 'save_state_'],
  ['summary', 'GITHUB_STEP_SUMMARY', 'step_summary_'],
  ['path', 'GITHUB_PATH', 'add_path_'],
];

/** The files of one step. The runner makes new ones for each, so that no step reads what another wrote. */
export class CommandFiles {
  /** GITHUB_ENV and the others, each with the path of its file. */
  readonly variables: Readonly<Record<string, string>>;
  readonly #paths: ReadonlyMap<Kind, string>;

  /** Makes empty files below the runner's temporary directory. */
  constructor(runnerTemp: string) {
    const directory = join(runnerTemp, '_runner_file_commands');
    mkdirSync(directory, { recursive: true });
    const suffix = randomUUID();
    const variables: Record<string, string> = {};
    const paths = new Map<Kind, string>();
    for (const [kind, variable, prefix] of FILES) {
      const path = join(directory, prefix + suffix);
      writeFileSync(path, '');
      paths.set(kind, path);
      variables[variable] = path;
    }
    this.variables = variables;
    this.#paths = paths;
  }

  /** What the step wrote. A file that the step deleted counts as empty, as it does for the runner. */
  read(): CommandFileContents {
    const text = (kind: Kind): string => {
      try {
        return readFileSync(this.#paths.get(kind) ?? '', 'utf8');
      } catch {
        return '';
      }
    };
    return {
      env: text('env'),
      output: text('output'),
      state: text('state'),
      summary: text('summary'),
      path: text('path'),
    };
  }
}

/**
 * Reads `NAME=VALUE` lines and `NAME<<DELIMITER` blocks, whichever sign comes first in a line.
 * Pairs before a fault have taken effect when it is met, so they are yielded first.
 *
 * @throws Error with the runner's wording for a line that is neither, an empty name or delimiter, and a
 * block that is never closed.
 */
export function* parseCommandFile(text: string): Generator<readonly [name: string, value: string]> {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index] ?? '';
    if (line === '') continue;
    const equals = line.indexOf('=');
    const heredoc = line.indexOf('<<');
    if (equals >= 0 && (heredoc < 0 || equals < heredoc)) {
      if (equals === 0) throw new Error(`Invalid format '${line}'. Name must not be empty`);
      yield [line.slice(0, equals), line.slice(equals + 1)];
    } else if (heredoc >= 0) {
      const [name, delimiter] = [line.slice(0, heredoc), line.slice(heredoc + 2)];
      if (name === '' || delimiter === '') {
        throw new Error(`Invalid format '${line}'. Name must not be empty and delimiter must not be empty`);
      }
      const end = lines.indexOf(delimiter, index + 1);
      if (end < 0) throw new Error(`Invalid value. Matching delimiter not found '${delimiter}'`);
      yield [name, lines.slice(index + 1, end).join('\n')];
      index = end;
    } else {
      throw new Error(`Invalid format '${line}'`);
    }
  }
}
