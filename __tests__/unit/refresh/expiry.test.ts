import fc from 'fast-check';
import { isAlive, shouldRenew } from '../../../src/refresh/expiry.js';
import { Tally } from '../../support/tally.js';
import '../../support/volume.js';

const START = Date.parse('2026-11-21T12:00:00Z');

function session(seconds: number) {
  return {
    ...{ AccessKeyId: 'a', SecretAccessKey: 'b', SessionToken: 'c' },
    Obtained: new Date(START).toISOString(),
    Expiration: new Date(START + seconds * 1000).toISOString(),
  };
}

describe('a session is due', () => {
  it.each([
    ['an hour', 3600, 2999, false],
    ['an hour', 3600, 3000, true],
    ['twelve hours', 43_200, 42_599, false],
    ['twelve hours', 43_200, 42_600, true],
    ['forty minutes', 2400, 1799, false],
    ['forty minutes', 2400, 1800, true],
    ['a quarter of an hour', 900, 674, false],
    ['a quarter of an hour', 900, 675, true],
    ['five seconds', 5, 3, false],
    ['five seconds', 5, 4, true],
    ['an hour', 3600, 0, false],
    ['an hour', 3600, -1, true],
    ['an hour', 3600, 4000, true],
  ])('(one of %s, %i s) after %i s: %s', (_, seconds, after, expected) => {
    expect(shouldRenew(session(seconds), START + after * 1000)).toBe(expected);
  });

  it('at some time before it ends, and from then on', () => {
    const reached = new Tally('due', 'not due', 'ended');
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 43_200 }),
        fc.double({ min: 0, max: 1.5, noNaN: true }),
        (seconds, part) => {
          const now = START + seconds * 1000 * part;
          const one = session(seconds);
          reached.count(shouldRenew(one, now) ? 'due' : 'not due');
          if (shouldRenew(one, now)) expect(shouldRenew(one, now + 1000)).toBe(true);
          else expect(isAlive(one, now)).toBe(true);
          if (isAlive(one, now)) return;
          reached.count('ended');
          expect(shouldRenew(one, now)).toBe(true);
        },
      ),
    );
    reached.expectAllReached();
  });
});
