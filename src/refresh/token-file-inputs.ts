import type { Selection } from '../identity/select.js';
import { SOURCES } from '../identity/sources.js';
import type { InputName, ParsedInputs } from '../inputs/rules.js';
import type { Environment } from '../platform/runner.js';

/** What a tool that assumes the role by itself does not know of. */
const UNKNOWN_TO_TOOLS: readonly InputName[] = [
  'role-chain',
  'role-duration-seconds',
  'inline-session-policy',
  'managed-session-policies',
];

/** Other ways for the credentials, each with variables that the tools would prefer, or that would be cleared. */
const OTHER_WAYS: readonly InputName[] = [
  'refresh-credentials',
  'credential-endpoint',
  'aws-profile',
  'use-existing-credentials',
];

/** What does not go with `export-token-file`: one line each, fit for an INPUT_INVALID error. */
export function incompatibleTokenFileInputs(
  { source, reason }: Selection,
  inputs: ParsedInputs,
  env: Environment,
): readonly string[] {
  const problems: string[] = [];
  const refuse = (why: string): void => void problems.push(`export-token-file: ${why}`);
  if (inputs['role-to-assume'] === undefined) refuse('requires role-to-assume, which the tools assume.');
  if (!SOURCES[source].token?.isGithub)
    refuse(`needs GitHub's token, and the identity source is ${source} (${reason}).`);
  for (const name of UNKNOWN_TO_TOOLS.filter((one) => inputs[one] !== undefined)) {
    refuse(
      `cannot be combined with ${name}, because the tools assume the role themselves and know nothing of it. Use refresh-credentials.`,
    );
  }
  for (const name of OTHER_WAYS.filter((one) => inputs[one] !== undefined && inputs[one] !== false))
    refuse(`cannot be combined with ${name}.`);
  if (inputs['output-env-credentials'] === false)
    refuse(
      'cannot be combined with output-env-credentials: false, because tools find it by variables alone.',
    );
  for (const name of ['AWS_PROFILE', 'AWS_DEFAULT_PROFILE'].filter((one) => env[one])) {
    refuse(
      `${name} is set in this job, and tools would prefer that profile. Remove it, or drop the step that set it.`,
    );
  }
  return problems;
}
