import type { Runner } from '../platform/runner.js';

/** Whether the runner gave this job what asking GitHub for a token takes. */
export function mayRequestToken({ env }: Runner): boolean {
  return Boolean(env['ACTIONS_ID_TOKEN_REQUEST_TOKEN'] && env['ACTIONS_ID_TOKEN_REQUEST_URL']);
}
