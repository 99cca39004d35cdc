import { ActionError } from '../core/errors.js';
import type { Runner } from '../platform/runner.js';
import { readEvent } from '../platform/toolkit.js';

export const DEPENDABOT = 'dependabot[bot]';

/**
 * Why this job may not ask GitHub for a token, told from its event and environment.
 * (https://docs.github.com/actions/reference/security/oidc, and "Dependabot on GitHub Actions")
 */
export async function whyTokenIsMissing(runner: Runner): Promise<ActionError> {
  const { env } = runner;
  const start = 'This job cannot request an OIDC token from GitHub';
  if (env['GITHUB_ACTOR'] === DEPENDABOT) {
    return new ActionError('ID_TOKEN_DEPENDABOT', `${start}: Dependabot triggered this run.`, {
      hint: `Skip this step or job for Dependabot: \`if: github.actor != '${DEPENDABOT}'\`. Rerunning the job yourself does not help: the run still belongs to Dependabot.`,
    });
  }
  if (await isPullRequestFromFork(runner)) {
    return new ActionError('ID_TOKEN_FORK', `${start}: the pull request comes from a fork.`, {
      hint: 'Skip this step or job for forks: `if: github.event.pull_request.head.repo.full_name == github.repository`. Deploy after the merge instead.',
    });
  }
  return new ActionError(
    'ID_TOKEN_PERMISSION_MISSING',
    `${start}: it lacks the permission id-token: write.`,
    {
      hint: 'Add this to the job or the workflow: `permissions: { id-token: write, contents: read }`. For a reusable workflow, the calling job must grant it as well.',
    },
  );
}

/** `pull_request_target` is not among them: it runs in the base repository, with its permissions. */
const EVENTS_FROM_FORKS: ReadonlySet<string> = new Set([
  'pull_request',
  'pull_request_review',
  'pull_request_review_comment',
]);

export async function isPullRequestFromFork({ env, debug }: Runner): Promise<boolean> {
  if (!env['GITHUB_EVENT_PATH'] || !EVENTS_FROM_FORKS.has(env['GITHUB_EVENT_NAME'] ?? '')) return false;
  try {
    const { pull_request: pull } = await readEvent();
    const base = pull?.base?.repo?.full_name ?? env['GITHUB_REPOSITORY'];
    // A fork that was deleted since leaves no repository behind.
    return pull?.head !== undefined && pull.head.repo?.full_name !== base;
  } catch {
    debug('The event payload could not be read.');
    return false;
  }
}
