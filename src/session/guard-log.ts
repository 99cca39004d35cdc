import type { Identity } from '../core/credentials.js';
import { quote } from '../core/text.js';
import type { Result } from '../export/sinks.js';
import { textClaim } from '../identity/jwt.js';
import type { Run } from './context.js';

/** What each guard that is set compared, in one line of the log. Each has let the run pass. */
export function logGuards(
  { runner, inputs }: Pick<Run, 'runner' | 'inputs'>,
  identity: Identity,
  { accountId, arn, roleArns }: Result,
): void {
  const claims = identity.kind === 'web-identity' ? (identity.origin ?? identity.claims) : undefined;
  const compared = [
    ['allowed-account-ids', accountId],
    ['allowed-role-arns', roleArns.at(-1) ?? arn],
    ['allowed-refs', textClaim(claims, 'ref')],
    ['allowed-environments', textClaim(claims, 'environment')],
  ] as const;
  const passed = compared.filter(([name]) => inputs[name] !== undefined);
  if (passed.length === 0) return;
  runner.info(
    `Guards passed: ${passed.map(([name, value]) => `${name} (${quote(value ?? '')})`).join(', ')}.`,
  );
}
