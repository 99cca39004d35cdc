import type { ErrorCode } from '../core/errors.js';
import { oneLine, redact } from '../core/text.js';
import { keyValue, keyValues } from './command-entries.js';
import { appendToFile, type Restore } from './command-file.js';

/** The variables of a process. An empty one counts as absent, as it does for AWS's tools. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The port to the runner: everything the action reads from its process or tells the runner goes through here.
 *
 * The commands and files are those of @actions/core, byte for byte (a test compares them). They are written here
 * because importing @actions/core costs more than the whole of `post`: see docs/adr/0002-own-runner-commands.md.
 */
export interface Runner {
  /** The variables as they were when the step began. */
  readonly env: Environment;
  /** Empty if unknown: `HOME` is not set, and the system does not know the user. */
  readonly home: string;
  /** The paths of this Node and of the script it runs; empty where the process does not say. */
  readonly program: { readonly node: string; readonly script: string };
  /** An input's text without surrounding white space; empty when it is not set. */
  input(name: string): string;
  /** The value an earlier entry point of this step saved; empty when there is none. */
  state(name: string): string;
  info(line: string): void;
  debug(line: string): void;
  notice(line: string): void;
  warning(line: string): void;
  /** An annotation on a line of a file. */
  annotate(level: 'error' | 'warning' | 'note', message: string, place: Place): void;
  /** Hides `secret` in every later line of the job's log. */
  mask(secret: string): void;
  saveState(name: string, value: string): void;
  /** Sets variables for the later steps of the job, all in one write. Undone by the returned function. */
  exportVariables(variables: ReadonlyMap<string, string>): Restore;
  /** Sets outputs of this step, all in one write. Undone by the returned function. */
  setOutputs(outputs: ReadonlyMap<string, string>): Restore;
  /** Hides variables from the rest of this process: the AWS SDK's own credential chain reads them by itself. */
  forgetVariables(names: readonly string[]): void;
  /** Text with every secret that was masked taken out, also pieces of one. */
  redact(text: string): string;
  /** Fails the step with one error, of one or more lines. */
  fail(code: ErrorCode, lines: readonly string[]): void;
}

/** A place in a file of the workspace; line and column are counted from 1. */
export interface Place {
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly title: string;
}

/** What of a process the runner port needs; the real one is `process`. */
export interface ProcessPort {
  readonly env: Record<string, string | undefined>;
  readonly execPath?: string;
  readonly argv?: readonly string[];
  exitCode?: number | string | null | undefined;
  readonly stdout: { write(text: string): unknown };
}

/** Loaded only where it is asked, since HOME is nearly always set. */
const homeBySystem = (): string => process.getBuiltinModule('node:os').homedir();

export function createRunner(host: ProcessPort, systemHome = homeBySystem): Runner {
  // As they were when the step began: what is forgotten below must still be known when it is put back. Copying a hundred
  // variables takes longer than what `post` does with them.
  let copy: Environment | undefined;
  const variables = (): Environment => {
    if (copy === undefined) {
      copy = { ...host.env };
      // The SDK writes a warning about Node 20 to the user's log; the runner, not the user, chose that Node.
      host.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
    }
    return copy;
  };
  const variable = (name: string): string | undefined => (copy ?? host.env)[name];
  const secrets: string[] = [];
  const print = (line: string): void => void host.stdout.write(`${line}\n`);
  const command = (name: string, value: string, properties = ''): void =>
    print(`::${name}${properties}::${escapeData(value)}`);
  const commandFile = (file: string, content: string, fallback: () => void): Restore => {
    const path = variable(file);
    if (path) return appendToFile(path, file, content);
    fallback();
    return () => {};
  };

  return {
    get env() {
      return variables();
    },
    home: variable(process.platform === 'win32' ? 'USERPROFILE' : 'HOME') || homeOfUser(systemHome),
    program: { node: host.execPath ?? '', script: host.argv?.[1] ?? '' },
    input: (name) => (variable(`INPUT_${name.replaceAll(' ', '_').toUpperCase()}`) ?? '').trim(),
    state: (name) => variable(`STATE_${name}`) ?? '',
    info: (line) => print(redact(plainLine(line), secrets)),
    debug: (line) => command('debug', redact(oneLine(line, 2000), secrets)),
    notice: (line) => command('notice', redact(oneLine(line, 2000), secrets)),
    warning: (line) => command('warning', redact(oneLine(line, 2000), secrets)),
    annotate(level, message, { path, line, column, title }) {
      const properties = { file: path, line: String(line), col: String(column), title };
      const told = Object.entries(properties).map(
        ([name, value]) => `${name}=${escapeProperty(oneLine(value))}`,
      );
      command(
        level === 'note' ? 'notice' : level,
        redact(oneLine(message, 2000), secrets),
        ` ${told.join(',')}`,
      );
    },
    mask(secret) {
      if (secret === '' || secrets.includes(secret)) return;
      secrets.push(secret);
      command('add-mask', secret);
    },
    saveState(name, value) {
      commandFile('GITHUB_STATE', keyValue(name, value), () => command('save-state', value, ` name=${name}`));
    },
    exportVariables(exported) {
      return commandFile('GITHUB_ENV', keyValues(exported), () => {
        for (const [name, value] of exported) command('set-env', value, ` name=${name}`);
      });
    },
    setOutputs(outputs) {
      return commandFile('GITHUB_OUTPUT', keyValues(outputs), () => {
        for (const [name, value] of outputs) command('set-output', value, ` name=${name}`);
      });
    },
    forgetVariables(names) {
      variables();
      for (const name of names) delete host.env[name];
    },
    redact: (text) => redact(text, secrets),
    fail(code, lines) {
      host.exitCode = 1;
      const text = lines.map((line) => redact(oneLine(line, 2000), secrets)).join('\n');
      command('error', text, ` title=${escapeProperty(`assume-aws-role: ${code}`)}`);
    },
  };
}

/** A log line that the runner cannot take for a command: it reads `::name::` only at the start of a line. */
function plainLine(line: string): string {
  const printable = oneLine(line, 2000);
  return printable.trimStart().startsWith('::') ? `| ${printable}` : printable;
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

function homeOfUser(systemHome: () => string): string {
  try {
    return systemHome();
  } catch {
    return ''; // A user that is in no list, as in a container that was started with a bare number for one.
  }
}
