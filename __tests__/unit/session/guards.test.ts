import fc from 'fast-check';
import { guardAccount, guardPlan } from '../../../src/session/guards.js';
import { Journal } from '../../../src/session/journal.js';
import { matchesPattern } from '../../../src/session/pattern.js';
import { runs } from '../../support/volume.js';

const part = fc.constantFrom('a', 'b', 'ab', 'refs/heads/', '.', '(', '[', '\\', '$', '?', '+', '');
const text = fc.array(part).map((parts) => parts.join(''));
const pattern = fc.array(fc.oneof(part, fc.constant('*'))).map((parts) => parts.join(''));

/** The same by a regular expression: `*` is any text. */
function oracle(candidate: string, glob: string): boolean {
  const source = glob.split('*').map((piece) => piece.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${source.join('[^]*')}$`).test(candidate);
}

describe('a pattern', () => {
  it('matches what a regular expression with .* in place of * matches', () => {
    fc.assert(
      fc.property(text, pattern, (candidate, glob) => {
        expect(matchesPattern(candidate, glob)).toBe(oracle(candidate, glob));
      }),
      { numRuns: runs(500) },
    );
  });

  it('matches the text that it was made from by putting * in place of pieces', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(text, fc.boolean())), (pieces) => {
        const candidate = pieces.map(([piece]) => piece).join('');
        const glob = pieces.map(([piece, isHidden]) => (isHidden ? '*' : piece)).join('');
        expect(matchesPattern(candidate, glob)).toBe(true);
      }),
    );
  });

  it('of thousands of * comes to an answer (the bench has its time)', () => {
    expect(matchesPattern('a'.repeat(20_000), `${'a*'.repeat(2000)}b*a`)).toBe(false);
  });

  it.each([
    [undefined, '*', false],
    ['', '*', true],
    ['', '', true],
    ['refs/heads/main', 'refs/heads/main', true],
    ['refs/heads/main', 'refs/heads/m*n', true],
    ['aba', 'ab*ba', false],
    ['x\ny', 'x*y', true],
  ])('%j is matched by %j: %s', (candidate, glob, matches) => {
    expect(matchesPattern(candidate, glob)).toBe(matches);
  });
});

describe('an account', () => {
  const guards = {
    'allowed-account-ids': ['111122223333'],
    'allowed-role-arns': undefined,
    'allowed-repositories': undefined,
    'allowed-refs': undefined,
    'allowed-environments': undefined,
  };
  const journal = new Journal(0);

  it('that is in the list passes, and any other is refused', () => {
    expect(() => guardAccount('111122223333', guards, journal)).not.toThrow();
    expect(() => guardAccount('111122223334', guards, journal)).toThrow(
      /"111122223334"; allowed: "111122223333"/,
    );
    expect(() => guardAccount('', guards, journal)).toThrow(/allowed-account-ids/);
  });

  it('of a role is known from its ARN, and not from its name', () => {
    const roles = { sessionName: 's', durationSeconds: 900, tags: [], transitiveTagKeys: [], policyArns: [] };
    const guard = (roleArn: string) => guardPlan({ hops: [{ roleArn, ...roles }] }, guards, journal);
    expect(() => guard('arn:aws:iam::444455556666:role/x')).toThrow(/"444455556666"/);
    expect(() => guard('x')).not.toThrow();
  });
});
