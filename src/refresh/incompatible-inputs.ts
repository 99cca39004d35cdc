import { quote } from '../core/text.js';
import { exportsEnvironment, profileName, type SinkInputs } from '../export/sinks.js';
import type { Choice } from '../identity/select.js';
import type { Environment } from '../platform/runner.js';

/** The inputs that a refresh may not go with. */
export interface RefreshInputs extends SinkInputs {
  readonly 'role-to-assume': string | undefined;
  readonly 'mfa-serial-number': string | undefined;
  readonly 'use-existing-credentials': boolean | undefined;
}

/** Why the credentials could not be renewed: one line each, fit for an INPUT_INVALID error. */
export function incompatibleRefreshInputs(
  { source, reason }: Choice,
  inputs: RefreshInputs,
  env: Environment,
): readonly string[] {
  if (!inputs['refresh-credentials']) return [];
  const problems: string[] = [];
  const refuse = (why: string): void => void problems.push(`refresh-credentials: ${why}`);
  const isEmptied = inputs['unset-current-credentials'] && exportsEnvironment(inputs);
  const fromKeys = source === 'environment' && env['AWS_ACCESS_KEY_ID'] && !isEmptied;
  const profile = profileName(inputs) ?? '';
  if (inputs['role-to-assume'] === undefined) refuse('requires role-to-assume, whose sessions it renews.');
  if (source === 'access-keys' || source === 'saml' || fromKeys) {
    const what = fromKeys ? 'access keys in the environment' : `${source} (${reason})`;
    refuse(
      `cannot be combined with ${what}, because a renewal would require storing a secret. Use github-oidc, web-identity-token-file, cognito, or credentials that the runner itself provides.`,
    );
  }
  // The process of a profile would be asked for the credentials that it is asked for.
  if (
    source === 'environment' &&
    profile === (env['AWS_PROFILE'] || env['AWS_DEFAULT_PROFILE'] || 'default')
  ) {
    refuse(
      `its profile cannot be ${quote(profile)}, which is where the environment's own credentials come from. Give aws-profile another name.`,
    );
  }
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
