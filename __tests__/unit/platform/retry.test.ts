import fc from 'fast-check';
import { ActionError, type RetryAdvice } from '../../../src/core/errors.js';
import { backoffMs, withRetries } from '../../../src/platform/retry.js';
import { fakeClock } from '../../support/clock.js';
import '../../support/volume.js';

const kinds = fc.constantFrom<RetryAdvice['kind']>('transient', 'throttled');
const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe('the wait before another attempt', () => {
  it('is whole milliseconds from 0 to 5 s, whatever chance says and however often it failed', () => {
    fc.assert(
      fc.property(kinds, fc.integer({ min: 1, max: 1000 }), chance, (kind, failed, random) => {
        const ms = backoffMs({ kind }, failed, random);
        expect(Number.isInteger(ms) && ms >= 0 && ms <= 5000).toBe(true);
        const base = kind === 'throttled' ? 500 : 50;
        expect(ms).toBeLessThanOrEqual(base * 2 ** (failed - 1));
      }),
    );
  });

  it('may be nothing at first, but is two fifths of the longest and more for who is throttled again', () => {
    expect([1, 2, 3, 4, 5, 12].map((failed) => backoffMs({ kind: 'throttled' }, failed, 0))).toEqual([
      0, 400, 800, 1600, 2000, 2000,
    ]);
    expect([1, 2, 12].map((failed) => backoffMs({ kind: 'transient' }, failed, 0))).toEqual([0, 0, 0]);
  });

  it("is the server's wish where it has one", () => {
    fc.assert(
      fc.property(
        kinds,
        fc.nat({ max: 60_000 }),
        fc.integer({ min: 1, max: 20 }),
        chance,
        (kind, afterMs, failed, random) => {
          expect(backoffMs({ kind, afterMs }, failed, random)).toBe(afterMs);
        },
      ),
    );
  });
});

describe('retrying', () => {
  const error = (retry?: RetryAdvice) => new ActionError('THROTTLED', 'Slow down.', retry && { retry });
  const context = (clock = fakeClock(), maxAttempts = 3, budgetMs = 40_000) => ({
    policy: { maxAttempts, budgetMs },
    clock,
    signal: new AbortController().signal,
    onRetry: () => {},
  });

  it('ends with the error of the last attempt, the number of attempts, and no advice to try again', async () => {
    const failing = withRetries(async () => Promise.reject(error({ kind: 'throttled' })), context());
    await expect(failing).rejects.toMatchObject({ message: 'Slow down. (3 attempts)', retry: undefined });
  });

  it('is not done for errors that say nothing of it, nor for errors of others', async () => {
    const clock = fakeClock();
    const plain = new TypeError('A fault of ours');
    await expect(withRetries(async () => Promise.reject(error()), context(clock))).rejects.toThrow(
      'Slow down.',
    );
    await expect(withRetries(async () => Promise.reject(plain), context(clock))).rejects.toBe(plain);
    expect(clock.waits).toEqual([]);
  });

  it('starts no attempt after the budget', async () => {
    const clock = fakeClock();
    const failing = withRetries(
      async () => Promise.reject(error({ kind: 'transient', afterMs: 15_000 })),
      context(clock, 100),
    );
    await expect(failing).rejects.toThrow('(3 attempts)');
    expect(clock.waits).toEqual([15_000, 15_000]);
  });

  it('ends at once when the step is over', async () => {
    const controller = new AbortController();
    controller.abort(new Error('over'));
    const failing = withRetries(async () => Promise.reject(error({ kind: 'transient' })), {
      ...context(),
      signal: controller.signal,
    });
    await expect(failing).rejects.toThrow('over');
  });
});
