import { invalid } from './state.js';

/** The variable with the states that are being renewed by the processes above this one, one a line. */
export const RENEWING = 'ASSUME_AWS_ROLE_RENEWING';

/**
 * Refuses to renew from itself, which would wait for its own end: a profile whose credentials come from the very same
 * profile, by whatever detour.
 * @throws ActionError REFRESH_STATE_INVALID
 */
export function rejectRecursiveRenewal(path: string, renewing: string | undefined): void {
  if (renewing?.split('\n').includes(path)) throw invalid('its profile is the source of its own credentials');
}
