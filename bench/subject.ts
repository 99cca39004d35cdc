import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mainsOf, postOf, withChain } from './action-subjects.js';
import { REFUSED_ROLE_ARN, ROLE_ARN } from './answers.js';
import { jobEnvironment, REGION } from './job.js';
import type { Options } from './options.js';
import type { Program } from './program.js';
import type { Server } from './server-process.js';

export type Kind =
  | 'bare node'
  | 'warm helper'
  | 'floor'
  | 'floor, 3 roles'
  | 'limit'
  | 'limit, 3 roles'
  | 'limit, Cognito'
  | 'main'
  | 'main, 3 roles'
  | 'main, Cognito'
  | 'main, refused'
  | 'main, no token'
  | 'post'
  | 'peer main'
  | 'peer post';

/** One thing to time. */
export interface Subject extends Program {
  readonly kind: Kind;
  /** Undefined where nothing is asked of a server. */
  readonly server: Server | undefined;
}

/** How a program of the bench is started, and the environment of its job. */
export type Launch = Pick<Program, 'node' | 'command' | 'env'>;

/** Everything to time on loopback, in the order of the report. Runs each action's main once, for its post. */
export async function prepareSubjects(
  { node, peer }: Options,
  root: string,
  temp: string,
  servers: readonly Server[],
): Promise<readonly Subject[]> {
  const launch: Launch = { node, command: [], env: jobEnvironment(temp) };
  const mains = mainsOf(root, 'main', launch, servers);
  const peers = peer === undefined ? [] : mainsOf(peer, 'peer main', launch, servers);
  const posts = [
    await postOf(root, 'post', launch, mains[0], temp),
    peer === undefined ? undefined : await postOf(peer, 'peer post', launch, peers[0], temp),
  ];
  return [
    bareNode(launch),
    warmHelper(root, launch, temp),
    ...servers.flatMap((server) => [
      byHand('floor', launch, server),
      byHand('floor, 3 roles', launch, server, { FLOOR_HOPS: '3' }),
    ]),
    ...mains,
    ...mains.map(withChain),
    ...mains.slice(0, 1).flatMap(failures),
    ...peers,
    ...posts.filter((post) => post !== undefined),
  ];
}

export function bareNode(launch: Launch): Subject {
  return { ...launch, kind: 'bare node', server: undefined, script: ownScript('./bare.cjs'), exports: false };
}

/** The requests by hand (floor.cts), as `variables` say. */
export function byHand(
  kind: Kind,
  launch: Launch,
  server: Server,
  variables: Readonly<Record<string, string>> = {},
): Subject {
  const inputs = { 'INPUT_ROLE-TO-ASSUME': ROLE_ARN, AWS_REGION: REGION };
  const env = { ...launch.env, ...server.env, ...inputs, ...variables };
  return { ...launch, kind, server, script: ownScript('./floor.cjs'), env, exports: true };
}

/** The same step where STS refuses the role, and in a job that may not request a token. */
function failures(main: Subject): readonly Subject[] {
  const failing = { ...main, exports: false, exitCode: 1 };
  const noToken = Object.entries(main.env).filter(([name]) => !name.startsWith('ACTIONS_ID_TOKEN_'));
  return [
    { ...failing, kind: 'main, refused', env: { ...main.env, 'INPUT_ROLE-TO-ASSUME': REFUSED_ROLE_ARN } },
    { ...failing, kind: 'main, no token', server: undefined, env: Object.fromEntries(noToken) },
  ];
}

/** The helper of `refresh-credentials`, with a session in its state that has just begun. */
function warmHelper(root: string, launch: Launch, temp: string): Subject {
  const state = join(temp, 'state.json');
  const [Obtained, Expiration] = [0, 43_200_000].map((ms) => new Date(Date.now() + ms).toISOString());
  const keys = { AccessKeyId: 'ASIAEXAMPLE', SecretAccessKey: 's'.repeat(40), SessionToken: 't'.repeat(800) };
  const session = { ...keys, Obtained, Expiration };
  writeFileSync(state, JSON.stringify({ version: 1, inputs: {}, env: {}, session }), { mode: 0o600 });
  const script = join(root, 'dist', 'credential-process', 'index.js');
  return { ...launch, kind: 'warm helper', server: undefined, script, args: [state], exports: false };
}

function ownScript(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}
