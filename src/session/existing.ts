import { isSessionOf } from '../core/arn.js';
import type { Credentials } from '../core/credentials.js';
import { ActionError } from '../core/errors.js';
import type { Sink } from '../export/sink.js';
import { exportTo, type Result, selectSinks } from '../export/sinks.js';
import { findCredentials } from '../identity/environment.js';
import type { Caller } from '../sts/client.js';
import { identifyCaller, maskAccount } from './caller.js';
import type { Run } from './context.js';
import { guardAccount } from './guards.js';
import { guardSessionRole, isAllowedSession } from './role-guard.js';

/** Less life than this is not enough to begin a job with. */
const ENOUGH_MS = 10 * 60_000;

/**
 * Keeps the credentials that are there, when they are what was asked for. Only the Region and the outputs are set then.
 * @param record what goes first of all, and fails the step before anything is changed
 * @returns whether they were kept; the log says why not
 */
export async function keepExisting(
  run: Run,
  record: (result: Result) => Promise<readonly Sink[]>,
): Promise<boolean> {
  const { runner, inputs, journal } = run;
  const found = await findExisting(run);
  const why = found === undefined ? 'none of them work' : whyNotKept(run, found);
  if (found === undefined || why !== undefined) {
    runner.info(`Not using the credentials in the environment: ${why}.`);
    return false;
  }
  const { caller, credentials } = found;
  maskAccount(runner, inputs, caller);
  runner.notice(`Keeping the existing credentials of ${caller.arn}.`);
  const result = { ...caller, credentials, isFromEnvironment: true, oidcSubject: undefined, roleArns: [] };
  guardAccount(caller.accountId, inputs, journal);
  guardSessionRole(caller.arn, [], inputs, journal);
  const sinks = [...(await record(result)), ...(await selectSinks(runner, inputs, result))];
  run.signal.throwIfAborted();
  exportTo(run, sinks);
  if (credentials.sessionToken === undefined) {
    const { warnOfLongLivedKeys } = await import('../export/long-lived-keys.js');
    warnOfLongLivedKeys(runner, inputs, result);
  }
  return true;
}

interface Existing {
  readonly caller: Caller;
  readonly credentials: Credentials;
}

async function findExisting(run: Run): Promise<Existing | undefined> {
  const { runner, inputs, http, choice } = run;
  try {
    const place = { region: inputs['aws-region'], endpoint: inputs['sts-endpoint'] };
    const credentials = await findCredentials(place, { runner, http, tokenMissing: choice.tokenMissing });
    return { caller: await identifyCaller(run, credentials), credentials };
  } catch (error) {
    // No answer from AWS would be no answer a second time: only its refusal means that others are needed.
    const isRefused =
      error instanceof ActionError && (error.awsCode !== undefined || error.code === 'CREDENTIALS_NOT_FOUND');
    if (!isRefused) throw error;
    return undefined;
  }
}

/** Why credentials that are there already are not the ones wanted; undefined when they are. */
function whyNotKept(
  { runner, clock, inputs }: Run,
  { caller, credentials: { expiration } }: Existing,
): string | undefined {
  // Credentials that do not say when they end (NaN) are taken to last.
  const stated = Date.parse(runner.env['AWS_CREDENTIAL_EXPIRATION'] ?? '');
  const endMs = expiration?.getTime() ?? stated;
  if (endMs - clock.now() < ENOUGH_MS) return 'they expire in less than ten minutes';
  const role = inputs['role-chain']?.at(-1)?.role ?? inputs['role-to-assume'];
  if (role !== undefined && !isSessionOf(caller.arn, role))
    return 'they belong to a different role from role-to-assume';
  const accountIds = inputs['allowed-account-ids'];
  if (accountIds && !accountIds.includes(caller.accountId))
    return 'their account is not in allowed-account-ids';
  const roleArns = inputs['allowed-role-arns'];
  if (roleArns && !isAllowedSession(caller.arn, roleArns)) return 'their role is not in allowed-role-arns';
  return undefined;
}
