import { systemClock } from '../../src/clock.js';

describe('the clock', () => {
  it('waits as long as it is told', async () => {
    const start = performance.now();
    await systemClock.sleep(20);
    expect(performance.now() - start).toBeGreaterThanOrEqual(18);
    expect(Math.abs(systemClock.now() - Date.now())).toBeLessThan(1000);
    expect(systemClock.random()).toBeLessThan(1);
  });

  it('stops waiting for the reason it is given', async () => {
    const controller = new AbortController();
    const waiting = systemClock.sleep(10_000, controller.signal);
    controller.abort(new Error('over'));
    await expect(waiting).rejects.toThrow('over');
  });
});
