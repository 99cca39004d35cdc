import { type ActionError, toActionError } from '../errors.js';
import type { Environment, Runner } from '../runner.js';
import { addToSummary } from '../toolkit.js';
import { failureSummary } from './summary.js';

/** Fails the step with whatever was thrown: one error in the log, the longer story on the summary page. */
export async function reportFailure(runner: Runner, thrown: unknown): Promise<void> {
  const error = withoutSecrets(toActionError(thrown), runner);
  const page = troubleshootingPage(error, runner.env);
  const hint = [error.hint, page && `More: ${page}`].filter(Boolean).join('\n');
  runner.fail(hint === '' ? error : error.with(error.message, { hint }));
  if (runner.input('summary') === 'never') return;
  await writeSummary(runner, failureSummary(error, page));
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

/** A page that cannot be written is no reason for the step to fail, or to fail otherwise. */
export async function writeSummary(runner: Runner, markdown: string): Promise<void> {
  if (!runner.env['GITHUB_STEP_SUMMARY']) return;
  try {
    await addToSummary(markdown);
  } catch {
    runner.debug('The job summary cannot be written.');
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
