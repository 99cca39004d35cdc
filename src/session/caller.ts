import type { Credentials } from '../core/credentials.js';
import { ActionError } from '../core/errors.js';
import { quote } from '../core/text.js';
import type { Result } from '../export/sinks.js';
import type { Inputs } from '../inputs/inputs.js';
import type { Runner } from '../platform/runner.js';
import type { Caller } from '../sts/client.js';
import type { Run } from './context.js';

/** Whose credentials these are, as STS sees it. */
export async function identifyCaller(run: Run, credentials: Credentials): Promise<Caller> {
  const sts = run.sts();
  try {
    const ask = () => sts.getCallerIdentity(credentials);
    const caller = await run.retried('identifying the credentials (STS)', ask);
    maskAccount(run.runner, run.inputs, caller);
    return caller;
  } catch (error) {
    if (!(error instanceof ActionError)) throw error;
    throw error.within(`STS could not identify the credentials (identity source ${run.choice.source}).`);
  }
}

/** Proves the credentials: STS must know them, as those it gave. */
export async function verifyCredentials(run: Run, { arn, credentials }: Result): Promise<void> {
  const caller = await identifyCaller(run, credentials);
  if (caller.arn !== arn) {
    throw new ActionError(
      'ANSWER_UNEXPECTED',
      `verify-credentials: STS identifies these credentials as ${quote(caller.arn)}.`,
      { hint: `Expected: ${quote(arn)}.` },
    );
  }
}

/** Hides the account, where the inputs ask for it, before it is printed or put into an output. */
export function maskAccount(
  runner: Runner,
  inputs: Pick<Inputs, 'mask-aws-account-id'>,
  { arn, accountId }: Caller,
): void {
  if (!inputs['mask-aws-account-id']) return;
  runner.mask(accountId);
  runner.mask(arn);
}
