import type { Cursor } from './cursor.js';
import type { Expression, TemplatePart } from './expression.js';

/** Reads an expression up to where it ends; given by the reader of expressions, which needs this one as well. */
export type ReadExpression = (cursor: Cursor) => Expression;

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

/** Reads a text in double quotes; the cursor is at the first quote. */
export function readQuoted(cursor: Cursor, read: ReadExpression): readonly TemplatePart[] {
  const start = cursor.index;
  cursor.expect('"');
  const parts = new Template(cursor, read, true).parts();
  if (!cursor.takeText('"')) cursor.fail('the text has no end', start);
  return parts;
}

/** Reads a text that is a template as a whole, such as a value of .tf.json or a file for `templatefile`. */
export function readTemplate(cursor: Cursor, read: ReadExpression): readonly TemplatePart[] {
  const parts = new Template(cursor, read, false).parts();
  if (!cursor.isAtEnd) cursor.fail('a directive without its beginning');
  return parts;
}

/** Reads `<<MARK` with the lines after it; undefined if the text does not start with one. */
export function readHeredoc(
  cursor: Cursor,
  read: ReadExpression,
): { readonly parts: readonly TemplatePart[]; readonly start: number } | undefined {
  const from = cursor.index;
  const found = cursor.take(/<<(-?)([\p{L}_][\p{L}\p{N}_-]*)[ \t]*\r?\n/uy);
  if (found === undefined) return undefined;
  const [, indented = '', mark = ''] = found;
  const start = cursor.index;
  const closing = new RegExp(`^[ \\t]*${mark}[ \\t]*\\r?$`, 'gm');
  closing.lastIndex = start;
  const end = closing.exec(cursor.text);
  if (end === null || end.index > cursor.end) return cursor.fail(`no line ends the text with ${mark}`, from);
  const inner = cursor.part(start, end.index);
  const parts = readTemplate(inner, read);
  cursor.index = end.index + end[0].length;
  const lines = cursor.text
    .slice(start, end.index)
    .split('\n')
    .filter((line) => line.trim() !== '');
  const indentation = Math.min(...lines.map((line) => /^[ \t]*/.exec(line)?.[0].length ?? 0));
  return { parts: indented ? withoutIndentation(parts, indentation) : parts, start };
}

/** `<<-` takes from every line what all of them begin with. */
function withoutIndentation(parts: readonly TemplatePart[], width: number): readonly TemplatePart[] {
  if (!Number.isFinite(width)) return parts;
  return parts.map((part, index) => {
    if (part.kind !== 'text') return part;
    const pattern = new RegExp(`${index === 0 ? '(^|\\n)' : '(\\n)'}[ \\t]{${width}}`, 'g');
    return { ...part, text: part.text.replace(pattern, '$1') };
  });
}

class Template {
  constructor(
    readonly cursor: Cursor,
    readonly read: ReadExpression,
    readonly isQuoted: boolean,
  ) {}

  /** Up to the end of the text, or to a directive that ends a body, which is left to the caller. */
  parts(): readonly TemplatePart[] {
    const { cursor } = this;
    const parts: TemplatePart[] = [];
    let text = '';
    const endText = (): void => {
      if (text !== '') parts.push({ kind: 'text', text });
      text = '';
    };
    while (!cursor.isAtEnd && !(this.isQuoted && cursor.peek('"'))) {
      if (cursor.peek('%{') && this.#endsBody()) break;
      if (cursor.takeText('$${')) text += '${';
      else if (cursor.takeText('%%{')) text += '%{';
      else if (cursor.peek('${') || cursor.peek('%{')) {
        const isValue = cursor.peek('${');
        cursor.index += 2;
        // A tilde takes away the blanks beside it.
        if (cursor.takeText('~')) text = text.trimEnd();
        endText();
        parts.push(cursor.nested(() => (isValue ? this.#value() : this.#directive())));
      } else text += this.#character();
    }
    if (cursor.peek('%{~')) text = text.trimEnd();
    endText();
    return parts;
  }

  #endsBody(): boolean {
    const start = this.cursor.index;
    const [, word = ''] = this.cursor.take(/%\{~?\s*(\w+)/y) ?? [];
    this.cursor.index = start;
    return ['else', 'endif', 'endfor'].includes(word);
  }

  #value(): TemplatePart {
    const value = this.read(this.cursor);
    this.#close();
    return { kind: 'value', value };
  }

  #close(): void {
    const { cursor } = this;
    cursor.skip(true);
    const strips = cursor.takeText('~');
    cursor.expect('}');
    if (strips) cursor.take(/\s+/y);
  }

  #directive(): TemplatePart {
    const { cursor } = this;
    cursor.skip(true);
    const [word] = cursor.take(/if|for/y) ?? [];
    if (word === 'if') {
      const test = this.read(cursor);
      this.#close();
      const yes = this.parts();
      const no = this.#end('else|endif') === 'else' ? this.parts() : undefined;
      if (no !== undefined) this.#end('endif');
      return { kind: 'if', test, yes, no: no ?? [] };
    }
    if (word !== 'for') cursor.fail('expected if or for');
    cursor.skip(true);
    const [, first = '', second] = cursor.take(/([\w-]+)\s*(?:,\s*([\w-]+)\s*)?in\b/y) ?? [];
    const of = this.read(cursor);
    this.#close();
    const body = this.parts();
    this.#end('endfor');
    return { kind: 'for', names: second === undefined ? [first] : [first, second], of, body };
  }

  #end(words: string): string {
    const directive = new RegExp(`%\\{~?\\s*(${words})\\s*(?:\\}|~\\}\\s*)`, 'y');
    const [, word] = this.cursor.take(directive) ?? [];
    return word ?? this.cursor.fail(`expected %{ ${words.replace('|', ' } or %{ ')} }`);
  }

  #character(): string {
    const { cursor } = this;
    if (!this.isQuoted || !cursor.peek('\\')) {
      if (this.isQuoted && cursor.peek('\n')) cursor.fail('a line break in a text in quotes');
      return cursor.text.charAt(cursor.index++);
    }
    const start = cursor.index;
    const [, short, ...codes] = cursor.take(/\\(?:([nrt"\\])|u([\da-fA-F]{4})|U([\da-fA-F]{8}))/y) ?? [];
    if (short !== undefined) return ESCAPES[short] ?? short;
    const code = Number.parseInt(codes.join(''), 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : cursor.fail('unknown escape in a text', start);
  }
}
