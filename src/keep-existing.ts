import { whoIs } from './assume.js';
import { ActionError } from './errors.js';
import { exportOutputs } from './export/sinks.js';
import { endsTooSoon, whyNotWanted } from './identity/existing.js';
import { loadSts } from './roles/connection.js';
import { maskAccount, type Run } from './run.js';

/** Leaves the environment alone when what is in it is what was asked for, and says so; else says why not. */
export async function keepExisting(run: Run): Promise<boolean> {
  const { runner, clock, inputs } = run;
  let why: string | undefined;
  try {
    const { resolveAmbientCredentials } = await loadSts();
    const credentials = await resolveAmbientCredentials();
    for (const secret of credentials.secrets) runner.mask(secret);
    const caller = await whoIs(run, credentials);
    why = endsTooSoon(runner, clock, credentials.expiration)
      ? 'they end in less than ten minutes'
      : whyNotWanted(caller, { role: inputs['role-to-assume'], accountIds: inputs['allowed-account-ids'] });
    if (why === undefined) {
      maskAccount(runner, inputs, caller);
      runner.notice(`Credentials of ${caller.arn} are there already and are kept.`);
      exportOutputs(runner, { ...caller, credentials, isAmbient: true, oidcSubject: undefined });
      return true;
    }
  } catch (error) {
    if (!(error instanceof ActionError)) throw error;
    why = 'there are none that work';
  }
  runner.info(`Credentials in the environment are not used: ${why}.`);
  return false;
}
