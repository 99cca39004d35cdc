import fc from 'fast-check';
import { escapeMarkdown, table } from '../../../src/report/markdown.js';
import { rendered } from '../../support/secrets.js';
import '../../support/volume.js';
import { anyText } from '../../support/texts.js';

const cell = anyText({ maxLength: 200 });

describe('escapeMarkdown', () => {
  it('leaves nothing that Markdown or HTML would read as syntax, for any text', () => {
    fc.assert(
      fc.property(cell, (text) => {
        expect(escapeMarkdown(text).replace(/&#(\d+|xFFFD);/g, '')).toMatch(/^[\p{L}\p{N} ,;…]*$/u);
      }),
    );
  });

  it('shows the text as it is, where it can be printed', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[\x20-\x7eäöü€😀]{0,140}$/u), (text) => {
        expect(rendered(escapeMarkdown(text))).toBe(text);
      }),
    );
  });

  it('replaces control characters and marks that reorder text', () => {
    expect(escapeMarkdown('a\u001bb\u202ec\nd\u0000')).toBe('a&#xFFFD;b&#xFFFD;c&#xFFFD;d&#xFFFD;');
  });

  it('cuts what is too long', () => {
    expect(escapeMarkdown('abcdef', 3)).toBe('abc…');
  });
});

describe('a table', () => {
  it('has two columns in every row, for any names and values', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell)), (rows) => {
        const lines = table(['What', 'Value'], new Map(rows)).split('\n');
        expect(lines).toHaveLength(2 + new Map(rows).size);
        expect(lines.filter((line) => line.split('|').length !== 4)).toEqual([]);
      }),
    );
  });
});
