import type { Position } from '../../../trust/language/text.js';
import { Cursor } from './cursor.js';
import type { Expression, ObjectItem } from './expression.js';
import { readHeredoc, readQuoted, readTemplate } from './template.js';

/** Reads an expression, up to where it ends. Within brackets line breaks do not matter. */
export function readExpression(cursor: Cursor, lines = true): Expression {
  return new Reader(cursor, lines).conditional();
}

/** A text of .tf.json, or of a file for `templatefile`, as the template that it is. */
export function templateOf(text: string, at: Position | undefined, path?: string): Expression {
  const cursor = new Cursor(text, path, 0, text.length, at);
  const parts = readTemplate(cursor, (one) => readExpression(one));
  return { kind: 'template', parts, isBlock: at === undefined, at: cursor.position(0), source: 'text' };
}

/** From the weakest to the strongest. */
const OPERATORS = [/\|\|/y, /&&/y, /==|!=/y, />=|<=|>|</y, /\+|-/y, /\*|\/|%/y];

const MAX_OPERATORS = 500;

const NAME = /[\p{L}_][\p{L}\p{N}_-]*/uy;

class Reader {
  constructor(
    readonly cursor: Cursor,
    /** Line breaks are blanks. */
    readonly lines: boolean,
  ) {}

  conditional(): Expression {
    const { cursor } = this;
    return cursor.nested(() => {
      this.#skip();
      const start = cursor.index;
      const test = this.#binary(0);
      const after = cursor.index;
      this.#skip();
      if (!cursor.takeText('?')) {
        cursor.index = after;
        return test;
      }
      const yes = this.conditional();
      this.#skip();
      cursor.expect(':');
      const no = this.conditional();
      return { kind: 'conditional', test, yes, no, ...this.#node(start) };
    });
  }

  #skip(): void {
    this.cursor.skip(this.lines);
  }

  #node(start: number): { readonly at: Position; readonly source: string } {
    return { at: this.cursor.position(start), source: this.cursor.since(start) };
  }

  #binary(level: number): Expression {
    const { cursor } = this;
    const pattern = OPERATORS[level];
    if (pattern === undefined) return this.#unary();
    const start = cursor.index;
    let left = this.#binary(level + 1);
    for (let count = 0; ; count++) {
      // Each is one level deeper for whoever evaluates it.
      if (count > MAX_OPERATORS) cursor.fail('too many operators in a row');
      const after = cursor.index;
      this.#skip();
      const [operator] = cursor.take(pattern) ?? [];
      if (operator === undefined) {
        cursor.index = after;
        return left;
      }
      this.#skip();
      const right = this.#binary(level + 1);
      left = { kind: 'binary', operator, left, right, ...this.#node(start) };
    }
  }

  #unary(): Expression {
    const { cursor } = this;
    const start = cursor.index;
    const [operator] = cursor.take(/!|-(?!\d)/y) ?? [];
    if (operator === undefined) return this.#postfix();
    this.#skip();
    const operand = cursor.nested(() => this.#unary());
    return { kind: 'unary', operator, operand, ...this.#node(start) };
  }

  #postfix(): Expression {
    const start = this.cursor.index;
    return this.#accesses(this.#primary(), start);
  }

  #accesses(base: Expression, start: number): Expression {
    const { cursor } = this;
    let value = base;
    for (;;) {
      if (cursor.takeText('[*]') || cursor.take(/\.\*/y)) {
        const item: Expression = { kind: 'name', name: '*', ...this.#node(start) };
        const each = cursor.nested(() => this.#accesses(item, start));
        return { kind: 'splat', of: value, each, ...this.#node(start) };
      }
      const [, name] = cursor.take(/\.([\p{L}_][\p{L}\p{N}_-]*|\d+)/uy) ?? [];
      let key: Expression;
      if (name !== undefined) {
        const at = cursor.position();
        key = { kind: 'literal', value: { kind: 'string', text: name, at }, at, source: name };
      } else if (cursor.takeText('[')) {
        key = this.#within(']');
      } else return value;
      value = { kind: 'index', of: value, key, ...this.#node(start) };
    }
  }

  /** An expression in brackets. */
  #within(end: string): Expression {
    const value = readExpression(this.cursor);
    this.cursor.skip(true);
    this.cursor.expect(end);
    return value;
  }

  #primary(): Expression {
    const { cursor } = this;
    const start = cursor.index;
    if (cursor.peek('"')) {
      const parts = readQuoted(cursor, (one) => readExpression(one));
      return { kind: 'template', parts, isBlock: false, ...this.#node(start) };
    }
    const heredoc = readHeredoc(cursor, (one) => readExpression(one));
    if (heredoc !== undefined) {
      const { parts } = heredoc;
      return { kind: 'template', parts, isBlock: true, source: 'text', at: cursor.position(heredoc.start) };
    }
    if (cursor.takeText('(')) return this.#within(')');
    if (cursor.takeText('[')) return this.#tuple(start);
    if (cursor.takeText('{')) return this.#object(start);
    const [number] = cursor.take(/-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y) ?? [];
    if (number !== undefined) {
      const value = { kind: 'number', text: number, at: cursor.position(start) } as const;
      return { kind: 'literal', value, ...this.#node(start) };
    }
    return this.#named(start);
  }

  #named(start: number): Expression {
    const { cursor } = this;
    const [name] = cursor.take(NAME) ?? [];
    if (name === undefined) return cursor.fail('expected a value');
    const at = cursor.position(start);
    if (name === 'true' || name === 'false') {
      return { kind: 'literal', value: { kind: 'boolean', text: name, at }, ...this.#node(start) };
    }
    if (name === 'null') return { kind: 'literal', value: { kind: 'null', at }, ...this.#node(start) };
    const [called] = cursor.take(/(?:::[\w-]+)*\(/y) ?? [];
    if (called === undefined) return { kind: 'name', name, ...this.#node(start) };
    const args: Expression[] = [];
    let isSpread = false;
    this.#list(')', () => {
      args.push(readExpression(cursor));
      cursor.skip(true);
      isSpread = cursor.takeText('...');
    });
    return { kind: 'call', name: name + called.slice(0, -1), args, isSpread, ...this.#node(start) };
  }

  #tuple(start: number): Expression {
    const { cursor } = this;
    cursor.skip(true);
    if (cursor.take(/for\b(?=\s)/y)) return this.#for(start, ']');
    const items: Expression[] = [];
    this.#list(']', () => items.push(readExpression(cursor)));
    return { kind: 'tuple', items, ...this.#node(start) };
  }

  #object(start: number): Expression {
    const { cursor } = this;
    cursor.skip(true);
    if (cursor.take(/for\b(?=\s)/y)) return this.#for(start, '}');
    const items: ObjectItem[] = [];
    while (!cursor.takeText('}')) {
      const key = this.#key();
      cursor.skip(true);
      if (!cursor.takeText('=')) cursor.expect(':');
      items.push({ key, value: readExpression(cursor, false) });
      cursor.skip(false);
      if (!cursor.takeText(',') && !cursor.peek('\n') && !cursor.peek('}'))
        cursor.fail('expected "," or "}"');
      cursor.skip(true);
    }
    return { kind: 'object', items, ...this.#node(start) };
  }

  #key(): Expression {
    const { cursor } = this;
    const start = cursor.index;
    const [name] = cursor.take(/[\p{L}_][\p{L}\p{N}_-]*(?=\s*[=:](?!=))/uy) ?? [];
    if (name === undefined) return readExpression(cursor, false);
    const at = cursor.position(start);
    return { kind: 'literal', value: { kind: 'string', text: name, at }, at, source: name };
  }

  #list(end: string, item: () => void): void {
    const { cursor } = this;
    cursor.skip(true);
    while (!cursor.takeText(end)) {
      item();
      cursor.skip(true);
      if (!cursor.takeText(',') && !cursor.peek(end)) cursor.fail(`expected "," or "${end}"`);
      cursor.skip(true);
    }
  }

  #for(start: number, end: string): Expression {
    const { cursor } = this;
    const names: string[] = [];
    do {
      cursor.skip(true);
      const [name] = cursor.take(NAME) ?? cursor.fail('expected a name');
      names.push(name);
      cursor.skip(true);
    } while (cursor.takeText(','));
    if (!cursor.take(/in\b/y)) cursor.fail('expected in');
    const of = readExpression(cursor);
    cursor.skip(true);
    cursor.expect(':');
    const first = readExpression(cursor);
    cursor.skip(true);
    const second = cursor.takeText('=>') ? readExpression(cursor) : undefined;
    cursor.skip(true);
    const isGrouped = cursor.takeText('...');
    cursor.skip(true);
    const test = cursor.take(/if\b/y) ? readExpression(cursor) : undefined;
    cursor.skip(true);
    cursor.expect(end);
    const [key, value] = second === undefined ? [undefined, first] : [first, second];
    return { kind: 'for', names, of, key, value, test, isGrouped, ...this.#node(start) };
  }
}
