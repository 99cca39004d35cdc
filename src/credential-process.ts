import { untilDone } from './platform/exit-code.js';
import { writeAtOnce } from './platform/this-process.js';
import { shouldRenew } from './refresh/expiry.js';
import { RENEWING, rejectRecursiveRenewal } from './refresh/recursion.js';
import { type CachedSession, readState } from './refresh/state.js';

/*
 * The program that the AWS CLI and SDKs run for credentials (`credential_process`). While the session has life left it
 * says so at once; everything else, the AWS SDK above all, is loaded only when it is due. Standard output has the
 * credentials and nothing else, standard error nothing secret: callers log it.
 */

async function sessionOf(path: string): Promise<CachedSession> {
  const { session } = readState(path);
  if (!shouldRenew(session, Date.now())) return session;
  rejectRecursiveRenewal(path, process.env[RENEWING]);
  const { getSession } = await import('./refresh/get-session.js');
  const load = () => import('./refresh/renew.js');
  const answered = await getSession(path, {
    now: () => Date.now(),
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    renew: async (state) => (await load()).renew(state, path, process.env),
    recordFailure: async (state, failure) => (await load()).recordFailure(state, path, failure),
  });
  if (answered.note !== undefined) say(2, `assume-aws-role: ${answered.note}`);
  return answered.session;
}

/** Written at once: making a stream of a descriptor costs more than reading the state. */
function say(descriptor: 1 | 2, line: string): void {
  try {
    writeAtOnce(descriptor, `${line}\n`);
  } catch (error) {
    // Of the two only credentials are missed by somebody.
    if (descriptor === 1) throw error;
  }
}

async function answerOnce(): Promise<number> {
  try {
    const [, , path, what] = process.argv;
    if (path === undefined) throw new Error('Expected the path of a refresh state.');
    if (what === 'token') {
      // For the background process of `export-token-file`.
      const { obtainToken } = await import('./refresh/renew.js');
      say(1, JSON.stringify(await obtainToken(readState(path), path, process.env)));
      return 0;
    }
    const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = await sessionOf(path);
    say(1, JSON.stringify({ Version: 1, AccessKeyId, SecretAccessKey, SessionToken, Expiration }));
    return 0;
  } catch (error) {
    say(2, `assume-aws-role: ${error instanceof Error ? error.message : String(error)}`);
    return 1;
  }
}

async function main(): Promise<void> {
  await untilDone(process, answerOnce, (why) => say(2, `assume-aws-role: ${why}`));
  // Whatever is still open (a request that hangs, an idle connection) must not keep the caller waiting.
  process.exit();
}

void main();
