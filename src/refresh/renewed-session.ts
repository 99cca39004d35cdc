import { isRecord } from '../core/json.js';
import type { CachedSession } from './state.js';

/**
 * The session in what the helper of `credential_process` printed.
 * @param before the session until now: the helper gives it again where it could not renew it
 * @param obtainedMs when the helper was asked
 * @throws Error with the helper's own words where there is no new one
 */
export function renewedSession(
  { stdout, stderr }: { readonly stdout: string; readonly stderr: string },
  before: CachedSession,
  obtainedMs: number,
): CachedSession {
  const session = parseSession(stdout);
  if (session === undefined || session.AccessKeyId === before.AccessKeyId) {
    throw new Error(said(stderr) || 'The session could not be renewed: the helper ended without an answer.');
  }
  return { ...session, Obtained: new Date(obtainedMs).toISOString() };
}

/**
 * The token in what the helper printed.
 * @throws Error with the helper's own words if it has no session
 */
export function renewedToken({ stdout, stderr }: { readonly stdout: string; readonly stderr: string }): {
  readonly Token: string;
  readonly Expiration: string;
} {
  const answer = parseRecord(stdout);
  const { Token, Expiration } = answer ?? {};
  if (typeof Token === 'string' && typeof Expiration === 'string') return { Token, Expiration };
  throw new Error(said(stderr) || 'The token could not be renewed: the helper ended without an answer.');
}

function said(stderr: string): string {
  return stderr.trim().replace(/^assume-aws-role: /, '');
}

function parseSession(text: string): Omit<CachedSession, 'Obtained'> | undefined {
  const answer = parseRecord(text);
  if (answer === undefined) return undefined;
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = answer;
  return typeof AccessKeyId === 'string' &&
    typeof SecretAccessKey === 'string' &&
    typeof SessionToken === 'string' &&
    typeof Expiration === 'string'
    ? { AccessKeyId, SecretAccessKey, SessionToken, Expiration }
    : undefined;
}

function parseRecord(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const answer: unknown = JSON.parse(text);
    return isRecord(answer) ? answer : undefined;
  } catch {
    return undefined;
  }
}
