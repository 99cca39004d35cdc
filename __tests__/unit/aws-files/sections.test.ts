import fc from 'fast-check';
import {
  findSection,
  formatSection,
  newlineOf,
  putSection,
  removeSection,
  separatorAfter,
} from '../../../src/aws-files/sections.js';

const name = fc.constantFrom('ci', 'profile ci', 'default', 'a.b');
const line = fc.oneof(
  fc.constantFrom(
    '[ci]',
    '[profile ci]',
    '[default]',
    '[other]',
    '  [ci]',
    '# [ci]',
    '[ci',
    'key = value',
    '',
    ' ',
  ),
  fc.string({ unit: 'binary', maxLength: 20 }),
);
/** Files as people and tools leave them: any lines, any line ends, with or without one at the end. */
const text = fc
  .tuple(fc.array(line), fc.constantFrom('\n', '\r\n'), fc.boolean())
  .map(([lines, newline, ends]) => lines.join(newline) + (ends ? newline : ''));
const settings = new Map([['aws_access_key_id', 'ASIA1']]);

describe('a section that is put into a file and taken out again', () => {
  it('leaves any file that had no such section as it was, byte for byte', () => {
    fc.assert(
      fc.property(text, name, (file, section) => {
        fc.pre(findSection(file, section) === undefined);
        const put = putSection(file, section, formatSection(section, settings, newlineOf(file)));
        expect(removeSection(put, section, separatorAfter(file))).toBe(file);
      }),
    );
  });

  it('leaves any file that had one as it was, when what it was is put back', () => {
    fc.assert(
      fc.property(text, name, (file, section) => {
        const before = findSection(file, section);
        fc.pre(before !== undefined);
        const put = putSection(file, section, formatSection(section, settings, newlineOf(file)));
        expect(putSection(put, section, before ?? '')).toBe(file);
      }),
    );
  });

  it('is found as it was written, in any file', () => {
    fc.assert(
      fc.property(text, name, (file, section) => {
        const written = formatSection(section, settings, newlineOf(file));
        expect(findSection(putSection(file, section, written), section)).toBe(written);
      }),
    );
  });

  it('changes nothing before and behind the section it replaces', () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        fc.pre(findSection(before, 'ci') === undefined && (before === '' || before.endsWith('\n')));
        const file = `${before}[ci]\nold = 1\n[next]\n${after}`;
        expect(putSection(file, 'ci', '[ci]\nnew = 1\n')).toBe(`${before}[ci]\nnew = 1\n[next]\n${after}`);
      }),
    );
  });
});

describe('a section', () => {
  it.each([
    ['[ci]\na = 1\n', 'ci', '[ci]\na = 1\n'],
    ['[x]\n[ci]\na = 1\n[y]\n', 'ci', '[ci]\na = 1\n'],
    ['[ ci ] ; mine\na = 1', 'ci', '[ ci ] ; mine\na = 1'],
    ['[profile   ci]\n', 'profile ci', '[profile   ci]\n'],
    ['[CI]\n', 'ci', undefined],
    ['[ci2]\n', 'ci', undefined],
    ['key = 1\n  [ci]\n', 'ci', undefined],
    ['# [ci]\n', 'ci', undefined],
    ['', 'ci', undefined],
  ])('in %j named %s is %j', (file, section, found) => {
    expect(findSection(file, section)).toBe(found);
  });

  it('that is not there is not taken out', () => {
    expect(removeSection('[a]\n', 'ci', '')).toBe('[a]\n');
  });

  it('leaves what others put behind it at the start of a line', () => {
    const put = putSection('[a]', 'ci', '[ci]\nk = v\n');
    expect(removeSection(`${put}[b]\n`, 'ci', separatorAfter('[a]'))).toBe('[a]\n[b]\n');
  });
});
