import { performance } from 'node:perf_hooks';
import { matchesPattern as guardMatches } from '../src/session/pattern.js';
import { matchesPattern as trustMatches } from '../src/trust/evaluate/pattern.js';
import { median } from './statistics.js';

const ROUNDS = 9;

/** Milliseconds that the worst known patterns take: a matcher that goes back over the text takes hours. */
export interface PatternTimes {
  /** A guard's pattern of 2000 stars, the last piece of which is nowhere in 20,000 characters. */
  readonly guard: number;
  /** A trust policy's pattern that differs in its last of 2000 characters at every place of 20,000. */
  readonly trust: number;
}

export function timePatterns(): PatternTimes {
  return {
    guard: timeOf(() => guardMatches('a'.repeat(20_000), `${'a*'.repeat(2000)}b*a`)),
    trust: timeOf(() => trustMatches('a'.repeat(20_000), `*${'a'.repeat(2000)}b*`)),
  };
}

function timeOf(work: () => unknown): number {
  const samples = Array.from({ length: ROUNDS }, () => {
    const start = performance.now();
    work();
    return performance.now() - start;
  });
  return median(samples);
}
