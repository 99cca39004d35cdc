import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseTrustPolicy } from '../../src/trust/language/parse.js';
import { decide } from '../../src/trust/reach/evaluator.js';
import { directoryWith, runCheckCommand } from './check-trust.js';

import { PROVIDER } from './trust-policies.js';

export const HOST = 'token.actions.githubusercontent.com';
const IDS = JSON.stringify({ 'octo-org/octo-repo': { owner_id: 65, repository_id: '74' } });
/** A subject that has only names, and its immutable form. */
export const MAIN = 'repo:octo-org/octo-repo:ref:refs/heads/main';
export const NEW_MAIN = 'repo:octo-org@65/octo-repo@74:ref:refs/heads/main';

type Files = Readonly<Record<string, string>>;

const directoryOf = (files: Files): string => directoryWith({ 'ids/ids.json': IDS, ...files });

const run = (directory: string, ...args: readonly string[]) => runCheckCommand(directory, args);

/** Runs the command on some policies. */
export const migrate = (files: Files) =>
  run(directoryOf(files), '--migrate', 'ids/ids.json', ...Object.keys(files));

/** Applies what the command prints, with git itself. */
export async function applied(files: Files, stage: string): Promise<Files> {
  const directory = directoryOf(files);
  const { lines } = await run(
    directory,
    '--migrate',
    'ids/ids.json',
    '--stage',
    stage,
    ...Object.keys(files),
  );
  const input = `${lines.join('\n')}\n`;
  const { status, stderr } = spawnSync('git', ['apply', '--unsafe-paths', '-'], {
    cwd: directory,
    input,
    encoding: 'utf8',
  });
  expect([status, stderr]).toEqual([0, '']);
  return Object.fromEntries(
    Object.keys(files).map((path) => [path, readFileSync(join(directory, path), 'utf8')]),
  );
}

export type Block = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** A policy of one statement; claims are written without their prefix. */
export function policyWith(conditions: Block, more: object = {}): string {
  const Condition = Object.fromEntries(
    Object.entries(conditions).map(([operator, keys]) => [
      operator,
      Object.fromEntries(
        Object.entries(keys).map(([name, value]) => [name.includes(':') ? name : `${HOST}:${name}`, value]),
      ),
    ]),
  );
  const statement = {
    Effect: 'Allow',
    Principal: { Federated: PROVIDER },
    Action: 'sts:AssumeRoleWithWebIdentity',
    Condition,
    ...more,
  };
  return `${JSON.stringify({ Version: '2012-10-17', Statement: [statement] }, null, 2)}\n`;
}

/** Whether a policy lets in the token with this subject and these ids. */
export function lets(text: string, sub: string, [ownerId, repositoryId] = ['65', '74']): boolean {
  const claims = {
    iss: `https://${HOST}`,
    aud: 'sts.amazonaws.com',
    sub,
    repository_id: repositoryId,
    repository_owner_id: ownerId,
  };
  return decide(parseTrustPolicy(text), PROVIDER, claims).decision === 'allow';
}
