import { plainYaml, YamlProblem, yamlDocuments } from '../../../src/core/yaml-document.js';

describe('YAML', () => {
  it.each([
    ['version: 1.10\nid: 0074\nflag: no\nnone:', { version: '1.10', id: '0074', flag: 'no', none: '' }],
    ['- &a x\n- *a\n- &a y\n- *a', ['x', 'x', 'y', 'y']],
    ['a: &k name\n*k : v', { a: 'name', name: 'v' }],
    ['base: &b {k: v}\none: *b', { base: { k: 'v' }, one: { k: 'v' } }],
    ['__proto__: x', JSON.parse('{"__proto__":"x"}')],
    ['', null],
  ])('%j is read as it is written', (text, value) => {
    expect(plainYaml(text)).toEqual(value);
  });

  it.each([
    ['a: b\na: c', 'Map keys must be unique, and "a" stands here twice (line 2, column 1)'],
    ['- {a: b, a: c}', '"a" stands here twice (line 1, column 10)'],
    ['- *nobody', 'there is no anchor for the alias "nobody"'],
    ['? [a]\n: b', 'a key is a list or a mapping; text is expected (line 1, column 3)'],
    ['? *a\n: b', 'there is no anchor'],
    ['- *late\n- &late x', 'there is no anchor for the alias "late"'],
    ['&a [*a]', 'nested too deeply'],
    ['- '.repeat(500_000), 'it is nested too deeply (line 1, column 799)'],
    [`a: 1\nb: ${'['.repeat(1_000_000)}`, 'it is nested too deeply (line 2, column 402)'],
    [
      Array.from({ length: 1400 }, (_, n) => `${' '.repeat(n)}a:`).join('\n'),
      'deeply (line 400, column 400)',
    ],
    [`${'['.repeat(200)}${']'.repeat(200)}`, 'nested too deeply'],
    ['- a\n'.repeat(100_001), 'the document is too large'],
    [' '.repeat(1_048_577), 'YAML of more than 1048576 characters is not read'],
  ])('is refused with a place: %#', (text, problem) => {
    expect(() => plainYaml(text)).toThrow(problem);
  });
});

describe('YAML that nests', () => {
  const SHAPES: readonly (readonly [string, (levels: number) => string])[] = [
    ['brackets', (levels) => `${'['.repeat(levels)}a${']'.repeat(levels)}`],
    ['braces', (levels) => `${'{a: '.repeat(levels)}b${'}'.repeat(levels)}`],
    ['tagged brackets', (levels) => `${'!!seq ['.repeat(levels)}a${']'.repeat(levels)}`],
    ['lists', (levels) => '- '.repeat(levels)],
    ['keys', (levels) => '? '.repeat(levels)],
    ['pairs', (levels) => `${'[? a : '.repeat(levels)}b${']'.repeat(levels)}`],
  ];

  // Twice: V8 ended the process where it compiled a pattern near the end of the stack.
  it.each(SHAPES)('never comes to the end of the stack: %s', (_, shape) => {
    const levels = [99, 100, 101, 130, 199, 300, 395, 400, 401, 800, 996, 5000];
    const said = levels.flatMap((one) => [problemOf(shape(one)), problemOf(shape(one))]);
    expect(
      said.filter((problem) => problem !== undefined && !/nested too deeply|text is expected/.test(problem)),
    ).toEqual([]);
    expect(said.at(-1)).toMatch(/nested too deeply/);
  });

  it('too deeply is the fault of its document: those before it are read', () => {
    const text = `a: 1\n---\n${'['.repeat(2000)}\n---\nb: 2\n`;
    const [first, second, ...others] = yamlDocuments(text, 'core');
    expect(first?.().root).toMatchObject({ items: [{}] });
    expect(second).toThrow('it is nested too deeply (line 3, column 400)');
    expect(others).toEqual([]);
  });

  it('because of an earlier mistake is told of that', () => {
    expect(problemOf('a: b: c\n'.repeat(2000))).toMatch(/^Nested mappings are not .* \(line 1, column 4\)$/);
  });
});

/** What is wrong with a text; undefined if nothing is. */
function problemOf(text: string): string | undefined {
  try {
    plainYaml(text);
    return undefined;
  } catch (error) {
    if (error instanceof YamlProblem) return error.message;
    throw error;
  }
}
