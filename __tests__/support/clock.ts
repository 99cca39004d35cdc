import type { Clock } from '../../src/core/clock.js';

/** A clock on which waiting takes no time, and which remembers how long was waited. */
export interface FakeClock extends Clock {
  /** Every wait in milliseconds, in order. */
  readonly waits: readonly number[];
}

/** Starts at `start` (now, unless said); chance always gives `chance`. */
export function fakeClock({ start = Date.now(), chance = 0.5 } = {}): FakeClock {
  const waits: number[] = [];
  let now = start;
  return {
    waits,
    now: () => now,
    random: () => chance,
    async sleep(ms, signal) {
      signal?.throwIfAborted();
      waits.push(ms);
      now += ms;
    },
  };
}
