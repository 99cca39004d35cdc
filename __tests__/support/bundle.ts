import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Cloud, Run } from '../../sandbox/cloud.js';
import { Job, type JobOptions } from '../../sandbox/runner/job.js';

/** The repository, which is the action's directory: action.yml and dist/ are in it. */
export const ACTION = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** The Node that runs the bundle; CI sets it to each that is supported. */
export const NODE = process.env['TEST_NODE'] ?? process.execPath;

/** The time limit of one request (http.ts). A process that ends sooner has not waited for a silent server. */
export const REQUEST_LIMIT_MS = 10_000;

const jobs: Job[] = [];

afterAll(() => {
  for (const job of jobs.splice(0)) job.dispose();
});

/** A job on the sandbox's runner whose environment is that of a workflow run; its folders go with the test file. */
export function startJob(
  cloud: Cloud,
  { run, env, ...options }: Omit<JobOptions, 'env'> & { run?: Run; env?: Record<string, string> } = {},
): Job {
  const job = new Job({
    event: cloud.event(run),
    node: NODE,
    ...options,
    env: {
      ...cloud.environment(run),
      AWS_REGION: 'us-east-1',
      AWS_EC2_METADATA_DISABLED: 'true',
      ...env,
    },
  });
  jobs.push(job);
  return job;
}
