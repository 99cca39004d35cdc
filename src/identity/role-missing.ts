import type { Runner } from '../platform/runner.js';
import { DEPENDABOT, isPullRequestFromFork } from './token-missing.js';
import { mayRequestToken } from './token-request.js';

/**
 * Why there may be no role, in one paragraph: the commonest first step goes wrong in a secret's name, not in AWS. The
 * runner gives an action an empty text for a secret that does not exist, is not visible, or was never asked for.
 * (https://docs.github.com/actions/how-tos/write-workflows/choose-what-workflows-do/use-secrets)
 */
export async function whyRoleIsEmpty(runner: Runner): Promise<string> {
  const token = mayRequestToken(runner)
    ? 'The job may ask GitHub for a token, so that only the role is missing.'
    : 'The job may not ask GitHub for a token either: that takes permissions: { id-token: write }.';
  return `${await emptySecrets(runner)} ${token}`;
}

async function emptySecrets(runner: Runner): Promise<string> {
  if (await isPullRequestFromFork(runner)) {
    return 'This pull request comes from a fork, whose runs get no secrets and no token: skip the step for it, with if: github.event.pull_request.head.repo.full_name == github.repository.';
  }
  if (runner.env['GITHUB_ACTOR'] === DEPENDABOT) {
    return "Dependabot started this run, and its runs see Dependabot's own secrets only.";
  }
  return 'A secret or variable is empty where its name is misspelt, where it belongs to an environment that the job does not name (environment: NAME), where the organisation does not share it with this repository, and in a reusable workflow that is called without secrets: inherit.';
}
