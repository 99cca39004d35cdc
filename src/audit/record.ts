import { type Identity, tokenTags } from '../core/credentials.js';
import { VERSION } from '../core/version.js';
import { textClaim } from '../identity/jwt.js';
import type { Environment } from '../platform/runner.js';
import type { Journal, JournalHop } from '../session/journal.js';
import type { StsCall } from '../sts/call-log.js';

/*
 * The record of a step, as docs/audit-record.schema.json describes it. It has what names a session in CloudTrail, and no
 * key, token or external ID.
 */

/** A value of JSON; what is undefined is left out. */
export type Json =
  | string
  | number
  | boolean
  | undefined
  | readonly Json[]
  | { readonly [name: string]: Json };

/** How the step ended. */
export type Ending =
  | {
      readonly outcome: 'assumed' | 'own-credentials' | 'kept';
      readonly accountId: string;
      readonly arn: string;
      readonly expiration: Date | undefined;
    }
  | { readonly outcome: 'failed'; readonly code: string; readonly message: string };

/** Changes when a reader of the record would have to. */
const SCHEMA_VERSION = 1;

export function auditRecord(journal: Journal, env: Environment, ending: Ending, endMs: number): Json {
  return {
    schemaVersion: SCHEMA_VERSION,
    action: {
      version: VERSION,
      repository: set(env['GITHUB_ACTION_REPOSITORY']),
      ref: set(env['GITHUB_ACTION_REF']),
    },
    outcome: ending.outcome,
    startedAt: time(journal.startMs),
    endedAt: time(endMs),
    run: runOf(env),
    identity: identityOf(journal),
    mappedRole: journal.mappedRole && { ...journal.mappedRole },
    guards: journal.guards.map(({ name, compared, allowed, hasPassed }) => ({
      name,
      compared,
      allowed,
      result: hasPassed ? 'passed' : 'refused',
    })),
    hops: journal.hops.map(hopOf),
    otherCalls: journal.otherCalls.map(callOf),
    ...endingOf(ending),
  };
}

function endingOf(ending: Ending): { readonly [name: string]: Json } {
  if (ending.outcome === 'failed') return { error: { code: ending.code, message: ending.message } };
  const { accountId, arn, expiration } = ending;
  return {
    credentials: { accountId: set(accountId), arn: set(arn), expiresAt: expiration?.toISOString() },
  };
}

const RUN = {
  serverUrl: 'GITHUB_SERVER_URL',
  repository: 'GITHUB_REPOSITORY',
  repositoryId: 'GITHUB_REPOSITORY_ID',
  runId: 'GITHUB_RUN_ID',
  runAttempt: 'GITHUB_RUN_ATTEMPT',
  job: 'GITHUB_JOB',
  step: 'GITHUB_ACTION',
  event: 'GITHUB_EVENT_NAME',
  sha: 'GITHUB_SHA',
  ref: 'GITHUB_REF',
  workflowRef: 'GITHUB_WORKFLOW_REF',
  actor: 'GITHUB_ACTOR',
  triggeringActor: 'GITHUB_TRIGGERING_ACTOR',
  runnerName: 'RUNNER_NAME',
  runnerEnvironment: 'RUNNER_ENVIRONMENT',
} as const;

/** By the job's variables, which the runner sets. */
function runOf(env: Environment): Json {
  return Object.fromEntries(Object.entries(RUN).map(([name, variable]) => [name, set(env[variable])]));
}

/** What a token says, which its issuer has signed. */
const CLAIMS = [
  'iss',
  'aud',
  'sub',
  'repository',
  'repository_id',
  'ref',
  'sha',
  'environment',
  'event_name',
  'actor',
  'job_workflow_ref',
  'workflow_ref',
  'run_id',
  'run_attempt',
] as const;

function identityOf({ choice, identity }: Journal): Json {
  return (
    choice && {
      source: choice.source,
      reason: choice.reason,
      claims: claimsOf(identity),
      tokenTags: tokenTagsOf(identity),
    }
  );
}

/** Those that AWS takes from the token, and so has verified. */
function tokenTagsOf(identity: Identity | undefined): Json {
  const tags = identity?.kind === 'web-identity' ? [...tokenTags(identity.claims)] : [];
  return tags.length > 0 ? tags.map(([key, value]) => ({ key, value })) : undefined;
}

function claimsOf(identity: Identity | undefined): Json {
  if (identity?.kind !== 'web-identity') return undefined;
  // Of GitHub's own token where it was exchanged for another one.
  const claims = identity.origin ?? identity.claims;
  return claims && Object.fromEntries(CLAIMS.map((name) => [name, textClaim(claims, name)]));
}

function hopOf({ hop, calls, assumed }: JournalHop): Json {
  const last = calls.at(-1);
  return {
    result: assumed ? 'assumed' : last ? 'failed' : 'not-attempted',
    roleArn: hop.roleArn,
    assumedRoleArn: set(assumed?.arn),
    roleId: assumed?.roleId?.split(':')[0],
    principalId: assumed?.roleId,
    sessionName: hop.sessionName,
    sourceIdentity: hop.sourceIdentity,
    tags: hop.tags.map(({ key, value }) => ({
      key,
      value,
      transitive: hop.transitiveTagKeys.includes(key),
    })),
    durationSeconds: hop.durationSeconds,
    expiresAt: assumed?.credentials.expiration?.toISOString(),
    hasInlineSessionPolicy: hop.policy !== undefined,
    managedSessionPolicies: hop.policyArns,
    hasExternalId: hop.externalId !== undefined,
    mfaSerialNumber: hop.mfa?.serialNumber,
    requestId: last?.requestId,
    attempts: calls.length,
    calls: calls.map(callOf),
  };
}

function callOf({ operation, host, region, startMs, requestId, error }: StsCall): Json {
  return { operation, host, region, time: time(startMs), requestId, error };
}

const time = (ms: number): string => new Date(ms).toISOString();

/** An empty text says nothing. */
const set = (text: string | undefined): string | undefined => text || undefined;

/** Every text in a value, changed. */
export function mapTexts(value: Json, change: (text: string) => string): Json {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((item: Json) => mapTexts(item, change));
  if (typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, mapTexts(item, change)]));
}
