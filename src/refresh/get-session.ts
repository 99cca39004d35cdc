import { errnoOf } from '../core/errno.js';
import { ActionError } from '../core/errors.js';
import { waitForLock } from '../platform/lock.js';
import { isAlive, shouldRenew } from './expiry.js';
import { type CachedSession, invalid, type RefreshState, readState } from './state.js';

/*
 * One answer to one asker. Of many who ask at once, one renews and the others wait for what it finds.
 */

/** What answering needs of the world. */
export interface RenewalDeps {
  /** Milliseconds since the epoch. */
  now(): number;
  sleep(ms: number): Promise<void>;
  /**
   * Asks for the next session and puts it into the state file.
   * @throws ActionError, which shows nothing secret
   */
  renew(state: RefreshState): Promise<CachedSession>;
  /** Puts down that a renewal failed. Never throws. */
  recordFailure(state: RefreshState, failure: { reason: string; until: string }): Promise<void>;
}

export interface SessionAnswer {
  readonly session: CachedSession;
  /** Why it is an older session that ends soon, for people. */
  readonly note?: string;
}

/** Longer than a renewal takes at most (renew.ts). */
const STALE_LOCK_MS = 60_000;
/** A session that lives is as good as the next one; without it, waiting is all there is. */
const MAX_WAIT_MS = { alive: 20_000, ended: 90_000 };
/** Waits grow to this, so that hundreds who wait leave the processor to the one who renews. */
const MAX_POLL_MS = 400;
/** A session that still lives is used a while before the next try; one that ended is asked for again soon. */
const PAUSE_MS = { alive: 30_000, ended: 2_000 };

/**
 * A session that lives.
 * @throws ActionError if no session can be had
 */
export async function getSession(path: string, deps: RenewalDeps): Promise<SessionAnswer> {
  const lock = waitForLock(`${path}.lock`, STALE_LOCK_MS);
  let pollMs = 20;
  for (let waitedMs = 0; ; waitedMs += pollMs) {
    const known = answerFrom(readState(path), deps.now(), waitedMs);
    if (known) return known;
    const held = attempt(lock);
    if (!held) {
      pollMs = Math.min(MAX_POLL_MS, pollMs * 1.5);
      await deps.sleep(pollMs);
      continue;
    }
    try {
      // Whoever had the lock before may have renewed it.
      const state = readState(path);
      return answerFrom(state, deps.now(), 0) ?? (await renewed(state, deps));
    } finally {
      held.release();
    }
  }
}

/** What can be said without a request; undefined where one is due. Throws where one has failed a moment ago. */
function answerFrom(
  { session, failure }: RefreshState,
  now: number,
  waitedMs: number,
): SessionAnswer | undefined {
  if (!shouldRenew(session, now)) return { session };
  const lives = isAlive(session, now);
  const isTooLong = waitedMs >= MAX_WAIT_MS[lives ? 'alive' : 'ended'];
  const reason = isTooLong ? 'another process has been renewing it for too long' : recent(failure, now);
  if (reason === undefined) return undefined;
  if (lives) return { session, note: olderSession(session, reason) };
  throw ended(reason);
}

async function renewed(state: RefreshState, deps: RenewalDeps): Promise<SessionAnswer> {
  const { session } = state;
  try {
    return { session: await deps.renew(state) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const now = deps.now();
    const lives = isAlive(session, now);
    const until = new Date(now + (lives ? PAUSE_MS.alive : PAUSE_MS.ended)).toISOString();
    if (!isOwn(error)) await deps.recordFailure(state, { reason, until });
    if (!lives) throw ended(reason);
    return { session, note: olderSession(session, reason) };
  }
}

/** A failure that is to be believed still. One from the future was written by a clock that has been set back since. */
function recent(failure: RefreshState['failure'], now: number): string | undefined {
  const until = failure ? Date.parse(failure.until) : 0;
  return until > now && until - now <= PAUSE_MS.alive ? failure?.reason : undefined;
}

/** Whether a failure is this process's alone: another one may have what it lacks. */
function isOwn(error: unknown): boolean {
  return error instanceof ActionError && ['REFRESH_REQUEST_MISSING', 'INPUT_INVALID'].includes(error.code);
}

function attempt(lock: ReturnType<typeof waitForLock>) {
  try {
    return lock.attempt();
  } catch (error) {
    const code = errnoOf(error) ?? 'unknown';
    // Without a lock (a full disk, say) a renewal is better than none.
    if (code !== 'ENOENT') return { release: () => {} };
    throw invalid('it no longer exists, probably because the job has ended');
  }
}

function olderSession({ Expiration }: CachedSession, reason: string): string {
  return `The session that ends at ${Expiration} could not be renewed and is used until then. ${reason}`;
}

function ended(reason: string): Error {
  return new Error(`The session has ended and could not be renewed. ${reason}`);
}
