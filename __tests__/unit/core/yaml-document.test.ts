import { plainYaml } from '../../../src/core/yaml-document.js';

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
    ['- '.repeat(500_000), 'it is nested too deeply (line 1, column 1999)'],
    [`a: 1\n${'['.repeat(1_000_000)}`, 'it is nested too deeply (line 2, column 999)'],
    [
      Array.from({ length: 1400 }, (_, n) => `${' '.repeat(n)}a:`).join('\n'),
      'deeply (line 1000, column 1000)',
    ],
    [`${'['.repeat(200)}${']'.repeat(200)}`, 'nested too deeply'],
    ['- a\n'.repeat(100_001), 'the document is too large'],
    [' '.repeat(1_048_577), 'YAML of more than 1048576 characters is not read'],
  ])('is refused with a place: %#', (text, problem) => {
    expect(() => plainYaml(text)).toThrow(problem);
  });
});
