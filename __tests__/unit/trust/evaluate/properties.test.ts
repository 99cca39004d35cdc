import fc from 'fast-check';
import { compareDates } from '../../../../src/trust/evaluate/compare-date.js';
import { isInRange } from '../../../../src/trust/evaluate/compare-ip.js';
import { matchesPattern } from '../../../../src/trust/evaluate/pattern.js';
import { OPERATOR_NAMES, parseOperator } from '../../../../src/trust/language/operators.js';
import { decide, holds, variable } from '../support.js';

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
    fc.assert(
      fc.property(negatable, values, word, word, ([plain = '', negated = ''], wanted, more, actual) => {
        const both = [...wanted, more];
        const context = { k: actual };
        if (holds({ [plain]: { k: wanted } }, context, '2008-10-17'))
          expect(holds({ [plain]: { k: both } }, context, '2008-10-17')).toBe(true);
        if (holds({ [negated]: { k: both } }, context, '2008-10-17'))
          expect(holds({ [negated]: { k: wanted } }, context, '2008-10-17')).toBe(true);
      }),
    );
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
  const principal = fc.constantFrom<unknown>('*', { AWS: '111122223333' }, { Federated: 'x' });
  const statement = fc.record({
    Effect: fc.constantFrom('Allow', 'Deny'),
    Principal: principal,
    Action: fc.constantFrom('*', 'sts:AssumeRole', 'sts:*'),
    Condition: fc.record({ StringLike: fc.record({ k: word }) }),
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
    fc.assert(
      fc.property(statements, statement, word, (list, more, k) => {
        const before = decide(list, { context: { k } });
        const after = decide([...list, more], { context: { k } });
        if (more.Effect === 'Deny' && before !== 'allow') expect(after).not.toBe('allow');
        if (more.Effect === 'Allow' && before !== 'deny') expect(after).not.toBe('deny');
      }),
    );
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

  it('with many stars is still quick', () => {
    const before = performance.now();
    expect(matchesPattern(`${'a'.repeat(5000)}b`, '*a'.repeat(50))).toBe(false);
    expect(performance.now() - before).toBeLessThan(1000);
  });
});

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

  it('times compare as the moments they are', () => {
    const time = fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(time, time, (first, second) => {
        const sign = Math.sign(first.getTime() - second.getTime());
        expect(compareDates(first.toISOString(), second.toISOString())).toBe(sign);
      }),
    );
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
