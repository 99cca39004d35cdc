import { inputVariables, readActionManifest, resolveInputs } from '../sandbox/runner/action-manifest.js';
import { parseCommandFile } from '../sandbox/runner/command-files.js';
import { ROLE_ARN } from './answers.js';
import { INPUTS } from './job.js';
import { runProgram } from './program.js';
import type { Server } from './server-process.js';
import type { Kind, Launch, Subject } from './subject.js';

/** An action's main, once for each server. */
export function mainsOf(
  directory: string,
  kind: Kind,
  launch: Launch,
  servers: readonly Server[],
): readonly Subject[] {
  const { env, script } = stepOf(directory, launch);
  return servers.map((server) => {
    return { ...launch, kind, server, script, env: { ...env, ...server.env }, exports: true };
  });
}

/** An action's post with the record of a real main, which runs once for it; undefined for an action without one. */
export async function postOf(
  directory: string,
  kind: Kind,
  launch: Launch,
  main: Subject | undefined,
  temp: string,
): Promise<Subject | undefined> {
  const { env: stepEnv, post } = stepOf(directory, launch);
  if (main === undefined || post === undefined) return undefined;
  const { files } = await runProgram(main, temp);
  const state = [...parseCommandFile(files.state)].map(([name, value]) => [`STATE_${name}`, value] as const);
  const env = { ...stepEnv, ...Object.fromEntries([...parseCommandFile(files.env), ...state]) };
  return { ...launch, kind, server: undefined, script: post, env, exports: false };
}

/** The same step with two more roles behind the first: four requests in all. */
export function withChain(main: Subject): Subject {
  const env = { ...main.env, 'INPUT_ROLE-CHAIN': `${ROLE_ARN}\n${ROLE_ARN}` };
  return { ...main, kind: 'main, 3 roles', env };
}

function stepOf(directory: string, { env }: Launch) {
  const manifest = readActionManifest(directory);
  const { inputs } = resolveInputs(manifest, INPUTS);
  return { script: manifest.main, post: manifest.post, env: { ...env, ...inputVariables(inputs) } };
}
