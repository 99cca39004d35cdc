import type { Credentials } from '../core/credentials.js';
import { ActionError } from '../core/errors.js';
import { exportTo, sinksOf } from '../export/sinks.js';
import { defaultCredentials } from '../identity/open-source.js';
import type { Caller } from '../sts/client.js';
import { whoIs } from './assume.js';
import { maskAccount, type Run } from './context.js';
import { endsTooSoon, whyNotWanted } from './existing-rules.js';

/**
 * Keeps the credentials that are there, when they are what was asked for. Only the Region and the outputs are set then.
 * @returns whether they were kept; the log says why not
 */
export async function keepExisting(run: Run): Promise<boolean> {
  const { runner, clock, inputs } = run;
  const found = await findExisting(run);
  const why =
    found === undefined
      ? 'none of them work'
      : endsTooSoon(runner, clock, found.credentials.expiration)
        ? 'they expire in less than ten minutes'
        : whyNotWanted(found.caller, {
            role: inputs['role-chain']?.at(-1)?.role ?? inputs['role-to-assume'],
            accountIds: inputs['allowed-account-ids'],
          });
  if (found === undefined || why !== undefined) {
    runner.info(`Not using the credentials in the environment: ${why}.`);
    return false;
  }
  const { caller, credentials } = found;
  maskAccount(runner, inputs, caller);
  runner.notice(`Keeping the existing credentials of ${caller.arn}.`);
  const result = { ...caller, credentials, isAmbient: true, oidcSubject: undefined, roleArns: [] };
  const sinks = await sinksOf(runner, inputs, result);
  run.signal.throwIfAborted();
  exportTo(run, sinks);
  return true;
}

interface Existing {
  readonly caller: Caller;
  readonly credentials: Credentials;
}

async function findExisting(run: Run): Promise<Existing | undefined> {
  const { runner, inputs, http, choice } = run;
  try {
    const credentials = await defaultCredentials(inputs, { runner, http, tokenMissing: choice.tokenMissing });
    for (const secret of credentials.secrets) runner.mask(secret);
    return { caller: await whoIs(run, credentials), credentials };
  } catch (error) {
    // No answer from AWS would be no answer a second time: only its refusal means that others are needed.
    const isRefused =
      error instanceof ActionError && (error.awsCode !== undefined || error.code === 'CREDENTIALS_NOT_FOUND');
    if (!isRefused) throw error;
    return undefined;
  }
}
