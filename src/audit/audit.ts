import type { Clock } from '../core/clock.js';
import { toActionError } from '../core/errors.js';
import { oneLine } from '../core/text.js';
import type { Sink } from '../export/sink.js';
import type { Result } from '../export/sinks.js';
import { masksAccountIds } from '../inputs/inputs.js';
import type { Restore } from '../platform/command-file.js';
import type { Runner } from '../platform/runner.js';
import type { Run } from '../session/context.js';
import type { Journal } from '../session/journal.js';
import { addLine, auditPath } from './audit-file.js';
import { auditRecord, type Ending, type Json, mapTexts } from './record.js';

/**
 * Writes the record of a step that succeeds, to the file and to the output `audit`. It goes before the credentials: a step
 * that cannot be recorded exports nothing. There is nothing to undo, since the file is there to be kept.
 */
export function auditSink(
  { runner, clock, journal }: Pick<Run, 'runner' | 'clock' | 'journal'>,
  auditFile: string,
  { arn, accountId, credentials, roleArns }: Result,
  isKept: boolean,
): Sink {
  return {
    undo: [],
    write(maxWaitMs) {
      const role = roleArns.length > 0 ? 'assumed' : 'own-credentials';
      const outcome = isKept ? 'kept' : role;
      const ending = { outcome, arn, accountId, expiration: credentials.expiration } as const;
      const json = recordText(runner, journal, ending, clock.now());
      journal.record = 'unwritable';
      const takeBackLine = addLine(auditPath(auditFile, runner), json, maxWaitMs);
      journal.record = 'none';
      const takeBackOutput = setOutput(runner, json, takeBackLine);
      journal.record = 'written';
      return () => {
        journal.record = 'none';
        takeBackOutput();
        takeBackLine();
      };
    },
  };
}

/** A step that fails may have no time left; another process that writes to the file takes milliseconds. */
const MAX_WAIT_MS = 2_000;

/** Writes the record of a step that fails, as far as it got. Should that fail as well, the step's own failure is what counts. */
export function recordFailure(
  runner: Runner,
  clock: Pick<Clock, 'now'>,
  journal: Journal,
  thrown: unknown,
): void {
  if (journal.record !== 'none') return;
  const { code, message } = toActionError(thrown);
  const ending = { outcome: 'failed', code, message: oneLine(message.replaceAll('\n', ' '), 4000) } as const;
  try {
    const path = auditPath(runner.input('audit-file'), runner);
    addLine(path, recordText(runner, journal, ending, clock.now()), MAX_WAIT_MS);
  } catch (error) {
    runner.warning(toActionError(error).message);
  }
}

function setOutput(runner: Runner, json: string, takeBackLine: Restore): Restore {
  try {
    return runner.setOutputs(new Map([['audit', json]]));
  } catch (error) {
    takeBackLine();
    throw error;
  }
}

/** One line of JSON in which nothing stands that the action has masked. */
function recordText(runner: Runner, journal: Journal, ending: Ending, endMs: number): string {
  const record = auditRecord(journal, runner.env, ending, endMs);
  if (masksAccountIds(runner)) maskAccounts(runner, record);
  return JSON.stringify(mapTexts(record, (text) => runner.redact(text)));
}

/** AWS's answers and messages name accounts that no input named. */
function maskAccounts(runner: Runner, record: Json): void {
  mapTexts(record, (text) => {
    for (const [, accountId = ''] of text.matchAll(
      /(?:\barn:[\w-]*:[\w-]*:[\w-]*:|account\D{0,5})(\d{12})\b/g,
    ))
      runner.mask(accountId);
    return text;
  });
}
