import { isSessionOf } from '../core/arn.js';
import type { Clock } from '../core/clock.js';
import type { Runner } from '../platform/runner.js';

/** Less life than this is not enough to begin a job with. */
const ENOUGH_MS = 10 * 60_000;

/** Whose the credentials in the environment are. */
export interface ExistingCaller {
  readonly arn: string;
  readonly accountId: string;
}

/** What the credentials in the environment must be to be kept. */
export interface Wanted {
  readonly role: string | undefined;
  readonly accountIds: readonly string[] | undefined;
}

/** Why credentials that are there already are not the ones wanted; undefined when they are. */
export function whyNotWanted(caller: ExistingCaller, { role, accountIds }: Wanted): string | undefined {
  if (role !== undefined && !isSessionOf(caller.arn, role))
    return 'they belong to a different role from role-to-assume';
  if (accountIds && !accountIds.includes(caller.accountId))
    return 'their account is not in allowed-account-ids';
  return undefined;
}

/** Whether they end too soon. Credentials that do not say when they end are taken to last. */
export function endsTooSoon(runner: Runner, clock: Clock, expiration: Date | undefined): boolean {
  const stated = Date.parse(runner.env['AWS_CREDENTIAL_EXPIRATION'] ?? '');
  const end = expiration?.getTime() ?? (Number.isNaN(stated) ? undefined : stated);
  return end !== undefined && end - clock.now() < ENOUGH_MS;
}
