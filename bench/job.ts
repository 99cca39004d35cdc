import { ROLE_ARN } from './answers.js';

export const REGION = 'eu-central-1';

/** The inputs of every step that is timed. */
export const INPUTS = { 'role-to-assume': ROLE_ARN, 'aws-region': REGION } as const;

/** What a job's steps find in their environment. Nothing of this process's own is passed on: NODE_OPTIONS might be. */
export function jobEnvironment(temp: string): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '',
    HOME: temp,
    RUNNER_TEMP: temp,
    GITHUB_ACTIONS: 'true',
    GITHUB_ACTION: '__self',
    GITHUB_ACTOR: 'octocat',
    GITHUB_EVENT_NAME: 'push',
    GITHUB_JOB: 'deploy',
    GITHUB_REF: 'refs/heads/main',
    GITHUB_REPOSITORY: 'octo-org/octo-repo',
    GITHUB_RUN_ATTEMPT: '1',
    GITHUB_RUN_ID: '1234567890',
    GITHUB_SHA: '0123456789abcdef0123456789abcdef01234567',
    GITHUB_WORKFLOW: 'deploy',
    GITHUB_WORKSPACE: temp,
  };
}
