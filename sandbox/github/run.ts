import { createHash } from 'node:crypto';
import { type JsonObject, optionalObjectAt } from '../core/json.js';

/** A workflow run and one job of it; every field has a default. */
export interface Run {
  /** `octo-org/octo-repo` unless said. */
  readonly repository?: string;
  /** `refs/heads/main` unless said; for pull requests `refs/pull/42/merge`. */
  readonly ref?: string;
  /** `push` unless said. */
  readonly event?: string;
  /** The deployment environment the job names. */
  readonly environment?: string;
  /** The pull request's source branch; `feature` for pull requests unless said. */
  readonly headRef?: string;
  /** The pull request's target branch; `main` for pull requests unless said. */
  readonly baseRef?: string;
  /** The repository the pull request comes from, where it is a fork. */
  readonly headRepository?: string;
  /** `octocat` unless said. */
  readonly actor?: string;
  /** Who started this attempt; the actor unless said. */
  readonly triggeringActor?: string;
  /** The workflow's name, `deploy` unless said; its file is named after it. */
  readonly workflow?: string;
  /** `OWNER/REPO/PATH@REF`, where the file is not named after the workflow. */
  readonly workflowRef?: string;
  /** The job's id, `deploy` unless said. */
  readonly job?: string;
  readonly runId?: string;
  readonly runNumber?: string;
  readonly runAttempt?: string;
  /** 40 hexadecimal digits. */
  readonly sha?: string;
  /** The older subject without ids, `repo:OWNER/REPO:…`. */
  readonly legacySubject?: boolean;
  /** The `job_workflow_ref` of the reusable workflow that the job is defined in. */
  readonly calledWorkflow?: string;
  /** Lifetime of the tokens in seconds, 300 unless said; 0 or less gives expired ones. */
  readonly tokenLifetimeSeconds?: number;
  /** Whether the job has `permissions: id-token: write`; true unless said. */
  readonly idToken?: boolean;
  /** Claims to add or to override; undefined takes one away. */
  readonly claims?: Readonly<Record<string, unknown>>;
}

/** A run with its defaults filled in. */
export interface ResolvedRun {
  readonly repository: string;
  readonly owner: string;
  readonly ref: string;
  readonly event: string;
  readonly environment: string | undefined;
  readonly headRef: string;
  readonly baseRef: string;
  readonly headRepository: string;
  readonly actor: string;
  readonly triggeringActor: string;
  readonly workflow: string;
  /** `OWNER/REPO/.github/workflows/FILE@REF`. */
  readonly workflowRef: string;
  readonly jobWorkflowRef: string;
  readonly job: string;
  readonly runId: string;
  readonly runNumber: string;
  readonly runAttempt: string;
  readonly sha: string;
  readonly legacySubject: boolean;
  readonly tokenLifetimeSeconds: number;
  readonly claims: Readonly<Record<string, unknown>>;
  /** GitHub gives no token: the permission is missing, or the pull request is from a fork or Dependabot. */
  readonly mayRequestToken: boolean;
}

/** Fills in what a run leaves open. */
export function resolveRun(run: Run = {}): ResolvedRun {
  const repository = run.repository ?? 'octo-org/octo-repo';
  const event = run.event ?? 'push';
  const ofPullRequest = event.startsWith('pull_request');
  const ref = run.ref ?? (event === 'pull_request' ? 'refs/pull/42/merge' : 'refs/heads/main');
  const workflow = run.workflow ?? 'deploy';
  const actor = run.actor ?? 'octocat';
  const headRepository = run.headRepository ?? repository;
  const workflowRef = run.workflowRef ?? `${repository}/.github/workflows/${fileName(workflow)}.yml@${ref}`;
  return {
    repository,
    owner: repository.split('/')[0] ?? repository,
    ref,
    event,
    environment: run.environment,
    headRef: run.headRef ?? (ofPullRequest ? 'feature' : ''),
    baseRef: run.baseRef ?? (ofPullRequest ? 'main' : ''),
    headRepository,
    actor,
    triggeringActor: run.triggeringActor ?? actor,
    workflow,
    workflowRef,
    jobWorkflowRef: run.calledWorkflow ?? workflowRef,
    job: run.job ?? 'deploy',
    runId: run.runId ?? '9876543210',
    runNumber: run.runNumber ?? '10',
    runAttempt: run.runAttempt ?? '1',
    sha: run.sha ?? 'ffac537e6cbbf934b08745a378932722df287a53',
    legacySubject: run.legacySubject ?? false,
    tokenLifetimeSeconds: run.tokenLifetimeSeconds ?? 300,
    claims: run.claims ?? {},
    mayRequestToken:
      (run.idToken ?? true) &&
      // pull_request_target runs in the base repository, so its jobs do get a token.
      !(event === 'pull_request' && headRepository !== repository) &&
      actor !== 'dependabot[bot]',
  };
}

/** GitHub's numeric ids by name. */
export class GithubIds {
  readonly #known: JsonObject;

  /** Takes the `github` part of an accounts file, unchecked. Throws an Error where it is no object. */
  constructor(known: unknown) {
    this.#known = optionalObjectAt(known, 'github');
  }

  owner(name: string): string {
    return this.#id('owners', name);
  }

  repository(name: string): string {
    return this.#id('repositories', name);
  }

  actor(name: string): string {
    return this.#id('actors', name);
  }

  #id(kind: string, name: string): string {
    const listed = optionalObjectAt(this.#known[kind], `github.${kind}`)[name];
    if (typeof listed === 'number') return String(listed);
    // A name that is not listed keeps the same id in every run.
    return String(
      (createHash('sha256').update(`${kind}/${name}`).digest().readUInt32BE(0) % 900_000_000) + 100_000_000,
    );
  }
}

function fileName(workflow: string): string {
  return (
    workflow
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-|-$/g, '') || 'workflow'
  );
}
