import { type ActionError, type ErrorCode, toActionError } from '../errors.js';
import type { Environment, Runner } from '../runner.js';
import type { RefusalExplanation } from './explanation.js';
import { writeSummary } from './job-summary.js';
import { failureSummary } from './summary.js';

/** Fails the step with whatever was thrown: one error in the log, the longer story on the summary page. */
export async function reportFailure(runner: Runner, thrown: unknown): Promise<void> {
  const refused = toActionError(thrown);
  const error = withoutSecrets(refused, runner);
  const page = troubleshootingPage(error, runner.env);
  const explanation = await explained(runner, refused);
  const { advice, hint } = told(error, explanation);
  const lines = [...hint, ...(page === undefined ? [] : [`More: ${page}`])];
  runner.fail(lines.length === 0 ? error : error.with(error.message, { hint: lines.join('\n') }));
  if (runner.input('summary') === 'never') return;
  await writeSummary(runner, failureSummary(error, { advice, page }) + (explanation?.markdown ?? ''));
}

/** Secrets are taken out before the text is made Markdown, which would write them in another way. */
function withoutSecrets(error: ActionError, runner: Runner): ActionError {
  if (runner.input('mask-aws-account-id').toLowerCase() === 'true') {
    // AWS's messages tell accounts that no input named.
    const told = [error.message, error.hint ?? '', ...error.facts.values()].join(' ');
    for (const [accountId] of told.matchAll(/\b\d{12}\b/g)) runner.mask(accountId);
  }
  return error.with(runner.redact(error.message), {
    ...(error.hint !== undefined && { hint: runner.redact(error.hint) }),
    facts: new Map([...error.facts].map(([name, value]) => [name, runner.redact(value)])),
  });
}

/** The codes behind which a trust policy may be. */
const EXPLAINABLE: readonly ErrorCode[] = ['ACCESS_DENIED', 'TOKEN_REJECTED', 'TOKEN_EXPIRED'];

/** Why AWS refused, where that can be said. All of it is loaded only now: it costs nothing on success. */
async function explained(runner: Runner, error: ActionError): Promise<RefusalExplanation | undefined> {
  if (error.refusal === undefined || !EXPLAINABLE.includes(error.code)) return undefined;
  try {
    const { explainRefusedCall } = await import('./explanation.js');
    return explainRefusedCall(error.refusal, {
      trustPolicy: runner.input('trust-policy'),
      workspace: runner.env['GITHUB_WORKSPACE'] || '.',
      code: error.code,
      redact: (text) => runner.redact(text),
    });
  } catch {
    // A fault in the explanation must not hide the failure itself.
    runner.debug('The refusal cannot be explained.');
    return undefined;
  }
}

/** The advice, unless there is better now, then the explanation, then what AWS was shown. */
function told(
  { hint = '', code }: ActionError,
  explanation: RefusalExplanation | undefined,
): { readonly advice: string; readonly hint: readonly string[] } {
  const [first = '', ...seen] = hint.split('\n');
  const advice = explanation?.isAnswer && code === 'ACCESS_DENIED' ? '' : first;
  const lines = [advice, ...(explanation?.lines ?? []), ...seen];
  return { advice, hint: lines.filter((line) => line !== '') };
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
