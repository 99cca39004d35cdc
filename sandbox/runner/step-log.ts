import type { Masker } from './masking.js';
import { parseWorkflowCommand, type WorkflowCommand } from './workflow-command.js';

const COMMANDS = new Set([
  ...['add-mask', 'debug', 'notice', 'warning', 'error', 'group', 'endgroup', 'echo', 'stop-commands'],
  ...['set-output', 'save-state', 'set-env', 'add-path', 'add-matcher', 'remove-matcher'],
]);

// Commands that change what later steps run were switched off in 2020 and fail the step that uses them.
const DISABLED = new Set(['set-env', 'add-path']);
// These are shown for what they are and not echoed a second time.
const NEVER_ECHOED = new Set(['add-mask', 'debug', 'notice', 'warning', 'error']);

const ANNOTATIONS: Readonly<Record<string, string>> = {
  error: 'Error: ',
  warning: 'Warning: ',
  notice: 'Notice: ',
};

/** Reads the lines of one step in the order they come, obeys the commands in them and keeps what a user sees. */
export class StepLog {
  readonly lines: string[] = [];
  readonly commands: WorkflowCommand[] = [];
  readonly outputs: Record<string, string> = {};
  readonly state: Record<string, string> = {};
  /** True when a command could not be obeyed: the runner then fails the step whatever its exit code. */
  failed = false;
  readonly #masker: Masker;
  readonly #debug: boolean;
  #echo: boolean;
  #resumeToken: string | undefined;

  constructor(masker: Masker, debug: boolean) {
    this.#masker = masker;
    this.#debug = debug;
    this.#echo = debug;
  }

  /** Takes a line of the step's own output. */
  take(line: string): void {
    const token = this.#resumeToken;
    const command = parseWorkflowCommand(line, (name) => COMMANDS.has(name) || name === token);
    if (command === undefined) this.write(line);
    else if (token !== undefined) this.#whileStopped(command, line, token);
    else this.#obey(command, line);
  }

  /** Adds a line of the runner's own, masked; a line break in it starts another line. */
  write(text: string): void {
    this.lines.push(...this.#masker.mask(text).split(/\r\n|\n|\r/));
  }

  /** Adds an error of the runner's own and fails the step. */
  fail(message: string): void {
    this.write(`Error: ${message}`);
    this.failed = true;
  }

  /** Adds a line that is only there when debugging is on. */
  debug(message: string): void {
    if (this.#debug) this.write(`##[debug]${message}`);
  }

  #whileStopped(command: WorkflowCommand, line: string, token: string): void {
    this.write(line);
    if (command.command === token) this.#resumeToken = undefined;
  }

  #obey(command: WorkflowCommand, line: string): void {
    this.commands.push(command);
    if (DISABLED.has(command.command)) {
      this.fail(`Unable to process command '${line}' successfully.`);
      this.fail(`The \`${command.command}\` command is disabled. Please upgrade to using Environment Files.`);
      return;
    }
    if (this.#echo && !NEVER_ECHOED.has(command.command)) this.write(line);
    this.#perform(command, line);
  }

  #perform({ command, properties, data }: WorkflowCommand, line: string): void {
    switch (command) {
      case 'add-mask':
        this.#addMask(data);
        break;
      case 'debug':
        this.debug(data);
        break;
      case 'group':
        this.write(`▼ ${data}`);
        break;
      case 'echo':
        this.#echo = data.trim().toLowerCase() === 'on';
        break;
      case 'stop-commands':
        this.#stop(data, line);
        break;
      case 'set-output':
        this.#store(this.outputs, command, properties.name, data);
        break;
      case 'save-state':
        this.#store(this.state, command, properties.name, data);
        break;
      default: {
        const label = ANNOTATIONS[command];
        if (label !== undefined) this.write(label + data);
      }
    }
  }

  #addMask(secret: string): void {
    if (secret.trim() === '') {
      this.write("Warning: Can't add secret mask for empty string in ##[add-mask] command.");
      return;
    }
    this.#masker.add(secret);
    if (this.#echo) this.write('::add-mask::***');
  }

  #stop(token: string, line: string): void {
    // A token that is a command's name would let any such command switch the commands on again.
    if (token === '' || COMMANDS.has(token.toLowerCase())) {
      this.fail(`Invalid stop-commands token '${token}'.`);
      return;
    }
    if (!this.#echo) this.write(line);
    this.#resumeToken = token.toLowerCase();
  }

  #store(target: Record<string, string>, command: string, name: string | undefined, value: string): void {
    if (name === undefined) this.fail(`Required field 'name' is missing in ##[${command}] command.`);
    else target[name] = value;
  }
}
