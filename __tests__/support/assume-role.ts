import type { Cloud, Run } from '../../sandbox/cloud.js';
import { sharedCloud } from './cloud.js';
import { type Answer, assumeWithToken, type Keys, keysOf, requestToken, signed } from './sts-client.js';

/** The sandbox's role that GitHub's main branch opens, and the one that its session opens from there. */
export const HUB = 'arn:aws:iam::222233334444:role/hub-deploy';
export const SPOKE = 'arn:aws:iam::444455556666:role/spoke-deploy';
export const HUB_SESSION = 'arn:aws:sts::222233334444:assumed-role/hub-deploy/GitHubActions';

/** One sandbox for all tests of a file, with what these ask of its STS. */
export function roleSandbox() {
  const sandbox = sharedCloud();
  return {
    get cloud(): Cloud {
      return sandbox.cloud;
    },
    assume(
      keys: Keys,
      roleArn: string,
      more: Readonly<Record<string, string>> = {},
      on: Cloud = sandbox.cloud,
    ): Promise<Answer> {
      const params = { Action: 'AssumeRole', RoleArn: roleArn, RoleSessionName: 'session' };
      return signed(on, keys, { ...params, ...more });
    },
    /** A session of the hub, for a workflow run. */
    async hubKeys(run?: Run): Promise<Keys> {
      const token = await requestToken(sandbox.cloud.environment(run));
      return keysOf(await assumeWithToken(sandbox.cloud, HUB, token));
    },
  };
}

/** How STS refuses a call. It adds a reason where caller and role are in one account or organization. */
export function denied(caller: string, action: string, resource: string, reason?: string) {
  const message = `User: ${caller} is not authorized to perform: ${action} on resource: ${resource}`;
  return {
    status: 403,
    code: 'AccessDenied',
    message: reason === undefined ? message : `${message} ${reason}`,
  };
}
