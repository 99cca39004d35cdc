import { type ActionError, type ErrorCode, toActionError } from '../core/errors.js';
import type { Environment, Runner } from '../platform/runner.js';
import type { DenialDiagnosis } from './explanation.js';
import { logLines } from './failure-text.js';
import { failureSummary } from './summary-markdown.js';
import { writeSummary } from './write-summary.js';

/** Fails the step with whatever was thrown: one error in the log, the longer story on the summary page. */
export async function reportFailure(runner: Runner, thrown: unknown): Promise<void> {
  const original = toActionError(thrown);
  const error = withoutSecrets(original, runner);
  const page = troubleshootingPage(error, runner.env);
  const diagnosis = await diagnose(runner, original);
  runner.fail(error.code, logLines(error, { diagnosis, page }));
  if (runner.input('summary') === 'never') return;
  await writeSummary(runner, failureSummary(error, { diagnosis, page }));
}

/** Masks the accounts in a failure: AWS's messages, and inputs that are refused, name some that nothing else has named. */
export function maskAccountsOf(runner: Runner, thrown: unknown): void {
  const { headline, reason, problems, hint, facts } = toActionError(thrown);
  const texts = [headline, reason, ...problems, hint, ...facts.values()].join(' ');
  for (const [accountId] of texts.matchAll(/\b\d{12}\b/g)) runner.mask(accountId);
}

/** Secrets are taken out before the text is made Markdown, which would write them in another way. */
function withoutSecrets(error: ActionError, runner: Runner): ActionError {
  const { headline, reason, problems, hint, facts } = error;
  const redact = (text: string): string => runner.redact(text);
  return error.with(redact(headline), {
    ...(reason !== undefined && { reason: redact(reason) }),
    ...(hint !== undefined && { hint: redact(hint) }),
    attempts: error.attempts,
    problems: problems.map(redact),
    facts: new Map([...facts].map(([name, value]) => [name, redact(value)])),
  });
}

/** The codes behind which a trust policy may be. An expired token never gets as far as the policy. */
const DIAGNOSED: readonly ErrorCode[] = ['ACCESS_DENIED', 'TOKEN_REJECTED'];

/** Why AWS refused, where that can be said. All of it is loaded only now: it costs nothing on success. */
async function diagnose(runner: Runner, error: ActionError): Promise<DenialDiagnosis | undefined> {
  if (error.refusal === undefined || !DIAGNOSED.includes(error.code)) return undefined;
  try {
    const { diagnoseDenial } = await import('./explanation.js');
    return diagnoseDenial(error.refusal, {
      trustPolicy: runner.input('trust-policy'),
      callerPolicy: runner.input('caller-policy'),
      message: error.message,
      workspace: runner.env['GITHUB_WORKSPACE'] || '.',
      code: error.code,
      redact: (text) => runner.redact(text),
    });
  } catch {
    // A fault in the explanation must not hide the failure itself.
    runner.debug('The refusal could not be explained.');
    return undefined;
  }
}

/** Where the documentation of this very version explains the error; undefined where the action runs from a checkout. */
function troubleshootingPage({ code }: ActionError, env: Environment): string | undefined {
  const {
    GITHUB_SERVER_URL: server = '',
    GITHUB_ACTION_REPOSITORY: repository = '',
    GITHUB_ACTION_REF: ref = '',
  } = env;
  const isKnown =
    /^https:\/\/[\w.:-]+$/.test(server) && /^[\w.-]+\/[\w.-]+$/.test(repository) && /^[\w./-]+$/.test(ref);
  return isKnown
    ? `${server}/${repository}/blob/${ref}/docs/troubleshooting.md#${code.toLowerCase()}`
    : undefined;
}
