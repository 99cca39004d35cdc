import type { Clock } from '../../src/core/clock.js';
import { ActionError } from '../../src/core/errors.js';
import { RETRY_BUDGET_MS, withRetries } from '../../src/platform/retry.js';
import { virtualTime } from './virtual-time.js';

/** Jobs that start at random within a while, and an STS that lets so many calls a second through. */
export interface Fleet {
  readonly jobs: number;
  readonly withinMs: number;
  readonly callsPerSecond: number;
  /** Calls that it lets through at once when nobody has called for a while. */
  readonly burst: number;
}

/** What became of them. Times in milliseconds. */
export interface FleetResult {
  readonly failed: number;
  readonly calls: number;
  /** Of each job that got through, from its start to STS's answer; ascending. */
  readonly durations: readonly number[];
  /** From the first job's start until the last one is through. */
  readonly total: number;
}

const CALL_MS = 60;
const MAX_ATTEMPTS = 12;

/** The jobs with the action's own retries, on a clock of their own. The same seed gives the same result. */
export async function simulateFleet(fleet: Fleet, seed: number): Promise<FleetResult> {
  const { clock, pass } = virtualTime(seed);
  const mayPass = tokenBucket(fleet, clock);
  const durations: number[] = [];
  let [calls, failed, total] = [0, 0, 0];
  const call = async (): Promise<void> => {
    calls++;
    await clock.sleep(CALL_MS / 2);
    const isThrottled = !mayPass();
    await clock.sleep(CALL_MS / 2);
    if (isThrottled) throw new ActionError('THROTTLED', 'Rate exceeded.', { retry: { kind: 'throttled' } });
  };
  const context = {
    policy: { maxAttempts: MAX_ATTEMPTS, budgetMs: RETRY_BUDGET_MS },
    clock,
    signal: new AbortController().signal,
    onRetry: () => {},
  };
  const jobs = startsOf(fleet, clock).map(async (start) => {
    await clock.sleep(start);
    try {
      await withRetries(call, context);
      durations.push(clock.now() - start);
      total = clock.now();
    } catch {
      failed++;
    }
  });
  await pass();
  await Promise.all(jobs);
  return { failed, calls, durations: durations.sort((one, other) => one - other), total };
}

/** The same jobs when somebody who knows STS's state tells each when to call: one call a job, in order of their start. */
export function scheduleByOracle(fleet: Fleet, seed: number): FleetResult {
  const starts = startsOf(fleet, virtualTime(seed).clock).sort((one, other) => one - other);
  const everyMs = 1000 / fleet.callsPerSecond;
  /** When the next call may come: a bucket that is full has been so for `burst` calls. */
  let next = -fleet.burst * everyMs;
  const ends = starts.map((start) => {
    next = Math.max(next, start - (fleet.burst - 1) * everyMs) + everyMs;
    return Math.max(start, next - everyMs) + CALL_MS;
  });
  const durations = ends.map((end, index) => end - (starts[index] ?? 0));
  return {
    failed: 0,
    calls: fleet.jobs,
    durations: durations.sort((one, other) => one - other),
    total: Math.max(...ends),
  };
}

function startsOf({ jobs, withinMs }: Fleet, clock: Clock): number[] {
  return Array.from({ length: jobs }, () => Math.floor(clock.random() * withinMs));
}

/** As AWS throttles: a bucket that fills at a rate, from which each call that comes through takes one. */
function tokenBucket({ callsPerSecond, burst }: Fleet, clock: Clock): () => boolean {
  let tokens = burst;
  let filledAt = clock.now();
  return () => {
    tokens = Math.min(burst, tokens + ((clock.now() - filledAt) * callsPerSecond) / 1000);
    filledAt = clock.now();
    if (tokens < 1) return false;
    tokens--;
    return true;
  };
}
