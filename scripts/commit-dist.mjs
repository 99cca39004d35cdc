// Prints the request (GitHub's GraphQL) for a commit that makes one dist/ of another: `commit-dist.mjs BEFORE AFTER`, with
// GITHUB_REPOSITORY, BRANCH and HEAD_SHA. Prints nothing where they are the same. What AFTER holds was made by packages
// that nobody has looked at: it is read, never run, and only plain files with plain names are taken.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const MAX_BYTES = 16_000_000;
const NAME = /^[\w-][\w.-]*$/;
const MUTATION = `mutation ($input: CreateCommitOnBranchInput!) {
  createCommitOnBranch(input: $input) { commit { oid } }
}`;

function filesBelow(directory, folder = '') {
  const entries = readdirSync(join(directory, folder), { withFileTypes: true });
  return entries
    .sort((one, other) => (one.name < other.name ? -1 : 1))
    .flatMap((entry) => {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (!NAME.test(entry.name))
        throw new Error(`${JSON.stringify(path)} is not a name that the build gives`);
      if (entry.isDirectory()) return filesBelow(directory, path);
      if (!entry.isFile()) throw new Error(`${JSON.stringify(path)} is not a plain file`);
      return [path];
    });
}

const read = (directory) =>
  new Map(filesBelow(directory).map((path) => [path, readFileSync(join(directory, path))]));

function variable(name, pattern) {
  const value = process.env[name] ?? '';
  if (!pattern.test(value)) throw new Error(`${name}: got ${JSON.stringify(value)}; allowed: ${pattern}`);
  return value;
}

function requestFor(before, after) {
  const size = [...after.values()].reduce((sum, { length }) => sum + length, 0);
  if (after.size === 0 || size > MAX_BYTES)
    throw new Error(`got ${after.size} files of ${size} bytes; allowed: 1 to ${MAX_BYTES} bytes`);
  const additions = [...after]
    .filter(([path, content]) => !before.get(path)?.equals(content))
    .map(([path, content]) => ({ path: `dist/${path}`, contents: content.toString('base64') }));
  const deletions = [...before.keys()]
    .filter((path) => !after.has(path))
    .map((path) => ({ path: `dist/${path}` }));
  if (additions.length + deletions.length === 0) return undefined;
  const input = {
    branch: {
      repositoryNameWithOwner: variable('GITHUB_REPOSITORY', /^[\w.-]+\/[\w.-]+$/),
      branchName: variable('BRANCH', /^dependabot\/[\w./@+-]+$/),
    },
    expectedHeadOid: variable('HEAD_SHA', /^[0-9a-f]{40}$/),
    message: { headline: 'Build dist/ with the updated packages' },
    fileChanges: { additions, deletions },
  };
  return { query: MUTATION, variables: { input } };
}

try {
  const [before, after] = process.argv.slice(2);
  const request = requestFor(read(before), read(after));
  if (request !== undefined) process.stdout.write(`${JSON.stringify(request)}\n`);
} catch (error) {
  console.error(`commit-dist: ${error.message}`);
  process.exitCode = 1;
}
