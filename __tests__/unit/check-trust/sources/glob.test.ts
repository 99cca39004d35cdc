import fc from 'fast-check';
import { globMatcher } from '../../../../src/check-trust/sources/glob.js';
import { runs } from '../../../support/volume.js';

describe('a pattern of paths', () => {
  it.each([
    ['*.json', 'a.json', true],
    ['*.json', 'a/b.json', false],
    ['**/*.json', 'a.json', true],
    ['**/*.json', 'a/b/c.json', true],
    ['roles/**', 'roles/a/b.json', true],
    ['roles/**/x.json', 'roles/x.json', true],
    ['roles/**/x.json', 'rolesx.json', false],
    ['a**z', 'a/b/z', true],
    ['?.json', 'a.json', true],
    ['?.json', '/.json', false],
    ['a.json', 'abjson', false],
    ['(a|b)+[c]{2}^$.json', '(a|b)+[c]{2}^$.json', true],
    ['?', '😀', true],
    ['', '', true],
    ['*', '', true],
    ['**/', '', true],
    ['**/', 'a', false],
  ])('%j of %j: %j', (pattern, path, matches) => {
    expect(globMatcher(pattern)(path)).toBe(matches);
  });

  it('matches what the regular expression of the same meaning does', () => {
    const piece = fc.constantFrom('**/', '**', '*', '?', 'a', 'b', '/', '.');
    const pattern = fc.array(piece, { maxLength: 7 }).map((pieces) => pieces.join(''));
    const path = fc
      .array(fc.constantFrom('a', 'b', '/', '.'), { maxLength: 8 })
      .map((chars) => chars.join(''));
    let matched = 0;
    fc.assert(
      fc.property(pattern, path, (written, text) => {
        const expected = regularExpression(written).test(text);
        if (expected) matched++;
        expect(globMatcher(written)(text)).toBe(expected);
      }),
      { numRuns: runs(3000) },
    );
    expect(matched).toBeGreaterThan(100);
  });

  it('of many double stars takes no longer for it', () => {
    const matches = globMatcher(`${'**/a*'.repeat(40)}x`);
    expect(matches(`${'aaaa/'.repeat(200)}y`)).toBe(false);
  });
});

/** Short patterns only: this is what takes years for long ones. */
function regularExpression(pattern: string): RegExp {
  const source = pattern.replace(/\*\*\/|\*\*|\*|\?|\./g, (part) => {
    if (part === '**/') return '(?:[^/]+/)*';
    if (part === '**') return '.*';
    if (part === '*') return '[^/]*';
    return part === '?' ? '[^/]' : '\\.';
  });
  return new RegExp(`^${source}$`, 'u');
}
