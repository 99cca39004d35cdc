import { oneLine } from '../core/text.js';
import type { Result } from '../export/sinks.js';
import type { Run } from './context.js';
import type { JournalHop } from './journal.js';

/** What people read of a step that has succeeded: the hops and whose credentials they led to. */
export async function reportSuccess(
  { runner, inputs, choice, journal }: Pick<Run, 'runner' | 'inputs' | 'choice' | 'journal'>,
  { arn, credentials }: Pick<Result, 'arn' | 'credentials'>,
): Promise<void> {
  const end = credentials.expiration?.toISOString();
  const { hops } = journal;
  const who = arn === '' ? 'a session that the server does not name' : oneLine(arn);
  if (hops.length > 1) runner.info(`Assumed ${hops.map(({ hop }) => oneLine(hop.roleArn)).join(', then ')}.`);
  runner.info(`Authenticated as ${who}${end === undefined ? '' : `, until ${end}`}.`);
  if (inputs.summary !== 'always') return;
  const roles = hops.map(
    (hop, index) =>
      [
        hops.length === 1 ? 'Role' : `Role ${index + 1} of ${hops.length}`,
        runner.redact(describeHop(hop)),
      ] as const,
  );
  const facts = new Map([
    ['Identity source', `${choice.source} (${choice.reason})`],
    ...roles,
    ['Authenticated as', runner.redact(who)],
    ['Until', end ?? 'unknown'],
  ]);
  const { successSummary } = await import('../report/summary-markdown.js');
  const { writeSummary } = await import('../report/write-summary.js');
  await writeSummary(runner, successSummary(facts));
}

/** With the request by whose ID CloudTrail has it. */
function describeHop({ hop, calls }: JournalHop): string {
  const requestId = calls.at(-1)?.requestId;
  const request = requestId === undefined ? '' : ` (STS request ${requestId})`;
  return `${oneLine(hop.roleArn)}${request}`;
}
