import { basename, dirname } from 'node:path';
import { isServing, readEndpointProcess } from '../cleanup/endpoint.js';
import type { ParsedInputs } from '../inputs/inputs.js';
import type { Environment } from '../platform/runner.js';
import { TOKEN_FILE } from './endpoint-names.js';

/** What does not go with a credential endpoint: one line each, fit for an INPUT_INVALID error. */
export async function incompatibleEndpointInputs(
  inputs: Pick<ParsedInputs, 'refresh-credentials' | 'output-env-credentials'>,
  env: Environment,
): Promise<readonly string[]> {
  const problems: string[] = [];
  const refuse = (why: string): void => void problems.push(`credential-endpoint: ${why}`);
  if (!inputs['refresh-credentials']) refuse('requires refresh-credentials: true, whose sessions it serves.');
  if (inputs['output-env-credentials'] === false) {
    refuse(
      'cannot be combined with output-env-credentials: false, because tools find it by variables alone.',
    );
  }
  // It wins even when it is empty, and nothing can unset it.
  if (env['AWS_CONTAINER_CREDENTIALS_RELATIVE_URI'] !== undefined) {
    refuse(
      "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI is set, as in a task of ECS, and AWS's tools prefer it. Unset it where the runner is started, or use refresh-credentials alone.",
    );
  }
  if (await hasEndpoint(env)) {
    refuse(
      'an earlier step of this job has started one already, and a job has one. Take that back first (drop).',
    );
  }
  return problems;
}

/** Whether one of an earlier step still serves: one that was killed leaves its place to the next. */
async function hasEndpoint(env: Environment): Promise<boolean> {
  const file = env['AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE'] ?? '';
  const found = basename(file) === TOKEN_FILE ? readEndpointProcess(dirname(file)) : undefined;
  return found !== undefined && (await isServing(found));
}
