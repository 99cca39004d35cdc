import fc from 'fast-check';
import { secretValues } from '../../../src/export/secret-settings.js';
import '../../support/volume.js';

describe('the secret values of a section', () => {
  it.each([
    ['aws_secret_access_key = S', ['S']],
    ['AWS_SESSION_TOKEN=T  ', ['T']],
    ['password : p=1:2', ['p=1:2']],
    ['# old_key = K', ['K']],
    ['  ;token=T', ['T']],
    ['region = eu', []],
    ['region = key = x', []],
    ['key =', []],
    ['[ci]\naws_secret_access_key =\n  first\n  second\nregion = eu\n  further', ['first', 'second']],
    ['key = caf\u00c3\u00a9', ['caf\u00e9']],
  ])('of %j are %j', (section, values) => {
    expect(secretValues(section)).toEqual(values);
  });

  it('are those that the pattern for a setting finds', () => {
    const PATTERN = /^[^=:]*(?:key|secret|token|password)[^=:]*[=:](.*)$/i;
    const line = fc.string({
      unit: fc.constantFrom('key', 'TOKEN', '=', ':', ' ', '\t', '#', 'x'),
      maxLength: 12,
    });
    fc.assert(
      fc.property(line, (text) => {
        const value = PATTERN.exec(text)?.[1]?.trim();
        expect(secretValues(text)).toEqual(value ? [value] : []);
      }),
    );
  });

  it.each([
    'key'.repeat(350_000),
    ' '.repeat(1_000_000),
    `${' #;'.repeat(350_000)}x`,
    'key='.repeat(250_000),
  ])('are found at once in a line of a megabyte (%#)', (line) => {
    expect(secretValues(line).join('').length).toBeLessThan(1_000_000);
  });
});
