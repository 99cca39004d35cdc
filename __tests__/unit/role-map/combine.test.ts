import fc from 'fast-check';
import { INPUT_FALLBACKS } from '../../../src/inputs/inputs.js';
import { RULES } from '../../../src/inputs/rules.js';
import { BESIDE_ROLE, ENTRY_INPUTS } from '../../../src/role-map/combinations.js';
import { isWithin } from '../../../src/role-map/combine.js';
import { matchesPattern } from '../../../src/session/pattern.js';
import { Tally } from '../../support/tally.js';
import { runs } from '../../support/volume.js';

const piece = fc.constantFrom('a', 'b', 'ab', '*', '');
const pattern = fc.array(piece, { maxLength: 5 }).map((pieces) => pieces.join(''));
const filling = fc.array(fc.constantFrom('a', 'b', 'c', ''), { minLength: 6, maxLength: 6 });

/** Some text that a pattern matches. */
function example(glob: string, fillings: readonly string[]): string {
  let index = 0;
  return glob.replace(/\*/g, () => fillings[index++ % fillings.length] ?? '');
}

describe('a pattern within others', () => {
  it('matches nothing that they do not, and one that is not within them matches something else', () => {
    const tally = new Tally('within', 'not within');
    fc.assert(
      fc.property(
        pattern,
        fc.array(pattern, { minLength: 1, maxLength: 3 }),
        filling,
        (inner, outer, texts) => {
          const within = isWithin(inner, outer);
          tally.count(within ? 'within' : 'not within');
          // No pattern here has the letter x, so that it stands for any text.
          const text = example(inner, within ? texts : ['x']);
          expect(outer.some((glob) => matchesPattern(text, glob))).toBe(within);
        },
      ),
      { numRuns: runs(500) },
    );
    tally.expectAllReached();
  });

  it.each([
    ['refs/heads/main', ['refs/heads/*'], true],
    ['refs/heads/*', ['refs/heads/main'], false],
    ['refs/tags/v1.*', ['refs/heads/main', 'refs/tags/v*'], true],
    ['*', ['refs/heads/*', 'refs/tags/*'], false],
    ['*', ['*'], true],
    ['a*b', ['a*', 'x'], true],
    ['a*', ['a*b'], false],
  ])('%s within %j: %s', (inner, outer, expected) => {
    expect(isWithin(inner, outer)).toBe(expected);
  });
});

test('every input has its row, in the order of the documentation', () => {
  expect(Object.keys(BESIDE_ROLE)).toEqual(Object.keys(RULES));
  expect(Object.keys(BESIDE_ROLE)).toEqual([...INPUT_FALLBACKS.keys()]);
});

test('an entry has no secret', () => {
  const secret = ENTRY_INPUTS.filter((name) => 'secret' in RULES[name]);
  expect(secret).toEqual([]);
});
