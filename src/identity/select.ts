import { isRoleArn } from '../roles/arn.js';
import type { SourceName } from './source.js';

/** The identity source that was chosen, and why, in words for the log. */
export interface Choice {
  readonly source: SourceName;
  readonly reason: string;
  /** The job may not ask GitHub for a token, though the inputs look as if it should. */
  readonly tokenMissing: boolean;
}

/** The inputs the choice depends on. */
export interface SelectionInputs {
  readonly 'identity-source': SourceName | 'auto' | undefined;
  readonly 'role-to-assume': string | undefined;
  readonly 'aws-access-key-id': string | undefined;
  readonly 'web-identity-token-file': string | undefined;
  readonly 'role-chaining': boolean | undefined;
  readonly 'force-skip-oidc': boolean | undefined;
}

/** The inputs that ask something of the source that was chosen. */
export interface DependentInputs extends SelectionInputs {
  readonly 'allowed-refs': readonly string[] | undefined;
  readonly 'allowed-environments': readonly string[] | undefined;
  readonly 'source-identity': string | undefined;
}

/**
 * Chooses where the first identity comes from. `auto` takes the first that fits: access keys, token file,
 * `role-chaining`, GitHub's token, and else the environment.
 */
export function selectIdentity(inputs: SelectionInputs, mayRequestToken: boolean): Choice {
  const named = inputs['identity-source'];
  if (named !== undefined && named !== 'auto') {
    return {
      source: named,
      reason: 'identity-source names it',
      tokenMissing: named === 'github-oidc' && !mayRequestToken,
    };
  }
  const chosen = (source: SourceName, reason: string, tokenMissing = false): Choice => ({
    source,
    reason,
    tokenMissing,
  });
  if (inputs['aws-access-key-id'] !== undefined) return chosen('access-keys', 'aws-access-key-id is given');
  if (inputs['web-identity-token-file'] !== undefined) {
    return chosen('web-identity-token-file', 'web-identity-token-file is given');
  }
  if (inputs['role-chaining']) return chosen('environment', 'role-chaining is set');
  if (inputs['role-to-assume'] === undefined) return chosen('environment', 'no role-to-assume is given');
  if (inputs['force-skip-oidc']) return chosen('environment', 'force-skip-oidc is set');
  if (mayRequestToken) return chosen('github-oidc', 'a role is given and the job may request a token');
  return chosen('environment', 'a role is given, but the job may not request a token', true);
}

/** What the chosen source needs of the inputs and does not have: one line each, fit for an INPUT_INVALID error. */
export function missingInputs(choice: Choice, inputs: DependentInputs): readonly string[] {
  const problems: string[] = [];
  const role = inputs['role-to-assume'];
  const byToken = choice.source === 'github-oidc' || choice.source === 'web-identity-token-file';
  if (byToken && role === undefined) {
    problems.push(
      `role-to-assume: it is required, since a token (${choice.source}) can only be used to assume a role.`,
    );
  }
  if (byToken && role !== undefined && !isRoleArn(role)) {
    problems.push(
      `role-to-assume: got the name "${role}"; with a token (${choice.source}) there is no source account to find it in. Give its whole ARN (arn:aws:iam::ACCOUNT:role/${role}).`,
    );
  }
  if (choice.source === 'web-identity-token-file' && inputs['web-identity-token-file'] === undefined) {
    problems.push('web-identity-token-file: it is required by identity-source: web-identity-token-file.');
  }
  if (choice.source === 'access-keys' && inputs['aws-access-key-id'] === undefined) {
    problems.push(
      'aws-access-key-id: it is required by identity-source: access-keys, with aws-secret-access-key.',
    );
  }
  if (choice.source === 'github-oidc' && inputs['force-skip-oidc']) {
    problems.push('force-skip-oidc: it contradicts identity-source: github-oidc.');
  }
  return [
    ...problems,
    ...guardsWithoutToken(choice, inputs, byToken),
    ...misplacedSourceIdentity(inputs, byToken),
  ];
}

/** A guard that cannot be checked must not pass. */
function guardsWithoutToken(choice: Choice, inputs: DependentInputs, byToken: boolean): readonly string[] {
  if (byToken || choice.tokenMissing) return [];
  return (['allowed-refs', 'allowed-environments'] as const)
    .filter((name) => inputs[name] !== undefined)
    .map(
      (name) =>
        `${name}: it is matched against the claims of a token, and the identity source is ${choice.source}.`,
    );
}

function misplacedSourceIdentity(inputs: DependentInputs, byToken: boolean): readonly string[] {
  if (inputs['source-identity'] === undefined) return [];
  if (!byToken && inputs['role-to-assume'] !== undefined) return [];
  return [
    'source-identity: only AssumeRole can set it, and there is no such call here. A web identity call takes it from the token alone, and GitHub sends none; set it on a role assumed with access keys or role-chaining.',
  ];
}
