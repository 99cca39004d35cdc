/** What has an end: a session, a token. Times in ISO 8601. */
export interface Expiring {
  readonly Expiration: string;
  /** When it was asked for, by this machine's clock. */
  readonly Obtained: string;
}

/** What SDKs want left of a session before they ask for the next (botocore insists at ten minutes). */
const ENOUGH_MS = 10 * 60_000;

/**
 * Whether a session should be renewed: ten minutes or less are left of it, or a quarter of its life where that is
 * less. A session from the future means that the clock was set back, and that its end is not to be relied on.
 * @param now milliseconds since the epoch
 */
export function shouldRenew({ Obtained, Expiration }: Expiring, now: number): boolean {
  const [start, end] = [Date.parse(Obtained), Date.parse(Expiration)];
  return now < start || end - now <= Math.min(ENOUGH_MS, (end - start) / 4);
}

/** Whether it can still be used. By a clock that was set back since, that cannot be told. */
export function isAlive({ Obtained, Expiration }: Expiring, now: number): boolean {
  return now >= Date.parse(Obtained) && now < Date.parse(Expiration);
}
