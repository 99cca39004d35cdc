import { lstatSync, readFileSync, type Stats } from 'node:fs';
import { dirname } from 'node:path';
import { errnoOf } from '../core/errno.js';
import { ActionError } from '../core/errors.js';
import { isRecord } from '../core/json.js';

/*
 * What lies between two starts of the helper. This file, and all it imports, is loaded on each of them: it must stay
 * small.
 */

/** A session as it is kept: times in ISO 8601, so that a person can read the file. */
export interface CachedSession {
  readonly AccessKeyId: string;
  readonly SecretAccessKey: string;
  readonly SessionToken: string;
  readonly Expiration: string;
  /** When it was asked for, by this machine's clock. */
  readonly Obtained: string;
}

/** All that a renewal needs beside the job's environment. Never a token: that is asked for each time. */
export interface RefreshState {
  readonly version: 1;
  /** The inputs as text, by their names. */
  readonly inputs: Readonly<Record<string, string>>;
  /** Variables as they were for `main`; an empty one was not set. */
  readonly env: Readonly<Record<string, string>>;
  readonly session: CachedSession;
  /** The last renewal failed; the next attempt waits until `until`. */
  readonly failure?: { readonly reason: string; readonly until: string };
}

/** More than the inputs of a step can have. */
const MAX_BYTES = 16_000_000;

/**
 * Reads the state.
 * @throws ActionError REFRESH_STATE_INVALID, which repeats nothing of it
 */
export function readState(path: string): RefreshState {
  let text: string;
  try {
    const stats = lstatSync(path);
    if (!stats.isFile()) throw invalid('it is not a regular file');
    refuseOthers(stats, 'it');
    if (stats.size > MAX_BYTES) throw invalid(`it has more than ${MAX_BYTES} bytes`);
    const directory = lstatSync(dirname(path));
    if (!directory.isDirectory()) throw invalid('its directory is a symbolic link');
    refuseOthers(directory, 'its directory');
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof ActionError) throw error;
    const code = errnoOf(error) ?? 'unknown';
    throw invalid(
      code === 'ENOENT'
        ? 'it no longer exists, probably because the job has ended'
        : `it cannot be read (${code})`,
    );
  }
  const state = parse(text);
  if (!isState(state)) throw invalid('it is damaged');
  return state;
}

/** Whoever may write to the directory may put another file there. On Windows, only this user and administrators can. */
function refuseOthers({ uid, mode }: Stats, what: string): void {
  const user = process.geteuid?.();
  if (user === undefined) return;
  if (uid !== user) throw invalid(`${what} belongs to another user`);
  if ((mode & 0o022) !== 0) throw invalid(`others may write to ${what}`);
}

/** What is wrong with the state, in words that show nothing of it. */
export function invalid(why: string): ActionError {
  return new ActionError('REFRESH_STATE_INVALID', `Cannot use the refresh state: ${why}.`, {
    hint: 'Run the step with refresh-credentials again.',
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isState(value: unknown): value is RefreshState {
  if (!isRecord(value) || value['version'] !== 1) return false;
  const { inputs, env, session, failure } = value;
  return (
    isTexts(inputs) &&
    isTexts(env) &&
    isTexts(session) &&
    ['AccessKeyId', 'SecretAccessKey', 'SessionToken'].every((name) => Boolean(session[name])) &&
    ['Expiration', 'Obtained'].every((name) => !Number.isNaN(Date.parse(session[name] ?? ''))) &&
    (failure === undefined || (isTexts(failure) && !Number.isNaN(Date.parse(failure['until'] ?? ''))))
  );
}

function isTexts(value: unknown): value is Record<string, string> {
  return isRecord(value) && Object.values(value).every((text) => typeof text === 'string');
}
