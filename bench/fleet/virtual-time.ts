import type { Clock } from '../../src/core/clock.js';

/** Time that passes only when nothing is left to do: thousands of waiting jobs in a second, the same each time. */
export interface VirtualTime {
  readonly clock: Clock;
  /** Lets time pass until nobody waits any more. */
  pass(): Promise<void>;
}

/** Begins at 0. @param seed chance is the same for the same seed */
export function virtualTime(seed: number): VirtualTime {
  let now = 0;
  /** By the millisecond at which they are to be woken. */
  const waiting = new Map<number, (() => void)[]>();
  const clock: Clock = {
    now: () => now,
    random: seededRandom(seed),
    sleep: (ms) =>
      new Promise((resolve) => {
        const at = now + Math.ceil(ms);
        waiting.set(at, [...(waiting.get(at) ?? []), resolve]);
      }),
  };
  return {
    clock,
    async pass() {
      for (;;) {
        // All that follows from what has happened so far is done by promises, which come before this.
        await new Promise((resolve) => setImmediate(resolve));
        if (waiting.size === 0) return;
        while (!waiting.has(now)) now++;
        const awake = waiting.get(now) ?? [];
        waiting.delete(now);
        for (const wake of awake) wake();
      }
    },
  };
}

/** Mulberry32: numbers from 0 (included) to 1 (excluded) that look like chance. */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
