import { type Expiring, isAlive, shouldRenew } from './expiry.js';

/** What keeping a session alive needs of the world. */
export interface KeeperDeps<T> {
  /** Milliseconds since the epoch. */
  now(): number;
  /** The next session. Throws an error whose message is fit for people. */
  renew(): Promise<T>;
}

/** A session (or a token) that is renewed before it ends, whether or not somebody asks. */
export interface SessionKeeper<T> {
  /** To be called again and again. */
  renewIfDue(): void;
  /**
   * A session that lives: at once where there is one, since some SDKs wait a second for it and no longer.
   * @throws Error with the reason of the last failure
   */
  current(): Promise<T>;
  /** Whether no session has been had for so long that none will be: the job's right to ask for tokens is over. */
  isHopeless(): boolean;
}

/** After a failure: with a session that lives there is time, without one somebody waits. */
const PAUSE_MS = { alive: 30_000, ended: 5_000 };
/** Longer than an outage that a job would survive. */
const HOPELESS_MS = 15 * 60_000;

export function keepSession<T extends Expiring>(first: T, { now, renew }: KeeperDeps<T>): SessionKeeper<T> {
  let session = first;
  let renewal: Promise<void> | undefined;
  /** The last renewal's; `sinceMs` is when one failed first after the session had ended. */
  let failure:
    | { readonly reason: string; readonly sinceMs?: number; readonly pauseEndMs: number }
    | undefined;

  const renewOnce = async (): Promise<void> => {
    try {
      session = await renew();
      failure = undefined;
    } catch (error) {
      const atMs = now();
      const lives = isAlive(session, atMs);
      const reason = error instanceof Error ? error.message : String(error);
      const pauseEndMs = atMs + PAUSE_MS[lives ? 'alive' : 'ended'];
      failure = { reason, pauseEndMs, ...(!lives && { sinceMs: failure?.sinceMs ?? atMs }) };
    } finally {
      renewal = undefined;
    }
  };
  /** The clock may have been set back since: a pause is never longer than it was meant to be. */
  const pauses = (atMs: number): boolean =>
    failure !== undefined && atMs < failure.pauseEndMs && failure.pauseEndMs - atMs <= PAUSE_MS.alive;
  const renewIfDue = (): void => {
    const atMs = now();
    if (renewal === undefined && shouldRenew(session, atMs) && !pauses(atMs)) renewal = renewOnce();
  };

  return {
    renewIfDue,
    async current() {
      renewIfDue();
      if (!isAlive(session, now())) await renewal;
      if (isAlive(session, now())) return session;
      throw new Error(failure?.reason ?? 'The session has ended.');
    },
    isHopeless: () => failure?.sinceMs !== undefined && now() - failure.sinceMs >= HOPELESS_MS,
  };
}
