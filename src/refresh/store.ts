import { mkdirSync, rmdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Credentials } from '../core/credentials.js';
import { errnoOf } from '../core/errno.js';
import { ActionError, toActionError } from '../core/errors.js';
import { quote } from '../core/text.js';
import { replaceFile } from '../platform/private-file.js';
import { type CachedSession, invalid, type RefreshState } from './state.js';

/**
 * Makes the state's directory (0700) and the state (0600), or neither.
 * @throws ActionError FILE_REFUSED, `isPartial` where the directory stays
 */
export function createState(path: string, state: RefreshState): void {
  const directory = dirname(path);
  try {
    mkdirSync(directory, { mode: 0o700 });
  } catch (error) {
    const code = errnoOf(error) ?? 'unknown';
    throw new ActionError(
      'FILE_REFUSED',
      `The directory ${quote(directory)} could not be created (${code}).`,
      {
        hint: 'It holds the state of refresh-credentials. Check that RUNNER_TEMP is a directory that this user can write to.',
        cause: error,
      },
    );
  }
  try {
    writeState(path, state);
  } catch (error) {
    throw removesDirectory(directory) ? error : markPartial(error);
  }
}

function markPartial(error: unknown): ActionError {
  const failure = toActionError(error);
  return failure.with(failure.message, { isPartial: true });
}

function removesDirectory(directory: string): boolean {
  try {
    rmdirSync(directory);
    return true;
  } catch {
    return false;
  }
}

/**
 * Replaces the state. The caller holds its lock.
 * @throws ActionError FILE_REFUSED
 */
export function writeState(path: string, state: RefreshState): void {
  const text = `${JSON.stringify(state)}\n`;
  replaceFile(path, Buffer.from(text).toString('latin1'), { mode: 0o600 });
}

/** Credentials as they are kept. `obtainedMs` is before they were asked for, so that their life is not cut short. */
export function cachedSession(credentials: Credentials, obtainedMs: number): CachedSession {
  const { accessKeyId, secretAccessKey, sessionToken, expiration } = credentials;
  if (sessionToken === undefined || expiration === undefined)
    throw invalid('the credentials have no expiration');
  return {
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretAccessKey,
    SessionToken: sessionToken,
    Expiration: expiration.toISOString(),
    Obtained: new Date(obtainedMs).toISOString(),
  };
}
