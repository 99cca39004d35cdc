// Not 'node:fs/promises': by way of node:fs it is loaded when it is used.

import { constants, promises } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { dirname, isAbsolute, join, posix } from 'node:path';
import { errnoOf } from '../core/errno.js';
import { ActionError } from '../core/errors.js';
import { quote } from '../core/text.js';
import { storedWebIdentity, tokenSecrets } from './jwt.js';
import type { IdentitySource, SourceContext, SourceFacts } from './source.js';

export const tokenFileFacts = {
  name: 'web-identity-token-file',
  kind: 'web-identity',
  token: {
    isGithub: false,
    whenExpired:
      'The file was read again and still holds the expired token, so it was not renewed. Check that whatever writes web-identity-token-file is still running.',
    changeAudience: (_current, usual) =>
      `Request the token in web-identity-token-file for one of them (usually ${usual})`,
  },
  requestsGithubToken: false,
  isUser: false,
  requires: ['web-identity-token-file', 'role-to-assume'],
  renewal: 'always',
  variables: [],
  whyChosen: (inputs) =>
    inputs['web-identity-token-file'] === undefined ? undefined : 'web-identity-token-file is set',
  read: ({ 'web-identity-token-file': path }) =>
    path === undefined ? undefined : ({ source: 'web-identity-token-file', path } as const),
} as const satisfies SourceFacts;

/** STS's limits on a token. */
const MIN_LENGTH = 4;
const MAX_LENGTH = 20_000;

/**
 * The kubelet projects service account tokens through links of its own (token → ..data/token → ..TIMESTAMP/token), in
 * places only it writes to.
 */
const KUBELET_TOKEN = /^\/var\/run\/secrets\/[^/]+\/serviceaccount\/token$/;

/**
 * A token from a file, such as that of an EKS service account. Read anew each time, since the kubelet replaces it.
 * @throws ActionError TOKEN_FILE_UNREADABLE
 */
export function tokenFile({ runner, accept }: SourceContext, path: string): IdentitySource {
  const file = isAbsolute(path) ? path : join(runner.env['GITHUB_WORKSPACE'] ?? '', path);
  return {
    async obtain() {
      const token = (await readRegularFile(file)).trim();
      if (token.length < MIN_LENGTH || token.length > MAX_LENGTH || /[^\x21-\x7e]/.test(token)) {
        throw unreadable(
          file,
          `its content is not a token (${MIN_LENGTH} to ${MAX_LENGTH} characters without spaces)`,
        );
      }
      for (const secret of tokenSecrets(token)) runner.mask(secret);
      const identity = storedWebIdentity(token);
      accept(identity.claims);
      return identity;
    },
  };
}

async function readRegularFile(file: string): Promise<string> {
  const followsLinks = process.platform !== 'win32' && KUBELET_TOKEN.test(posix.normalize(file));
  if (!followsLinks && (await isLink(dirname(file))))
    throw unreadable(file, 'its directory is a symbolic link');
  const noFollow = followsLinks ? 0 : (constants.O_NOFOLLOW ?? 0);
  let handle: FileHandle | undefined;
  try {
    // Without O_NONBLOCK, opening a named pipe would wait for a writer.
    handle = await promises.open(file, constants.O_RDONLY | noFollow | (constants.O_NONBLOCK ?? 0));
    const stats = await handle.stat();
    if (!stats.isFile()) throw unreadable(file, 'it is not a regular file');
    if (stats.size > 4 * MAX_LENGTH) throw unreadable(file, 'it is too large for a token');
    return await handle.readFile('utf8');
  } catch (error) {
    if (error instanceof ActionError) throw error;
    const code = errnoOf(error) ?? 'unknown';
    throw unreadable(file, REASONS.get(code) ?? `it cannot be read (${code})`, error);
  } finally {
    await handle?.close();
  }
}

const REASONS: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'it does not exist'],
  ['ELOOP', 'it is a symbolic link'],
  ['EACCES', 'this user may not read it'],
]);

async function isLink(path: string): Promise<boolean> {
  try {
    return (await promises.lstat(path)).isSymbolicLink();
  } catch {
    return false; // Opening the file will say what is wrong.
  }
}

function unreadable(file: string, why: string, cause?: unknown): ActionError {
  return new ActionError(
    'TOKEN_FILE_UNREADABLE',
    `web-identity-token-file: cannot use ${quote(file)}: ${why}.`,
    {
      hint: 'Set it to the path of a regular file that holds an OIDC token, absolute or relative to the workspace.',
      cause,
    },
  );
}
