import { styleText } from 'node:util';

type Style = 'bold' | 'dim' | 'green' | 'red' | 'cyan';

/** Where a lab writes. */
export interface Output {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

// A session token fills a screen and says nothing.
const MAX_WORD = 200;

/** Writes what a lab does as a terminal would show it: in colour on a terminal, unless NO_COLOR is set. */
export class Transcript {
  readonly #output: Output;
  readonly #isColoured: boolean;

  constructor(output: Output, env: NodeJS.ProcessEnv) {
    this.#output = output;
    this.#isColoured = output.isTTY === true && (env.NO_COLOR ?? '') === '' && env.TERM !== 'dumb';
  }

  /** A lab's title. */
  title(text: string): void {
    this.#write(`${this.#style('bold', text)}`);
  }

  /** What one step of the lab is about. */
  step(number: number, title: string): void {
    this.#write(`\n${this.#style('bold', `${number}. ${title}`)}`);
  }

  /** A file that the lab writes. */
  file(name: string, content: string): void {
    this.#write(`\n${this.#style('dim', `${name}:`)}\n${indented(content)}`);
  }

  /** A command, as it is typed. */
  command(line: string): void {
    this.#write(`\n${this.#style('cyan', `$ ${line}`)}`);
  }

  /** What the command printed; a token is cut short. */
  answer(text: string): void {
    if (text !== '') this.#write(text.split('\n').map(shortened).join('\n'));
  }

  /** Something that the lab has found out. */
  claim(text: string, isTrue: boolean): void {
    this.#write(this.#style(isTrue ? 'green' : 'red', `${isTrue ? '✓' : '✗'} ${text}`));
  }

  /** A remark. */
  note(text: string): void {
    this.#write(this.#style('dim', `# ${text}`));
  }

  /** A line by itself. */
  line(text = ''): void {
    this.#write(text);
  }

  #style(style: Style, text: string): string {
    return this.#isColoured ? styleText(style, text, { validateStream: false }) : text;
  }

  #write(text: string): void {
    this.#output.write(`${text}\n`);
  }
}

function indented(text: string): string {
  return text.replace(/^(?=.)/gm, '    ');
}

function shortened(line: string): string {
  return line.replace(/[^\s"]+/g, (word) =>
    word.length > MAX_WORD ? `${word.slice(0, MAX_WORD / 2)}…` : word,
  );
}
