import type { Plan } from '../chain/plan.js';
import { systemClock } from '../core/clock.js';
import { errnoOf } from '../core/errno.js';
import { ActionError, toActionError } from '../core/errors.js';
import { oneLine } from '../core/text.js';
import { incompatibleInputs } from '../identity/select.js';
import { SOURCES } from '../identity/sources.js';
import { readInputsAnd } from '../inputs/inputs.js';
import { assumeRoles } from '../session/assume.js';
import type { Run } from '../session/context.js';
import { guardPlan } from '../session/guards.js';
import { Journal } from '../session/journal.js';
import { decideRun, obtainIdentity, withRun } from '../session/session.js';
import { isAlive } from './expiry.js';
import { RENEWING } from './recursion.js';
import { helperRunner, readCertificates, readSourceName, restoreVariables } from './saved-environment.js';
import { type CachedSession, invalid, type RefreshState } from './state.js';
import { cachedSession, writeState } from './store.js';

/*
 * The part of the helper that is loaded only when a session is due.
 */

/** Somebody waits for the answer: with a session that lives there is one, and trying on would only keep them. */
const LIMIT_SECONDS = { alive: 15, ended: 45 };

/**
 * The next session, by the same way as the first, put into the state file.
 * @throws ActionError of one line, with every secret taken out
 */
export async function renew(
  state: RefreshState,
  path: string,
  env: Record<string, string | undefined>,
): Promise<CachedSession> {
  const startMs = systemClock.now();
  const limit = LIMIT_SECONDS[isAlive(state.session, startMs) ? 'alive' : 'ended'];
  return await asBefore(state, path, env, limit, async (run, plan) => {
    const { credentials } = await assumeRoles(run, await obtainIdentity(run), plan);
    const session = cachedSession(credentials, startMs);
    saveSession(path, state, session);
    return session;
  });
}

/**
 * A new token of the same source.
 * @throws ActionError of one line, with every secret taken out
 */
export async function obtainToken(
  state: RefreshState,
  path: string,
  env: Record<string, string | undefined>,
): Promise<{ readonly Token: string; readonly Expiration: string }> {
  return await asBefore(state, path, env, LIMIT_SECONDS.ended, async (run) => {
    const identity = await obtainIdentity(run);
    if (identity.kind !== 'web-identity' || identity.expiresAtMs === undefined)
      throw invalid('its identity source has no tokens that expire');
    return { Token: identity.token, Expiration: new Date(identity.expiresAtMs).toISOString() };
  });
}

/** Does `work` with the inputs and the environment of the first session. */
async function asBefore<T>(
  state: RefreshState,
  path: string,
  env: Record<string, string | undefined>,
  limitSeconds: number,
  work: (run: Run, plan: Plan | undefined) => Promise<T>,
): Promise<T> {
  const extraCa = readCertificates(env, state);
  restoreVariables(env, state);
  // For a helper that the AWS SDK starts from here on.
  env[RENEWING] = [env[RENEWING], path].filter(Boolean).join('\n');
  const runner = helperRunner(state, env);
  try {
    const source = readSourceName(state);
    if (source === undefined) throw invalid('it names no identity source');
    if (SOURCES[source].requestsGithubToken) requireTokenRequest(env);
    const selection = { source, reason: 'as for the first session', tokenMissing: false };
    const { inputs, decided } = await readInputsAnd(runner, async (given, isWhole) =>
      decideRun(selection, given, runner.env, isWhole, incompatibleInputs(selection, given)),
    );
    const { choice, plan } = decided;
    const journal = new Journal(systemClock.now());
    if (plan !== undefined) guardPlan(plan, inputs, journal);
    const parts = { runner, clock: systemClock, inputs, choice, journal, extraCa };
    return await withRun(parts, limitSeconds, async (run) => await work(run, plan));
  } catch (thrown) {
    const error = toActionError(thrown);
    // The step's time limit is not this one's.
    const hint = error.code === 'ACTION_TIMEOUT' ? undefined : error.hint;
    const text = hint === undefined ? error.message : `${error.message} ${hint}`;
    throw error.with(oneLine(runner.redact(joinLines(text)), 1500));
  }
}

function joinLines(text: string): string {
  const lines = text.split('\n').map((line) => line.trim());
  return lines.filter((line) => line !== '').join(' ');
}

/** Puts down a failure; where even that fails, everybody finds out for themselves. */
export function recordFailure(
  { version, inputs, env, session }: RefreshState,
  path: string,
  failure: { reason: string; until: string },
): void {
  try {
    writeState(path, { version, inputs, env, session, failure });
  } catch {
    // The disk is full, or the job has ended.
  }
}

/** A session that cannot be kept is good for the one who asked. */
function saveSession(path: string, { version, inputs, env }: RefreshState, session: CachedSession): void {
  try {
    writeState(path, { version, inputs, env, session });
  } catch (error) {
    if (error instanceof ActionError && errnoOf(error.cause) === 'ENOENT') {
      throw invalid('it no longer exists, probably because the job has ended');
    }
  }
}

/** GitHub's URL and bearer are the job's: they are read each time, and never kept. */
function requireTokenRequest(env: Readonly<Record<string, string | undefined>>): void {
  const missing = ['ACTIONS_ID_TOKEN_REQUEST_URL', 'ACTIONS_ID_TOKEN_REQUEST_TOKEN'].filter(
    (name) => !env[name],
  );
  if (missing.length === 0) return;
  throw new ActionError(
    'REFRESH_REQUEST_MISSING',
    `This process lacks ${missing.join(' and ')}, which requesting a token from GitHub requires.`,
    {
      hint: 'The runner sets them for the steps of a job with id-token: write. Check whether something cleared the environment of this process (env -i, sudo, a service, a container).',
    },
  );
}
