import { type ActionError, toActionError } from '../core/errors.js';
import { oneLine } from '../core/text.js';
import type { Runner } from '../platform/runner.js';
import type { DenialDiagnosis } from './explanation.js';

/** What is said of a failure beside its own parts. */
export interface FailureContext {
  /** Why AWS refused the call. */
  readonly diagnosis?: DenialDiagnosis | undefined;
  /** The troubleshooting page. */
  readonly page?: string | undefined;
}

/** A failure for the log: what failed and why, what to do, what AWS saw. */
export function logLines(error: ActionError, { diagnosis, page }: FailureContext = {}): readonly string[] {
  const advice = adviceOf(error, diagnosis);
  return [
    sentenceOf(error),
    ...error.problems.map((problem) => `- ${problem}`),
    ...(advice === undefined ? [] : [advice]),
    ...(diagnosis?.lines ?? []),
    ...[...error.facts].map(([name, value]) => `${name}: ${oneLine(value)}`),
    ...(page === undefined ? [] : [`More: ${page}`]),
  ];
}

/** Fails the step with whatever was thrown: its lines in the log, and nothing else. */
export function failWith(runner: Runner, thrown: unknown): void {
  const error = toActionError(thrown);
  runner.fail(error.code, logLines(error));
}

/** What failed, and why. */
export function sentenceOf({ headline, reason, attempts }: ActionError): string {
  const tried = attempts > 1 ? [`(${attempts} attempts)`] : [];
  return [headline, ...(reason === undefined ? [] : [reason]), ...tried].join(' ');
}

/** The advice as one paragraph, unless the diagnosis says more than it could. */
export function adviceOf({ hint = '', code }: ActionError, diagnosis?: DenialDiagnosis): string | undefined {
  if (diagnosis?.isAnswer && code === 'ACCESS_DENIED') return undefined;
  return hint.replace(/\s+/g, ' ').trim() || undefined;
}
