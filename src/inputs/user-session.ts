import type { ParsedInputs } from './rules.js';

/** The inputs that ask for a session of an IAM user instead of a role's. */
export type UserSessionInputs = Pick<ParsedInputs, 'get-session-token' | 'federated-user-name'>;

/** Whether a user's own session, or that of a federated user, is asked for by name. MFA without a role asks for one, too. */
export function wantsUserSession(inputs: UserSessionInputs): boolean {
  return inputs['get-session-token'] === true || inputs['federated-user-name'] !== undefined;
}
