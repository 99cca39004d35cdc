import { systemClock } from '../../../src/core/clock.js';

describe('the clock', () => {
  it('waits at least as long as it is asked to', async () => {
    const start = performance.now();
    await systemClock.sleep(20);
    // A timer may fire a millisecond early.
    expect(performance.now() - start).toBeGreaterThanOrEqual(18);
  });

  it('has the time of the machine', () => {
    const [before, now, after] = [Date.now(), systemClock.now(), Date.now()];
    expect([before, now, after].sort((one, other) => one - other)).toEqual([before, now, after]);
  });

  it('gives chances from 0 to 1', () => {
    const chances = Array.from({ length: 100 }, () => systemClock.random());
    expect(chances.filter((chance) => chance < 0 || chance >= 1)).toEqual([]);
    expect(new Set(chances).size).toBeGreaterThan(1);
  });

  it('stops waiting for the reason it is given', async () => {
    const controller = new AbortController();
    const waiting = systemClock.sleep(10_000, controller.signal);
    controller.abort(new Error('over'));
    await expect(waiting).rejects.toThrow('over');
  });
});
