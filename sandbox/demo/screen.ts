import { styleText } from 'node:util';
import type { StepResult } from '../runner/job.js';

type Style = 'bold' | 'dim' | 'green' | 'red' | 'yellow' | 'cyan';

/** Where the demo writes. */
export interface Output {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

const MARKS = { success: '✓', failure: '✗', skipped: '–' } as const;
const MARK_STYLES = { success: 'green', failure: 'red', skipped: 'dim' } as const;
const MAX_WIDTH = 100;

/**
 * Writes jobs the way GitHub shows them: a line for each step with its time, its log below. In colour and with
 * the times in one column on a terminal (unless NO_COLOR is set), else plain.
 */
export class Screen {
  readonly #output: Output;
  readonly #width: number | undefined;
  readonly #isColoured: boolean;

  constructor(output: Output, env: NodeJS.ProcessEnv) {
    this.#output = output;
    const isTerminal = output.isTTY === true;
    this.#width = isTerminal ? Math.min(output.columns ?? MAX_WIDTH, MAX_WIDTH) : undefined;
    this.#isColoured = isTerminal && (env.NO_COLOR ?? '') === '' && env.TERM !== 'dumb';
  }

  /** A heading with a line of explanation. */
  title(text: string, explanation: string): void {
    this.#write(`\n${this.#style('bold', text)}\n${this.#style('dim', explanation)}`);
  }

  /** One step: its name and time, and its log. */
  step(result: StepResult): void {
    const { conclusion, name, durationMs, log } = result;
    const mark = this.#style(MARK_STYLES[conclusion], MARKS[conclusion]);
    const time = conclusion === 'skipped' ? 'skipped' : `${(durationMs / 1000).toFixed(1)} s`;
    this.#write(`\n${mark} ${this.#style('bold', name)}${this.#spread(name, time)}`);
    for (const line of log) this.#write(`    ${this.#logLine(line)}`);
  }

  /** What has been shown: one line that begins with `→`. */
  verdict(text: string, isGood: boolean): void {
    this.#write(this.#style(isGood ? 'green' : 'red', `→ ${text}`));
  }

  /** A line by itself. */
  line(text = ''): void {
    this.#write(text);
  }

  #spread(name: string, time: string): string {
    if (this.#width === undefined) return ` (${time})`;
    const gap = Math.max(this.#width - name.length - time.length - 2, 2);
    return ' '.repeat(gap) + this.#style('dim', time);
  }

  #logLine(line: string): string {
    if (line.startsWith('Error: ')) return this.#style('red', line);
    if (line.startsWith('Warning: ')) return this.#style('yellow', line);
    if (line.startsWith('▼ ')) return this.#style('cyan', line);
    return line;
  }

  #style(style: Style, text: string): string {
    // Whether to colour is decided above, and not by newer Nodes' look at standard output.
    return this.#isColoured ? styleText(style, text, { validateStream: false }) : text;
  }

  #write(text: string): void {
    this.#output.write(`${text}\n`);
  }
}
