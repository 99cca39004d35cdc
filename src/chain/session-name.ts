import type { Environment } from '../platform/runner.js';

const MAX_LENGTH = 64;
/** A run's number and attempt have about a dozen digits; whatever they are, the repository must still show. */
const MAX_RUN_LENGTH = 40;

/** The name of configure-aws-credentials's sessions, kept so that policies and alarms on it keep working. */
export const DEFAULT_SESSION_NAME = 'GitHubActions';

/**
 * The session's name: as given, or `GitHubActions`. `auto` is `gh-OWNER-REPO-RUN_ID-ATTEMPT`, made of the characters
 * STS allows. Where that is longer than 64, the repository is cut: the run is what an auditor looks for.
 */
export function sessionName(given: string | undefined, env: Environment): string {
  if (given !== 'auto') return given ?? DEFAULT_SESSION_NAME;
  const valid = (text: string): string => text.replace(/[^\w+=,.@-]/g, '-');
  const run = valid(`-${env['GITHUB_RUN_ID'] ?? '0'}-${env['GITHUB_RUN_ATTEMPT'] ?? '1'}`).slice(
    0,
    MAX_RUN_LENGTH,
  );
  const repository = valid(`gh-${env['GITHUB_REPOSITORY'] ?? 'unknown'}`);
  return repository.slice(0, MAX_LENGTH - run.length) + run;
}
