import type { Position, UnknownText } from './text.js';

/**
 * A JSON value that remembers where it was written. Numbers keep their text. Readers of templates put an unknown text
 * where only a deployment knows what stands there; JSON itself has none.
 */
export type JsonNode =
  | { readonly kind: 'object'; readonly members: readonly JsonMember[]; readonly at: Position }
  | { readonly kind: 'array'; readonly items: readonly JsonNode[]; readonly at: Position }
  | {
      readonly kind: 'string' | 'number' | 'boolean';
      readonly text: string;
      readonly at: Position;
      /** Its lines are lines of the file, the first of them at its place. */
      readonly isBlock?: boolean;
    }
  | { readonly kind: 'null'; readonly at: Position }
  | UnknownText;

/** One name and its value; `at` is where the name stands. */
export interface JsonMember {
  readonly name: string;
  readonly at: Position;
  readonly value: JsonNode;
}

/** A document that cannot be read as a trust policy, and where it goes wrong. */
export class TrustSyntaxError extends Error {
  override readonly name = 'TrustSyntaxError';
  constructor(
    readonly problem: string,
    readonly at: Position,
  ) {
    super(`line ${at.line}, column ${at.column}: ${problem}`);
  }
}

/** No policy comes near: the quota is 4096 characters, nested five deep. It keeps the reader's stack small. */
const MAX_DEPTH = 100;

/**
 * Reads JSON (RFC 8259) with the position of every name and value.
 * @throws TrustSyntaxError where the text is not JSON, or an object has one name twice
 */
export function readJson(text: string): JsonNode {
  const reader = new Reader(text);
  const node = reader.value(0);
  reader.end();
  return node;
}

/** Reads JSON documents that stand one after the other, as programs print them. Throws as {@link readJson} does. */
export function readJsonSequence(text: string): readonly JsonNode[] {
  const reader = new Reader(text);
  const nodes = [reader.value(0)];
  while (reader.hasMore('{[')) nodes.push(reader.value(0));
  reader.end();
  return nodes;
}

const LITERALS: ReadonlyMap<string, 'boolean' | 'null'> = new Map([
  ['true', 'boolean'],
  ['false', 'boolean'],
  ['null', 'null'],
]);

class Reader {
  #index = 0;
  #line = 1;
  #lineStart = 0;

  constructor(readonly text: string) {
    if (text.startsWith('\uFEFF')) this.#lineStart = this.#index = 1;
  }

  value(depth: number): JsonNode {
    this.#skipBlanks();
    const at = this.#position();
    if (depth > MAX_DEPTH) this.#fail('nested too deeply', at);
    const char = this.text[this.#index];
    if (char === '{') return { kind: 'object', members: this.#members(depth), at };
    if (char === '[') return { kind: 'array', items: this.#items(depth), at };
    if (char === '"') return { kind: 'string', text: this.#string(), at };
    const number = this.#take(/-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y);
    if (number !== undefined) return { kind: 'number', text: number, at };
    const word = this.#take(/[a-z]+/y) ?? '';
    const literal = LITERALS.get(word);
    if (literal === 'null') return { kind: 'null', at };
    if (literal === 'boolean') return { kind: 'boolean', text: word, at };
    return this.#fail('expected a JSON value', at);
  }

  /** Whether another document follows that begins with one of these characters. */
  hasMore(beginnings: string): boolean {
    this.#skipBlanks();
    const char = this.text[this.#index];
    return char !== undefined && beginnings.includes(char);
  }

  end(): void {
    this.#skipBlanks();
    if (this.#index < this.text.length) this.#fail('unexpected text after the end of the document');
  }

  #members(depth: number): readonly JsonMember[] {
    const members: JsonMember[] = [];
    const names = new Set<string>();
    this.#list('}', () => {
      const at = this.#position();
      if (this.text[this.#index] !== '"') this.#fail('expected a name in double quotes');
      const name = this.#string();
      // Most readers keep the last one only, so that the first would be lost without a word.
      if (names.has(name)) this.#fail(`the name "${name}" is used twice`, at);
      names.add(name);
      this.#skipBlanks();
      this.#expect(':');
      members.push({ name, at, value: this.value(depth + 1) });
    });
    return members;
  }

  #items(depth: number): readonly JsonNode[] {
    const items: JsonNode[] = [];
    this.#list(']', () => items.push(this.value(depth + 1)));
    return items;
  }

  #list(end: string, item: () => void): void {
    this.#index++;
    this.#skipBlanks();
    if (this.text[this.#index] === end) {
      this.#index++;
      return;
    }
    for (;;) {
      this.#skipBlanks();
      item();
      this.#skipBlanks();
      if (this.text[this.#index] !== ',') break;
      this.#index++;
    }
    this.#expect(end);
  }

  #string(): string {
    const at = this.#position();
    // Where it ends is all that is asked here; the rest of the grammar is JSON.parse's, on this one string.
    const end = this.#stringEnd();
    if (end === undefined) return this.#fail('the string has no end, or a line break in it', at);
    const raw = this.text.slice(this.#index, end);
    this.#index = end;
    try {
      return String(JSON.parse(raw));
    } catch {
      return this.#fail('the string has a character or an escape that JSON does not allow', at);
    }
  }

  /** A loop, since a regular expression's stack does not hold the megabytes that one text of a plan may have. */
  #stringEnd(): number | undefined {
    for (let index = this.#index + 1; index < this.text.length; index++) {
      const char = this.text[index];
      if (char === '"') return index + 1;
      if (char === '\\') index++;
      if (this.text[index] === '\n' || this.text[index] === '\r') return undefined;
    }
    return undefined;
  }

  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#index;
    const found = pattern.exec(this.text)?.[0];
    if (found !== undefined) this.#index += found.length;
    return found;
  }

  #expect(char: string): void {
    if (this.text[this.#index] !== char) this.#fail(`expected "${char}"`);
    this.#index++;
  }

  #skipBlanks(): void {
    for (; ; this.#index++) {
      const char = this.text[this.#index];
      if (char === '\n') {
        this.#line++;
        this.#lineStart = this.#index + 1;
      } else if (char !== ' ' && char !== '\t' && char !== '\r') return;
    }
  }

  #position(): Position {
    return { line: this.#line, column: this.#index - this.#lineStart + 1 };
  }

  #fail(problem: string, at = this.#position()): never {
    throw new TrustSyntaxError(problem, at);
  }
}
