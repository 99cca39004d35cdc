import { isRoleArn } from '../core/arn.js';
import { formatList } from '../core/text.js';
import type { ParsedInputs } from '../inputs/inputs.js';
import type { SourceName } from '../inputs/source-names.js';
import { wantsUserSession } from '../inputs/user-session.js';
import { type Identification, readSource, SOURCES } from './sources.js';

/** Which identity source was chosen, and why, in words for the log. */
export interface Selection {
  readonly source: SourceName;
  readonly reason: string;
  /** The job may not ask GitHub for a token, though the inputs look as if it should. */
  readonly tokenMissing: boolean;
}

/** The same with the values of that source. */
export type Choice = Selection & Identification;

/**
 * Chooses where the first identity comes from. `auto` takes the first in the table of sources that fits, and the
 * environment where none does.
 */
export function selectSource(inputs: ParsedInputs, mayRequestToken: boolean): Selection {
  const select = (source: SourceName, reason: string): Selection => ({
    source,
    reason,
    tokenMissing: SOURCES[source].requestsGithubToken && !mayRequestToken,
  });
  const named = inputs['identity-source'];
  if (named !== undefined && named !== 'auto') return select(named, 'set by identity-source');
  for (const { name, whyChosen } of Object.values(SOURCES)) {
    const reason = whyChosen(inputs, mayRequestToken);
    if (reason !== undefined) return select(name, reason);
  }
  if (inputs['role-to-assume'] === undefined) return select('environment', 'role-to-assume is not set');
  if (inputs['force-skip-oidc']) return select('environment', 'force-skip-oidc is set');
  const reason = 'role-to-assume is set, but the job cannot request a token';
  return { source: 'environment', reason, tokenMissing: true };
}

/** The selection with what the inputs say to its source; undefined where one that it requires is missing. */
export function selectIdentity(selection: Selection, inputs: ParsedInputs): Choice | undefined {
  const identification = readSource(selection.source, inputs);
  return identification && { ...selection, ...identification };
}

/**
 * What does not fit the source that was chosen: one line each, fit for an INPUT_INVALID error.
 * @param whyNoRole what may be behind a role that is not given
 */
export function incompatibleInputs(
  selection: Selection,
  inputs: ParsedInputs,
  whyNoRole = '',
): readonly string[] {
  const { source, reason } = selection;
  // Of a role beside a user's own session, session/user-session-inputs.ts says why not.
  const missing = SOURCES[source].requires
    .filter((name) => inputs[name] === undefined && !(name === 'role-to-assume' && wantsUserSession(inputs)))
    .map((name) => {
      const why = name === 'role-to-assume' && whyNoRole !== '' ? ` ${whyNoRole}` : '';
      return `${name}: required by the identity source ${source} (${reason}).${why}`;
    });
  return [
    ...missing,
    ...misnamedRole(selection, inputs),
    ...contradictions(selection, inputs),
    ...guardsWithoutToken(selection, inputs),
    ...misplacedSourceIdentity(selection, inputs),
  ];
}

/** A role's name alone is looked for in the account of whoever assumes it, and a token has none. */
function misnamedRole({ source }: Selection, inputs: ParsedInputs): readonly string[] {
  const role = inputs['role-to-assume'];
  if (role === undefined || isRoleArn(role) || SOURCES[source].kind === 'aws') return [];
  return [
    `role-to-assume: got the name "${role}", but ${source} belongs to no account in which to look it up. Set the full ARN (arn:aws:iam::ACCOUNT:role/${role}).`,
  ];
}

function contradictions({ source }: Selection, inputs: ParsedInputs): readonly string[] {
  const problems: string[] = [];
  if (SOURCES[source].requestsGithubToken && inputs['force-skip-oidc']) {
    problems.push(
      `force-skip-oidc: cannot be combined with the identity source ${source}, which requests a token from GitHub.`,
    );
  }
  if (inputs['mfa-serial-number'] !== undefined && !SOURCES[source].isUser) {
    problems.push(`mfa-serial-number: MFA requires access keys, but the identity source is ${source}.`);
  }
  if (
    inputs['role-chain'] !== undefined &&
    inputs['role-to-assume'] === undefined &&
    !wantsUserSession(inputs)
  ) {
    problems.push('role-to-assume: required with role-chain, as the first role.');
  }
  return problems;
}

/** A guard that cannot be checked must not pass. */
function guardsWithoutToken({ source, tokenMissing }: Selection, inputs: ParsedInputs): readonly string[] {
  if (SOURCES[source].token !== undefined || tokenMissing) return [];
  return (['allowed-repositories', 'allowed-refs', 'allowed-environments'] as const)
    .filter((name) => inputs[name] !== undefined)
    .map(
      (name) => `${name}: requires a token whose claims it can check, but the identity source is ${source}.`,
    );
}

function misplacedSourceIdentity({ source }: Selection, inputs: ParsedInputs): readonly string[] {
  const isFirstCall = SOURCES[source].kind === 'aws' && inputs['role-to-assume'] !== undefined;
  const hasAssumeRole = inputs['role-chain'] !== undefined || isFirstCall;
  if (inputs['source-identity'] === undefined || hasAssumeRole) return [];
  const remedies = ['a role in role-chain', 'access keys', 'role-chaining'];
  return [
    `source-identity: requires an AssumeRole call, and this configuration makes none: with a web identity or SAML, only the token can carry it, and GitHub's does not. Use ${formatList(remedies, 'or')}.`,
  ];
}
