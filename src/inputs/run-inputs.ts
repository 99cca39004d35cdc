import type { InputName, ParsedInputs } from './rules.js';

/** What gives the credentials to later steps, or asks for something of them. */
const FOR_LATER_STEPS: readonly InputName[] = [
  'output-env-credentials',
  'output-credentials',
  'aws-profile',
  'overwrite-aws-profile',
  'refresh-credentials',
  'credential-endpoint',
  'export-token-file',
  'unset-current-credentials',
  'use-existing-credentials',
];

/** What does not go with `run`: one line each, fit for an INPUT_INVALID error. */
export function incompatibleRunInputs(inputs: ParsedInputs): readonly string[] {
  if (inputs.run === undefined)
    return inputs.shell === undefined ? [] : ['shell: it needs run, the script that it is for.'];
  return FOR_LATER_STEPS.filter((name) => inputs[name] !== undefined && inputs[name] !== false).map(
    (name) => `${name}: it does not go with run, whose script alone gets the credentials.`,
  );
}
