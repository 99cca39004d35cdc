import { FLEETS } from '../../bench/fleet/report.js';
import { type Fleet, scheduleByOracle, simulateFleet } from '../../bench/fleet/simulation.js';
import { times } from '../support/volume.js';

describe('many jobs at once, on an STS that throttles', () => {
  it.each<[string, Fleet, number]>([
    ['96 jobs of a matrix, 8 calls a second', FLEETS.matrix, 4.6],
    ['2,000 jobs within 10 s, 100 calls a second', FLEETS.manyMatrices, 3.8],
  ])('all get through, in little more time than an oracle needs: %s', async (_, fleet, callsPerJob) => {
    for (let seed = 1; seed <= times(1, 20); seed += 1) {
      const { failed, calls, total, durations } = await simulateFleet(fleet, seed);
      expect([failed, durations.length]).toEqual([0, fleet.jobs]);
      expect(calls / fleet.jobs).toBeLessThanOrEqual(callsPerJob);
      expect(total / scheduleByOracle(fleet, seed).total).toBeLessThanOrEqual(1.5);
    }
  });

  it('take a call each where nobody is throttled', async () => {
    const { calls, durations } = await simulateFleet({ ...FLEETS.matrix, burst: 96 }, 1);
    expect([calls, new Set(durations)]).toEqual([96, new Set([60])]);
  });

  it('have the same fate each time, so that two waiting rules can be compared', async () => {
    const fleet = { ...FLEETS.matrix, jobs: 30 };
    expect(await simulateFleet(fleet, 7)).toEqual(await simulateFleet(fleet, 7));
  });

  it('could not be through sooner than the oracle says: the burst, then the rate', () => {
    const { total, durations } = scheduleByOracle({ jobs: 24, withinMs: 0, callsPerSecond: 8, burst: 8 }, 1);
    expect(total).toBe(2000 + 60);
    expect(durations.slice(0, 10)).toEqual([60, 60, 60, 60, 60, 60, 60, 60, 185, 310]);
  });
});
