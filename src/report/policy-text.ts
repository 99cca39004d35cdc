import { readFileSync, realpathSync, statSync } from 'node:fs';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { errnoOf } from '../core/errno.js';
import { quote } from '../core/text.js';
import { TrustSyntaxError } from '../trust/language/json.js';

/** A policy has at most 10,240 characters; white space does not count. */
const MAX_BYTES = 200_000;

/** The text of a policy that an input names: JSON, or the path of a file. Throws where there is no such file in the workspace. */
export function readPolicyText(source: string, workspace: string): string {
  if (source.startsWith('{')) return source;
  const root = realpathSync(workspace);
  const path = realpathSync(resolve(root, source));
  const way = relative(root, path);
  // From one drive of Windows to another there is no relative way.
  const isInside = !isAbsolute(way) && !way.split(sep).includes('..');
  const stats = statSync(path);
  // A named pipe would be waited for.
  if (!isInside || !stats.isFile() || stats.size > MAX_BYTES)
    throw new RangeError('not a file in the workspace');
  return readFileSync(path, 'utf8');
}

/** Why a policy cannot be used, in one sentence: what was thrown by reading or parsing it. */
export function policyProblem(input: string, source: string, error: unknown): string {
  if (error instanceof TrustSyntaxError) {
    const file = source.startsWith('{') || input === 'trust-policy' ? '' : ` ${quote(source, 200)}`;
    return `${input}${file}, ${error.message}`;
  }
  const path = quote(source, 200);
  return errnoOf(error) === 'ENOENT'
    ? `${input} could not be read: there is no file ${path} in the workspace. Was the repository checked out before this step (actions/checkout)?`
    : `${input} could not be read: ${path} is not a file in the workspace; a path there, or JSON, is expected.`;
}
