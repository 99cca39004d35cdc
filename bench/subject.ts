import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inputVariables, readActionManifest, resolveInputs } from '../sandbox/runner/action-manifest.js';
import { parseCommandFile } from '../sandbox/runner/command-files.js';
import { REFUSED_ROLE_ARN, ROLE_ARN } from './answers.js';
import type { Options } from './options.js';
import { type Program, runProgram } from './program.js';
import type { Server } from './server-process.js';

export type Kind =
  | 'bare node'
  | 'warm helper'
  | 'floor'
  | 'floor, 3 roles'
  | 'main'
  | 'main, 3 roles'
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

const REGION = 'eu-central-1';

/** Everything to time, in the order of the report. Runs each action's main once, for what its post is to undo. */
export async function prepareSubjects(
  options: Options,
  root: string,
  temp: string,
  servers: readonly Server[],
): Promise<readonly Subject[]> {
  const { node, peer } = options;
  const job = jobEnvironment(temp);
  const own = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
  const subjects: Subject[] = [
    { kind: 'bare node', server: undefined, node, script: own('./bare.cjs'), env: job, exports: false },
  ];
  subjects.push(warmHelper(root, node, job, temp));
  for (const server of servers) {
    const env = { ...job, ...serverVariables(server), 'INPUT_ROLE-TO-ASSUME': ROLE_ARN, AWS_REGION: REGION };
    const floor = { server, node, script: own('./floor.cjs'), exports: true };
    subjects.push({ ...floor, kind: 'floor', env });
    subjects.push({ ...floor, kind: 'floor, 3 roles', env: { ...env, FLOOR_HOPS: '3' } });
  }
  const ours = await actionSubjects(root, ['main', 'post'], node, job, servers, temp);
  const mains = ours.filter(({ kind }) => kind === 'main');
  subjects.push(...ours, ...mains.map(withChain), ...mains.slice(0, 1).flatMap(failures));
  if (peer !== undefined) {
    subjects.push(...(await actionSubjects(peer, ['peer main', 'peer post'], node, job, servers, temp)));
  }
  return subjects;
}

/** The same step with two more roles behind the first: four requests in all. */
function withChain(main: Subject): Subject {
  return {
    ...main,
    kind: 'main, 3 roles',
    env: { ...main.env, 'INPUT_ROLE-CHAIN': `${ROLE_ARN}\n${ROLE_ARN}` },
  };
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
function warmHelper(
  root: string,
  node: string,
  job: Readonly<Record<string, string>>,
  temp: string,
): Subject {
  const state = join(temp, 'state.json');
  const [Obtained, Expiration] = [0, 43_200_000].map((ms) => new Date(Date.now() + ms).toISOString());
  const keys = { AccessKeyId: 'ASIAEXAMPLE', SecretAccessKey: 's'.repeat(40), SessionToken: 't'.repeat(800) };
  const session = { ...keys, Obtained, Expiration };
  writeFileSync(state, JSON.stringify({ version: 1, inputs: {}, env: {}, session }), { mode: 0o600 });
  const script = join(root, 'dist', 'credential-process', 'index.js');
  return { kind: 'warm helper', server: undefined, node, script, args: [state], env: job, exports: false };
}

async function actionSubjects(
  directory: string,
  [mainKind, postKind]: readonly [Kind, Kind],
  node: string,
  job: Readonly<Record<string, string>>,
  servers: readonly Server[],
  temp: string,
): Promise<readonly Subject[]> {
  const manifest = readActionManifest(directory);
  const { inputs } = resolveInputs(manifest, { 'role-to-assume': ROLE_ARN, 'aws-region': REGION });
  const stepEnv = { ...job, ...inputVariables(inputs) };
  const mains = servers.map((server): Subject => {
    const env = { ...stepEnv, ...serverVariables(server) };
    return { kind: mainKind, server, node, script: manifest.main, env, exports: true };
  });
  const [first] = mains;
  if (first === undefined || manifest.post === undefined) return mains;
  const { files } = await runProgram(first, temp);
  const state = [...parseCommandFile(files.state)].map(([name, value]) => [`STATE_${name}`, value] as const);
  const env = {
    ...stepEnv,
    ...Object.fromEntries([...parseCommandFile(files.env), ...state]),
  };
  return [...mains, { kind: postKind, server: undefined, node, script: manifest.post, env, exports: false }];
}

/** What a job's steps find in their environment. Nothing of this process's own is passed on: NODE_OPTIONS might be. */
function jobEnvironment(temp: string): Record<string, string> {
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

function serverVariables({ url }: Server): Record<string, string> {
  return {
    ACTIONS_ID_TOKEN_REQUEST_URL: `${url}/token?api-version=2.0`,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'bench-request-token',
    AWS_ENDPOINT_URL_STS: url,
  };
}
