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
    const said = stderr.trim().replace(/^assume-aws-role: /, '');
    throw new Error(said || 'The session could not be renewed: the helper ended without an answer.');
  }
  return { ...session, Obtained: new Date(obtainedMs).toISOString() };
}

function parseSession(text: string): Omit<CachedSession, 'Obtained'> | undefined {
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isRecord(answer)) return undefined;
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = answer;
  return typeof AccessKeyId === 'string' &&
    typeof SecretAccessKey === 'string' &&
    typeof SessionToken === 'string' &&
    typeof Expiration === 'string'
    ? { AccessKeyId, SecretAccessKey, SessionToken, Expiration }
    : undefined;
}
