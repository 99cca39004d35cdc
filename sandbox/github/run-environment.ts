import type { GithubIds, ResolvedRun } from './run.js';

/**
 * The variables a hosted runner sets for every step of a job, without the paths that only the runner knows
 * (docs.github.com, "Variables reference"), and without the token request's.
 */
export function runEnvironment(run: ResolvedRun, ids: GithubIds): Record<string, string> {
  return {
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_ACTOR: run.actor,
    GITHUB_ACTOR_ID: ids.actor(run.actor),
    GITHUB_API_URL: 'https://api.github.com',
    GITHUB_BASE_REF: run.baseRef,
    GITHUB_EVENT_NAME: run.event,
    GITHUB_GRAPHQL_URL: 'https://api.github.com/graphql',
    GITHUB_HEAD_REF: run.headRef,
    GITHUB_JOB: run.job,
    GITHUB_REF: run.ref,
    GITHUB_REF_NAME: run.ref.replace(/^refs\/(?:heads|tags|pull)\//, ''),
    GITHUB_REF_PROTECTED: String(run.ref === 'refs/heads/main'),
    GITHUB_REF_TYPE: refType(run.ref),
    GITHUB_REPOSITORY: run.repository,
    GITHUB_REPOSITORY_ID: ids.repository(run.repository),
    GITHUB_REPOSITORY_OWNER: run.owner,
    GITHUB_REPOSITORY_OWNER_ID: ids.owner(run.owner),
    GITHUB_RETENTION_DAYS: '90',
    GITHUB_RUN_ATTEMPT: run.runAttempt,
    GITHUB_RUN_ID: run.runId,
    GITHUB_RUN_NUMBER: run.runNumber,
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_SHA: run.sha,
    GITHUB_TRIGGERING_ACTOR: run.triggeringActor,
    GITHUB_WORKFLOW: run.workflow,
    GITHUB_WORKFLOW_REF: run.workflowRef,
    GITHUB_WORKFLOW_SHA: run.sha,
    RUNNER_ARCH: 'X64',
    RUNNER_ENVIRONMENT: 'github-hosted',
    RUNNER_NAME: 'GitHub Actions 1',
    RUNNER_OS: 'Linux',
  };
}

/** `tag` for a tag, else `branch`; a pull request's merge ref counts as a branch. */
export function refType(ref: string): 'branch' | 'tag' {
  return ref.startsWith('refs/tags/') ? 'tag' : 'branch';
}
