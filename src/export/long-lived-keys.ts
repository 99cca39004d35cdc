import { formatList } from '../core/text.js';
import type { InputName, Inputs } from '../inputs/inputs.js';
import type { Runner } from '../platform/runner.js';
import { exportsEnvironment, type Result } from './sinks.js';

/** What would limit a session, and does not limit keys. */
const OF_SESSIONS: readonly InputName[] = [
  'inline-session-policy',
  'managed-session-policies',
  'role-duration-seconds',
];

/**
 * Says once that keys without an end were exported, and what to do instead. Keys that the job's environment had before
 * the step were there for everyone already, or an earlier step has warned.
 */
export function warnOfLongLivedKeys(runner: Runner, inputs: Inputs, result: Result): void {
  const { credentials, arn, isFromEnvironment } = result;
  const isExported =
    inputs.run === undefined &&
    (inputs['aws-profile'] !== undefined ||
      inputs['output-credentials'] ||
      (exportsEnvironment(inputs) && !isFromEnvironment));
  if (!isExported || runner.env['AWS_ACCESS_KEY_ID'] === credentials.accessKeyId) return;
  const useless = OF_SESSIONS.filter((name) => inputs[name] !== undefined);
  const lines = [
    'These access keys are long-lived: every later step of this job can read them, and they work until somebody deletes them.',
    ...(arn.endsWith(':root') ? ["They are those of the account's root user, which should have none."] : []),
    ...(useless.length > 0 ? [`${formatList(useless)} cannot limit them.`] : []),
    "Assume a role instead (role-to-assume): with GitHub's own token (permissions: id-token: write), that needs no keys.",
    ...(isFromEnvironment
      ? []
      : ['Or set get-session-token: true to export a session of this user, which expires.']),
  ];
  runner.warning(lines.join(' '));
}
