/**
 * Runs steps the way GitHub's runner does (github.com/actions/runner, `Runner.Worker`): `INPUT_*` and command
 * files for each step, workflow commands, masking, an environment carried from step to step, and `post` in
 * reverse order when the job ends.
 */
import { delimiter } from 'node:path';
import { readActionManifest } from './action-manifest.js';
import { type ChildResult, runChild } from './child.js';
import { CommandFiles } from './command-files.js';
import { evaluateCondition } from './condition.js';
import { applyCommandFiles } from './file-commands.js';
import { type JobDirectories, makeJobDirectories } from './job-directories.js';
import { Masker } from './masking.js';
import {
  commandScript,
  HOME_VARIABLES,
  INHERITED,
  mainScript,
  postScript,
  RUNNER_OWNED,
  type Script,
} from './script.js';
import { type StepOptions, type StepResult, skippedStep } from './step.js';
import { StepLog } from './step-log.js';

export type { StepOptions, StepResult } from './step.js';
export type { WorkflowCommand } from './workflow-command.js';

/** What a job starts with. */
export interface JobOptions {
  /** The job's environment: GITHUB_*, RUNNER_*, the token request variables and the workflow's own `env:`. */
  readonly env: Readonly<Record<string, string>>;
  /** The event payload. */
  readonly event?: object;
  /** The Node binary that runs actions; default: the one running this. */
  readonly node?: string;
  /** Repository secrets, masked from the start. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** Step debugging: debug lines are shown and RUNNER_DEBUG is set. */
  readonly debug?: boolean;
  /** The home directory; default: an empty one that goes with the job. */
  readonly home?: string;
}

const DEFAULT_TIMEOUT_MS = 60_000;

/** One job on one runner. End it with `end()`, which also removes its folders, or with `dispose()`. */
export class Job {
  /** The job environment that the next step will see; steps add to it. */
  readonly env: Record<string, string>;
  readonly directories: JobDirectories;
  readonly #masker = new Masker();
  readonly #node: string;
  readonly #debug: boolean;
  readonly #posts: { readonly condition: string; readonly script: Script }[] = [];
  readonly #hasTokenRequest: boolean;
  #failed = false;
  #stepCount = 0;

  constructor(options: JobOptions) {
    this.directories = makeJobDirectories(options.event ?? {}, options.home);
    this.#node = options.node ?? process.execPath;
    this.#debug = options.debug ?? false;
    this.#hasTokenRequest = options.env.ACTIONS_ID_TOKEN_REQUEST_URL !== undefined;
    for (const secret of Object.values(options.secrets ?? {})) this.#masker.add(secret);
    const inherited = INHERITED.map((name) => [name, process.env[name]]).filter(([, value]) => value);
    this.env = {
      ...Object.fromEntries(inherited),
      CI: 'true',
      GITHUB_ACTIONS: 'true',
      ...options.env,
      ...Object.fromEntries(HOME_VARIABLES.map((name) => [name, this.directories.home])),
      GITHUB_WORKSPACE: this.directories.workspace,
      GITHUB_EVENT_PATH: this.directories.eventFile,
      RUNNER_TEMP: this.directories.temp,
      ...(this.#debug ? { RUNNER_DEBUG: '1' } : {}),
    };
  }

  /** True once a step has failed. */
  get failed(): boolean {
    return this.#failed;
  }

  /** Runs the action in a directory and, if it has one, puts its post script on the list for the job's end. */
  async uses(
    actionDirectory: string,
    inputs: Readonly<Record<string, string>>,
    options: StepOptions = {},
  ): Promise<StepResult> {
    const manifest = readActionManifest(actionDirectory);
    const script = mainScript(manifest, this.#node, inputs, this.env, options);
    const result = await this.#runIf(options.if ?? 'success()', script);
    if (manifest.post !== undefined && result.conclusion !== 'skipped') {
      const post = postScript(script, manifest.post, result.state);
      this.#posts.push({ condition: manifest.postIf, script: post });
    }
    return result;
  }

  /** Runs a program as a `run:` step would. */
  async run(command: string, args: readonly string[], options: StepOptions = {}): Promise<StepResult> {
    return this.#runIf(options.if ?? 'success()', commandScript(command, args, this.env, options));
  }

  /**
   * Ends the job: runs the post scripts, the last step's first, and removes the job's folders unless
   * `keepFiles`; then call `dispose()` when they have been looked at.
   */
  async end({ keepFiles = false }: { readonly keepFiles?: boolean } = {}): Promise<readonly StepResult[]> {
    const results: StepResult[] = [];
    for (let post = this.#posts.pop(); post !== undefined; post = this.#posts.pop()) {
      results.push(await this.#runIf(post.condition, post.script));
    }
    if (!keepFiles) this.dispose();
    return results;
  }

  /** Removes the job's folders. */
  dispose(): void {
    this.directories.remove();
  }

  /** The runner gives actions the token request of a job that has the permission; otherwise a step may set one. */
  #isRunners(name: string): boolean {
    return RUNNER_OWNED.test(name) && (this.#hasTokenRequest || !name.startsWith('ACTIONS_ID_TOKEN_'));
  }

  async #runIf(condition: string, script: Script): Promise<StepResult> {
    const env = { ...this.env, ...script.options.env };
    const wanted = evaluateCondition(condition, { jobFailed: this.#failed, env });
    return wanted ? this.#execute(script) : skippedStep(script.name);
  }

  async #execute(script: Script): Promise<StepResult> {
    const files = new CommandFiles(this.directories.temp);
    const log = new StepLog(this.#masker, this.#debug);
    for (const line of script.header) log.write(line);
    const timeoutMs = script.options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    const child = await runChild({
      command: script.command,
      args: script.args,
      cwd: this.directories.workspace,
      env: this.#stepEnvironment(script, files),
      timeoutMs,
      measureMemory: script.options.measureMemory ?? false,
      onLine: (line) => log.take(line),
    });
    if (child.timedOut) log.fail(`The action '${script.name}' has timed out after ${timeoutMs} ms.`);
    return this.#conclude(script, files, log, child);
  }

  #stepEnvironment(script: Script, files: CommandFiles): Record<string, string> {
    this.#stepCount += 1;
    return {
      ...this.env,
      ...script.options.env,
      ...Object.fromEntries(Object.entries(this.env).filter(([name]) => RUNNER_OWNED.test(name))),
      ...script.env,
      GITHUB_ACTION: `__step_${this.#stepCount}`,
      ...files.variables,
    };
  }

  #conclude(script: Script, files: CommandFiles, log: StepLog, child: ChildResult): StepResult {
    const contents = files.read();
    const { paths, ...effects } = applyCommandFiles(contents, log, this.#masker);
    for (const [name, value] of Object.entries(effects.exported)) {
      if (!this.#isRunners(name)) this.env[name] = value;
    }
    this.env.PATH = [...new Set([...paths, ...(this.env.PATH ?? '').split(delimiter)])].join(delimiter);
    if (child.exitCode !== 0 && !script.isAction) {
      log.fail(`Process completed with exit code ${child.exitCode}.`);
    }
    const failed = child.exitCode !== 0 || log.failed;
    if (failed && script.options.continueOnError !== true) this.#failed = true;
    return {
      name: script.name,
      conclusion: failed ? 'failure' : 'success',
      ...child,
      log: log.lines,
      commands: log.commands,
      ...effects,
      files: contents,
    };
  }
}
