import { quote } from '../core/text.js';
import { exportsEnvironment, selectProfile } from '../export/sinks.js';
import type { Selection } from '../identity/select.js';
import type { RenewalContext, RenewalObstacle } from '../identity/source.js';
import { SOURCES } from '../identity/sources.js';
import type { ParsedInputs } from '../inputs/inputs.js';
import { SOURCE_NAMES } from '../inputs/source-names.js';
import { wantsUserSession } from '../inputs/user-session.js';
import type { Environment } from '../platform/runner.js';

/** The inputs that a refresh may not go with. */
export type RefreshInputs = Pick<
  ParsedInputs,
  | 'refresh-credentials'
  | 'get-session-token'
  | 'federated-user-name'
  | 'role-to-assume'
  | 'mfa-serial-number'
  | 'output-env-credentials'
  | 'use-existing-credentials'
  | 'unset-current-credentials'
  | 'aws-profile'
  | 'overwrite-aws-profile'
>;

/** Why the credentials could not be renewed: one line each, fit for an INPUT_INVALID error. */
export function incompatibleRefreshInputs(
  selection: Selection,
  inputs: RefreshInputs,
  env: Environment,
): readonly string[] {
  // Of a user's own session, session/user-session-inputs.ts says why not.
  if (!inputs['refresh-credentials'] || wantsUserSession(inputs)) return [];
  const problems: string[] = [];
  const refuse = (why: string): void => void problems.push(`refresh-credentials: ${why}`);
  const clearsKeys = Boolean(inputs['unset-current-credentials']) && exportsEnvironment(inputs);
  const profile = selectProfile(inputs)?.name ?? '';
  if (inputs['role-to-assume'] === undefined) refuse('requires role-to-assume, whose sessions it renews.');
  for (const obstacle of findObstacles(selection, { env, clearsKeys, profile }))
    refuse('reason' in obstacle ? obstacle.reason : explainSecret(obstacle.secret));
  if (!/^[\w@+.%:-]+$/.test(profile)) {
    refuse(
      `the AWS SDK for JavaScript finds no profile ${quote(profile)} in the config file. Use letters, digits and _ @ + . % : - in aws-profile.`,
    );
  }
  if (inputs['mfa-serial-number'] !== undefined)
    refuse('cannot be combined with MFA, because codes work only once.');
  if (inputs['output-env-credentials']) {
    refuse(
      'cannot be combined with output-env-credentials: true, because exported keys take precedence over the profile.',
    );
  }
  if (inputs['use-existing-credentials']) {
    refuse('cannot be combined with use-existing-credentials, which would leave nothing to renew.');
  }
  return problems;
}

function findObstacles({ source, reason }: Selection, context: RenewalContext): readonly RenewalObstacle[] {
  const { renewal } = SOURCES[source];
  if (renewal === 'always') return [];
  return renewal === 'never' ? [{ secret: `${source} (${reason})` }] : renewal(context);
}

function explainSecret(what: string): string {
  const others = SOURCE_NAMES.filter((name) => SOURCES[name].renewal === 'always').join(', ');
  return `cannot be combined with ${what}, because a renewal would require storing a secret. Use ${others}, or credentials that the runner itself provides.`;
}
