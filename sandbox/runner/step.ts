import type { CommandFileContents } from './command-files.js';
import type { WorkflowCommand } from './workflow-command.js';

/** What a step, or the post half of one, did. */
export interface StepResult {
  readonly name: string;
  readonly exitCode: number;
  readonly conclusion: 'success' | 'failure' | 'skipped';
  /** Everything written to standard output, unmasked. */
  readonly stdout: string;
  readonly stderr: string;
  /** What a user sees: masked, commands obeyed. */
  readonly log: readonly string[];
  /** Every workflow command, in the order given. */
  readonly commands: readonly WorkflowCommand[];
  readonly outputs: Readonly<Record<string, string>>;
  /** The variables that the step set for later steps through GITHUB_ENV. */
  readonly exported: Readonly<Record<string, string>>;
  readonly state: Readonly<Record<string, string>>;
  /** The job summary as shown: masked. */
  readonly summary: string;
  /** The command files as the step left them, unmasked. */
  readonly files: CommandFileContents;
  readonly durationMs: number;
  readonly timedOut: boolean;
  /** Peak memory in KiB, where `measureMemory` asked for it and the system tells. */
  readonly maxRssKb: number | undefined;
}

/** Options of one step. */
export interface StepOptions {
  readonly name?: string;
  /** The step's own `env:`. */
  readonly env?: Readonly<Record<string, string>>;
  /** Default 60 s; the step is killed and fails then. */
  readonly timeoutMs?: number;
  /** The step's `if:`, default `success()`: a step after a failed one is skipped. */
  readonly if?: string;
  readonly continueOnError?: boolean;
  readonly measureMemory?: boolean;
}

/** The result of a step whose condition was false. */
export function skippedStep(name: string): StepResult {
  return {
    ...{ name, exitCode: 0, conclusion: 'skipped', stdout: '', stderr: '', log: [], commands: [] },
    ...{ outputs: {}, exported: {}, state: {}, summary: '' },
    files: { env: '', output: '', state: '', summary: '', path: '' },
    ...{ durationMs: 0, timedOut: false, maxRssKb: undefined },
  };
}
