import { randomUUID } from 'node:crypto';
import type { JWTPayload } from 'jose';
import type { GithubIds, ResolvedRun } from './run.js';
import { refType } from './run-environment.js';

// GitHub dates its tokens back by this much, for clocks that are slow.
const NOT_BEFORE_SECONDS = 600;

/**
 * The claims of a job's token (docs.github.com, "OpenID Connect reference"). Without an audience it is the
 * owner's URL, as at GitHub.
 */
export function claimsOf(
  run: ResolvedRun,
  ids: GithubIds,
  token: { readonly issuer: string; readonly audience: string | undefined; readonly nowMs: number },
): JWTPayload {
  const issuedAt = Math.floor(token.nowMs / 1000);
  const claims: JWTPayload = {
    jti: randomUUID(),
    sub: subjectOf(run, ids),
    aud: token.audience ?? `https://github.com/${run.owner}`,
    ref: run.ref,
    sha: run.sha,
    repository: run.repository,
    repository_owner: run.owner,
    repository_owner_id: ids.owner(run.owner),
    run_id: run.runId,
    run_number: run.runNumber,
    run_attempt: run.runAttempt,
    repository_visibility: 'private',
    repository_id: ids.repository(run.repository),
    actor_id: ids.actor(run.actor),
    actor: run.actor,
    workflow: run.workflow,
    head_ref: run.headRef,
    base_ref: run.baseRef,
    event_name: run.event,
    ref_protected: String(run.ref === 'refs/heads/main'),
    ref_type: refType(run.ref),
    workflow_ref: run.workflowRef,
    workflow_sha: run.sha,
    job_workflow_ref: run.jobWorkflowRef,
    job_workflow_sha: run.sha,
    check_run_id: '31415926535',
    runner_environment: 'github-hosted',
    iss: token.issuer,
    nbf: issuedAt - NOT_BEFORE_SECONDS,
    exp: issuedAt + run.tokenLifetimeSeconds,
    iat: issuedAt,
  };
  if (run.environment !== undefined) claims.environment = run.environment;
  return { ...claims, ...run.claims };
}

/**
 * The subject: the repository, then the environment if the job names one, `pull_request` for pull requests,
 * else the ref. With the ids of owner and repository unless the legacy form is asked for.
 */
export function subjectOf(run: ResolvedRun, ids: GithubIds): string {
  const [owner = '', name = ''] = run.repository.split('/');
  const idOf = (claim: string, own: string): string => String(run.claims[claim] ?? own);
  const repository = run.legacySubject
    ? run.repository
    : `${owner}@${idOf('repository_owner_id', ids.owner(run.owner))}/${name}@${idOf('repository_id', ids.repository(run.repository))}`;
  return `repo:${repository}:${subjectContext(run)}`;
}

function subjectContext(run: ResolvedRun): string {
  if (run.environment !== undefined) return `environment:${escapeColons(run.environment)}`;
  if (run.event === 'pull_request') return 'pull_request';
  return `ref:${escapeColons(run.ref)}`;
}

// So that no value can pretend to be a further part of the subject.
function escapeColons(value: string): string {
  return value.replaceAll(':', '%3A');
}
