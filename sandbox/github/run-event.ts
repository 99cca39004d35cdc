import type { GithubIds, ResolvedRun } from './run.js';

/** The part of the webhook payload that GITHUB_EVENT_PATH would hold and that actions look at. */
export function runEvent(run: ResolvedRun, ids: GithubIds): object {
  const common = {
    repository: repositoryOf(run.repository, ids),
    sender: {
      login: run.actor,
      id: Number(ids.actor(run.actor)),
      type: run.actor.endsWith('[bot]') ? 'Bot' : 'User',
    },
  };
  if (run.event.startsWith('pull_request')) return { ...pullRequest(run, ids), ...common };
  if (run.event === 'push') {
    return { ref: run.ref, before: '0'.repeat(40), after: run.sha, head_commit: { id: run.sha }, ...common };
  }
  if (run.event === 'workflow_dispatch') return { ref: run.ref, inputs: {}, ...common };
  return common;
}

function pullRequest(run: ResolvedRun, ids: GithubIds): object {
  const number = Number(/^refs\/pull\/(\d+)\//.exec(run.ref)?.[1] ?? 42);
  const fork = run.headRepository !== run.repository;
  return {
    action: 'synchronize',
    number,
    pull_request: {
      number,
      user: { login: run.actor },
      head: { ref: run.headRef, sha: run.sha, repo: { ...repositoryOf(run.headRepository, ids), fork } },
      base: { ref: run.baseRef, repo: repositoryOf(run.repository, ids) },
    },
  };
}

function repositoryOf(
  fullName: string,
  ids: GithubIds,
): { readonly full_name: string; readonly [key: string]: unknown } {
  const [owner = '', name = ''] = fullName.split('/');
  return {
    id: Number(ids.repository(fullName)),
    name,
    full_name: fullName,
    owner: { login: owner, id: Number(ids.owner(owner)) },
    private: true,
    fork: false,
    default_branch: 'main',
  };
}
