/**
 * Milliseconds by a clock that nobody sets, from some beginning. `performance.now()` says the same, but loads Node's tools
 * for measuring, which takes a millisecond.
 */
export const monotonicMs = (): number => process.uptime() * 1000;
