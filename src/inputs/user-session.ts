import type { ParsedInputs } from './rules.js';

/** The inputs that ask for a session of an IAM user instead of a role's. */
export type UserSessionInputs = Pick<ParsedInputs, 'get-session-token' | 'federated-user-name'>;

/** Whether a user's own session, or that of a federated user, is asked for by name. */
export function wantsUserSession(inputs: UserSessionInputs): boolean {
  return inputs['get-session-token'] === true || inputs['federated-user-name'] !== undefined;
}

/** Whether one is asked for at all: access keys with MFA and without a role are exported as a session, too. */
export function getsUserSession(
  inputs: UserSessionInputs & Pick<ParsedInputs, 'role-to-assume' | 'mfa-serial-number'>,
): boolean {
  const isByMfa = inputs['mfa-serial-number'] !== undefined && inputs['role-to-assume'] === undefined;
  return isByMfa || wantsUserSession(inputs);
}
