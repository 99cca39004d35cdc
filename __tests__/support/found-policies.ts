import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readPolicyFiles } from '../../src/check-trust/sources/files.js';
import { findPolicies } from '../../src/check-trust/sources/find-policies.js';
import type { FoundPolicy, RoleProblem } from '../../src/check-trust/sources/found.js';
import type { TrustPolicy } from '../../src/trust/language/policy.js';
import { temporaryDirectory } from './files.js';

export const HOST = 'token.actions.githubusercontent.com';
export const PROVIDER = `arn:aws:iam::000000000000:oidc-provider/${HOST}`;

/** How a text shows what only a deployment knows. */
export const unknown = (name: string): string => `\${${name}}`;

/** What is found in some of the files of a directory. */
export async function findIn(
  files: Readonly<Record<string, string>>,
  ...patterns: readonly string[]
): Promise<{ readonly policies: readonly FoundPolicy[]; readonly problems: readonly RoleProblem[] }> {
  const directory = temporaryDirectory();
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), text);
  }
  const found = [];
  for (const file of readPolicyFiles(patterns, directory)) found.push(await findPolicies(file));
  return {
    policies: found.flatMap(({ policies }) => policies),
    problems: found.flatMap(({ problems }) => problems),
  };
}

/** A policy in short: its principals, and its conditions as `OPERATOR KEY value|value`. */
export function shortOf({ statements }: TrustPolicy): readonly string[] {
  return statements.flatMap(({ principals, conditions }) => [
    ...principals.map(({ text }) => text),
    ...conditions.map(
      ({ operator, key, values }) =>
        `${operator.written} ${key.text} ${values.map(({ text }) => text).join('|')}`,
    ),
  ]);
}

/** The roles of some files with their policies in short. */
export async function rolesIn(
  files: Readonly<Record<string, string>>,
  ...patterns: readonly string[]
): Promise<Readonly<Record<string, readonly string[]>>> {
  const { policies } = await findIn(files, ...patterns);
  return Object.fromEntries(policies.map(({ role = '', policy }) => [role, shortOf(policy)]));
}
