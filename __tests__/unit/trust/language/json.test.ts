import fc from 'fast-check';
import { type JsonNode, readJson } from '../../../../src/trust/language/json.js';
import { Tally } from '../../../support/tally.js';
import { runs } from '../../../support/volume.js';

/** What the document says, as JSON.parse would have it. */
function plain(node: JsonNode): unknown {
  switch (node.kind) {
    case 'object':
      return Object.fromEntries(node.members.map(({ name, value }) => [name, plain(value)]));
    case 'array':
      return node.items.map(plain);
    case 'string':
      return node.text;
    case 'number':
      return Number(node.text);
    case 'boolean':
      return node.text === 'true';
    case 'null':
      return null;
    case 'unknown':
      throw new Error('JSON has no unknown texts');
  }
}

/** Every name and value with its place. */
function places(node: JsonNode): readonly { line: number; column: number }[] {
  if (node.kind === 'object')
    return [node.at, ...node.members.flatMap(({ at, value }) => [at, ...places(value)])];
  return node.kind === 'array' ? [node.at, ...node.items.flatMap(places)] : [node.at];
}

const documents = fc
  .tuple(fc.jsonValue(), fc.constantFrom(0, 1, '\t'))
  .map(([value, indent]) => JSON.stringify(value, null, indent));
const plainName = fc.stringMatching(/^[a-z:]{0,4}$/);

/** What JSON.parse makes of the text, or undefined where it refuses it. */
function parsedByJson(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

/**
 * What readJson makes of the text, as JSON. A change may happen to give an object one name twice, which is all that
 * JSON.parse takes and readJson does not: then JSON.parse's own answer.
 */
function readOrTwice(text: string): string {
  try {
    return JSON.stringify(plain(readJson(text)));
  } catch (error) {
    if (!String(error).includes('is used twice')) throw error;
    return JSON.stringify(JSON.parse(text));
  }
}

describe('JSON with positions', () => {
  it('reads a text of many megabytes', () => {
    const text = JSON.stringify({ a: `${'x'.repeat(20_000_000)}"\\` });
    expect(plain(readJson(text))).toEqual(JSON.parse(text));
  });

  it('says what JSON.parse says, whatever the indentation', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(0, 1, 2, '\t'), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        expect(JSON.stringify(plain(readJson(text)))).toBe(JSON.stringify(JSON.parse(text)));
      }),
    );
  });

  it('refuses what JSON.parse refuses, with a place inside the text', () => {
    const reached = new Tally('refused by JSON.parse', 'taken');
    const broken = fc
      .tuple(documents, fc.nat(), fc.constantFrom('', '"', ',', '{', ']', 'x', '\\', '\u0001'))
      .map(([text, at, change]) => {
        const index = at % (text.length + 1);
        return text.slice(0, index) + change + text.slice(index + 1);
      });
    fc.assert(
      fc.property(fc.oneof(broken, documents), (text) => {
        const parsed = parsedByJson(text);
        reached.count(parsed === undefined ? 'refused by JSON.parse' : 'taken');
        if (parsed === undefined) expect(() => readJson(text)).toThrow(/^line \d+, column \d+: /);
        else expect(readOrTwice(text)).toBe(JSON.stringify(parsed.value));
      }),
      { numRuns: runs(150) },
    );
    reached.expectAllReached();
  });

  it('refuses a name that an object has twice, at its second place, which JSON.parse lets pass', () => {
    fc.assert(
      fc.property(
        fc.array(plainName),
        plainName,
        fc.array(plainName),
        documents,
        (before, name, between, value) => {
          const names = [...new Set([...before, ...between])].filter((other) => other !== name);
          const members = [name, ...names, name].map((one) => `\n${JSON.stringify(one)}: ${value}`);
          const text = `[{${members.join()}}]`;
          expect(parsedByJson(text)).toBeDefined();
          expect(() => readJson(text)).toThrow(`the name "${name}" is used twice`);
          const line = text.split('\n').length - value.split('\n').length + 1;
          expect(() => readJson(text)).toThrow(`line ${line}, column 1: `);
        },
      ),
    );
  });

  it('takes a hundred levels within the document, and no more', () => {
    const nested = (levels: number): string => `${'['.repeat(levels)}1${']'.repeat(levels)}`;
    expect(plain(readJson(nested(100)))).toEqual(JSON.parse(nested(100)));
    expect(() => readJson(nested(101))).toThrow('line 1, column 102: nested too deeply');
  });

  it('takes one name in two objects', () => {
    const text = '[{"a": {"a": 1}}, {"a": 2}]';
    expect(plain(readJson(text))).toEqual(JSON.parse(text));
  });

  it('names the line and column of every value', () => {
    const text = '{\n  "a": [1, true],\r\n\t"b": "ü"\n}';
    expect(places(readJson(text))).toEqual([
      { line: 1, column: 1 },
      { line: 2, column: 3 },
      { line: 2, column: 8 },
      { line: 2, column: 9 },
      { line: 2, column: 12 },
      { line: 3, column: 2 },
      { line: 3, column: 7 },
    ]);
  });

  it('does not count a byte order mark, which editors do not show', () => {
    expect(places(readJson('\uFEFF{"a": 1}'))).toEqual([
      { line: 1, column: 1 },
      { line: 1, column: 2 },
      { line: 1, column: 7 },
    ]);
  });

  it('every place holds what is said to be there', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        const text = JSON.stringify(value, null, 1);
        const lines = text.split('\n');
        const found = places(readJson(text)).map(({ line, column }) => lines[line - 1]?.[column - 1] ?? '');
        expect(found.join('')).toMatch(/^["[{\d\-tfn]+$/);
        expect(found).not.toContain('');
      }),
    );
  });

  it.each([
    ['{"a":1,"a":2}', 'line 1, column 8: the name "a" is used twice'],
    ['{"a":1,}', 'line 1, column 8: expected a name in double quotes'],
    ['[1 2]', 'line 1, column 4: expected "]"'],
    ['{"a" 1}', 'line 1, column 6: expected ":"'],
    ['{}\n{}', 'line 2, column 1: unexpected text after the end'],
    ['"a\nb"', 'line 1, column 1: the string has no end'],
    ['"\\q"', 'line 1, column 1: the string has a character or an escape'],
    ['', 'line 1, column 1: expected a JSON value'],
    ["{'a':1}", 'line 1, column 2: expected a name in double quotes'],
    ['['.repeat(2000), 'nested too deeply'],
  ])('%j is refused with its place', (text, message) => {
    expect(() => readJson(text)).toThrow(message);
  });
});
