import fc from 'fast-check';
import { formatList, oneLine, quote, redact } from '../../../src/core/text.js';
import { visiblePieces } from '../../support/secrets.js';
import '../../support/volume.js';
import { anyText } from '../../support/texts.js';

/** Text with more of what is dangerous than chance would give. */
const hostile = fc
  .array(
    fc.oneof(
      anyText(),
      fc.constantFrom(
        '::',
        '##[',
        '%0A',
        '\n',
        '\r',
        '\u2028',
        '\u202e',
        '\u001b[',
        '#',
        '##',
        '[',
        '\ud800',
      ),
    ),
  )
  .map((parts) => parts.join(''));

describe('oneLine', () => {
  it('gives one line without control characters, bidi marks and the old command syntax, for any text', () => {
    fc.assert(
      fc.property(hostile, fc.integer({ min: 1, max: 400 }), (text, maxLength) => {
        const line = oneLine(text, maxLength);
        expect(line).not.toMatch(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]/u);
        expect(line).not.toContain('##[');
      }),
    );
  });

  it('leaves printable text as it is, up to the length', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[\w :./@*äöé]{0,300}$/), (text) => {
        expect(oneLine(text)).toBe(text);
      }),
    );
    expect(oneLine('x'.repeat(301))).toBe(`${'x'.repeat(300)}…`);
  });

  it('shows what it replaces', () => {
    expect(oneLine('a\nb\u202ec')).toBe('a\\u{a}b\\u{202e}c');
    expect(quote('a"b\n')).toBe('"a"b\\u{a}"');
  });
});

describe('redact', () => {
  const secret = fc.stringMatching(/^[A-Za-z0-9+/=_-]{12,80}$/);

  it('leaves no piece of 12 characters of a secret, wherever it was cut', () => {
    fc.assert(
      fc.property(secret, fc.nat(), fc.nat(), fc.string(), fc.string(), (whole, from, to, before, after) => {
        const piece = whole.slice(from % whole.length, (from % whole.length) + 12 + (to % 60));
        const shown = redact(`${before}${piece}${after}`, [whole]);
        expect(visiblePieces(shown, whole)).toEqual([]);
      }),
    );
  });

  it('leaves text without a secret as it is', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[a-z ]{0,100}$/),
        fc.stringMatching(/^[A-Z0-9]{12,40}$/),
        (text, whole) => {
          expect(redact(text, [whole])).toBe(text);
        },
      ),
    );
  });

  it.each([
    ['a short secret', 'pw is hunter2!', ['hunter2'], 'pw is ***!'],
    ['two that overlap', 'abcdefghijklmnop', ['abcdefghijklm', 'efghijklmnop'], '***'],
    ['two apart', 'AAAAAAAAAAAA and BBBBBBBBBBBB', ['AAAAAAAAAAAA', 'BBBBBBBBBBBB'], '*** and ***'],
    ['an empty one', 'text', [''], 'text'],
    ['none', 'text', [], 'text'],
    ['a piece too small to tell', 'secret-piec', ['secret-piece-of-length'], 'secret-piec'],
  ])('hides %s', (_, text, secrets, shown) => {
    expect(redact(text, secrets)).toBe(shown);
  });
});

describe('formatList', () => {
  it.each([
    [[], ''],
    [['a'], 'a'],
    [['a', 'b'], 'a and b'],
    [['a', 'b', 'c'], 'a, b and c'],
  ])('%j reads as %j', (names, text) => {
    expect(formatList(names)).toBe(text);
  });
});
