import fc from 'fast-check';
import { compareDates } from '../../../../src/trust/evaluate/compare-date.js';
import { isInRange } from '../../../../src/trust/evaluate/compare-ip.js';
import { matchesPattern } from '../../../../src/trust/evaluate/pattern.js';
import { OPERATOR_NAMES, parseOperator } from '../../../../src/trust/language/operators.js';
import { Tally } from '../../../support/tally.js';
import { decide, holds, PROVIDER, variable } from '../../../support/trust-policies.js';
import { runs } from '../../../support/volume.js';

const word = fc
  .array(fc.constantFrom('a', 'b', '*', '?', ':', '.', '😀', '$', '{'), { maxLength: 8 })
  .map((parts) => parts.join(''));
const values = fc.array(word, { minLength: 1, maxLength: 4 });
const negatable = fc.constantFrom(
  ['StringEquals', 'StringNotEquals'],
  ['StringEqualsIgnoreCase', 'StringNotEqualsIgnoreCase'],
  ['StringLike', 'StringNotLike'],
);

describe('for all conditions', () => {
  it('a negated operator says the opposite of a single value, whether it is there or not', () => {
    fc.assert(
      fc.property(negatable, values, fc.option(word), ([plain = '', negated = ''], wanted, actual) => {
        const context = actual === null ? {} : { k: actual };
        expect(holds({ [negated]: { k: wanted } }, context, '2008-10-17')).toBe(
          !holds({ [plain]: { k: wanted } }, context, '2008-10-17'),
        );
      }),
    );
  });

  it('ForAnyValue of an operator is the opposite of ForAllValues of its negation', () => {
    fc.assert(
      fc.property(negatable, values, values, ([plain = '', negated = ''], wanted, actual) => {
        const context = { k: actual };
        expect(holds({ [`ForAnyValue:${plain}`]: { k: wanted } }, context, '2008-10-17')).toBe(
          !holds({ [`ForAllValues:${negated}`]: { k: wanted } }, context, '2008-10-17'),
        );
      }),
    );
  });

  it('more values allow no less, and forbid no less where negated', () => {
    const reached = new Tally('matches', 'matches only the added value', 'matches none');
    fc.assert(
      fc.property(negatable, values, word, fc.nat(6), ([plain = '', negated = ''], wanted, more, pick) => {
        const both = [...wanted, more];
        const context = { k: [...both][pick] ?? 'ab' };
        const allowed = (block: string, list: readonly string[]): boolean =>
          holds({ [block]: { k: list } }, context, '2008-10-17');
        if (allowed(plain, wanted)) {
          reached.count('matches');
          expect(allowed(plain, both)).toBe(true);
        } else if (allowed(negated, both)) {
          reached.count('matches none');
          expect(allowed(negated, wanted)).toBe(true);
        } else {
          reached.count('matches only the added value');
          expect([allowed(plain, both), allowed(negated, wanted)]).toEqual([true, true]);
        }
      }),
      { numRuns: runs(150) },
    );
    reached.expectAllReached();
  });

  it('IfExists changes nothing where the key is there', () => {
    fc.assert(
      fc.property(negatable, values, values, fc.nat(2), ([plain = ''], wanted, actual, set) => {
        const operator = ['', 'ForAnyValue:', 'ForAllValues:'][set] + plain;
        const context = { k: actual };
        expect(holds({ [`${operator}IfExists`]: { k: wanted } }, context)).toBe(
          holds({ [operator]: { k: wanted } }, context),
        );
      }),
    );
  });

  it('a variable stands for its value, letter by letter, in every string operator', () => {
    fc.assert(
      fc.property(word, word, (value, other) => {
        expect(holds({ StringLike: { k: variable('x') } }, { k: other, x: value })).toBe(other === value);
        expect(holds({ StringEquals: { k: variable('x') } }, { k: other, x: value })).toBe(other === value);
      }),
    );
  });
});

describe('for all policies', () => {
  const principal = fc.constantFrom<unknown>('*', { AWS: '111122223333' }, { Federated: PROVIDER });
  const statement = fc.record({
    Effect: fc.constantFrom('Allow', 'Deny'),
    Principal: principal,
    Action: fc.constantFrom('*', 'sts:AssumeRole', 'sts:*'),
    Condition: fc.record({ StringLike: fc.record({ k: fc.oneof(word, fc.constantFrom('*', 'a*')) }) }),
  });
  const statements = fc.array(statement, { maxLength: 5 });

  it('the order of the statements does not matter', () => {
    fc.assert(
      fc.property(statements, word, (list, k) => {
        expect(decide([...list].reverse(), { context: { k } })).toBe(decide(list, { context: { k } }));
      }),
    );
  });

  it('another Deny never allows, another Allow never denies', () => {
    const reached = new Tally('allow', 'deny', 'none', 'a Deny that changes', 'an Allow that changes');
    fc.assert(
      fc.property(statements, statement, word, (list, more, k) => {
        const before = decide(list, { context: { k } });
        const after = decide([...list, more], { context: { k } });
        if (before !== 'unknown') reached.count(before);
        if (more.Effect === 'Deny') expect([before, 'deny']).toContain(after);
        else expect(before === 'deny' ? ['deny'] : [before, 'allow']).toContain(after);
        if (after !== before)
          reached.count(more.Effect === 'Deny' ? 'a Deny that changes' : 'an Allow that changes');
      }),
      { numRuns: runs(300) },
    );
    reached.expectAllReached();
  });
});

describe('a pattern', () => {
  it('means what the regular expression means', () => {
    fc.assert(
      fc.property(word, word, (pattern, text) => {
        const source = pattern
          .replace(/[.+^${}()|[\]\\]/g, '\\$&')
          .replaceAll('*', '.*')
          .replaceAll('?', '.');
        expect(matchesPattern(text, pattern)).toBe(new RegExp(`^${source}$`, 'su').test(text));
      }),
    );
  });

  it('with many stars comes to an answer (the bench has its time)', () => {
    expect(matchesPattern(`${'a'.repeat(5000)}b`, '*a'.repeat(50))).toBe(false);
  });
});

/** An address as a number, of either version. */
const address = fc.oneof(
  fc.bigInt({ min: 0n, max: 2n ** 32n - 1n }).map((value) => ({ value, bits: 32 })),
  fc.bigInt({ min: 0n, max: 2n ** 128n - 1n }).map((value) => ({ value, bits: 128 })),
);

function formatAddress(value: bigint, bits: number): string {
  const [size, radix, separator] = bits === 32 ? [8, 10, '.'] : [16, 16, ':'];
  const part = (index: number): string =>
    ((value >> BigInt(bits - size * (index + 1))) & (2n ** BigInt(size) - 1n)).toString(radix);
  return Array.from({ length: bits / size }, (_, index) => part(index)).join(separator);
}

describe('values', () => {
  it('an address is in the range of its own first bits', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), fc.nat(128), (address, bits) => {
        const most = address.includes(':') ? 128 : 32;
        expect(isInRange(address, `${address}/${Math.min(bits, most)}`)).toBe(true);
        expect(isInRange(address, address)).toBe(true);
      }),
    );
  });

  it('an address is outside the range of its first bits once one of those bits differs', () => {
    fc.assert(
      fc.property(
        address,
        fc.integer({ min: 1, max: 128 }),
        fc.nat(127),
        ({ value, bits }, length, flipped) => {
          const prefix = Math.min(length, bits);
          const other = value ^ (1n << BigInt(bits - 1 - (flipped % prefix)));
          expect(isInRange(formatAddress(other, bits), `${formatAddress(value, bits)}/${prefix}`)).toBe(
            false,
          );
        },
      ),
    );
  });

  it('an IPv6 address is the same address however its zeros are shortened', () => {
    const groups = fc.array(fc.oneof(fc.constant(0), fc.nat(0xffff)), { minLength: 8, maxLength: 8 });
    fc.assert(
      fc.property(groups, fc.nat(7), fc.nat(7), (all, from, to) => {
        const [start, end] = [Math.min(from, to), Math.max(from, to) + 1];
        const whole = all.map((group, index) => (index >= start && index < end ? 0 : group));
        const hex = (part: readonly number[]): string => part.map((group) => group.toString(16)).join(':');
        const short = `${hex(whole.slice(0, start))}::${hex(whole.slice(end))}`;
        expect(isInRange(short, hex(whole))).toBe(true);
        expect(isInRange(hex(whole), `${short.toUpperCase()}/128`)).toBe(true);
      }),
    );
  });

  it('times compare as the moments they are', () => {
    const time = fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true });
    const reached = new Tally('earlier', 'same', 'later');
    fc.assert(
      fc.property(
        time,
        fc.oneof(fc.constant(0), fc.integer({ min: -2, max: 2 }), fc.integer()),
        (first, ms) => {
          const second = new Date(first.getTime() + ms);
          reached.count(ms > 0 ? 'earlier' : ms < 0 ? 'later' : 'same');
          expect(compareDates(first.toISOString(), second.toISOString())).toBe(Math.sign(-ms) + 0);
        },
      ),
    );
    reached.expectAllReached();
  });

  it('every operator is known in any case, with its prefix and suffix', () => {
    for (const name of OPERATOR_NAMES.filter((one) => one !== 'Null')) {
      expect(parseOperator(`foranyvalue:${name.toUpperCase()}ifexists`)).toMatchObject({
        name,
        set: 'ForAnyValue',
        ifExists: true,
      });
    }
  });
});
