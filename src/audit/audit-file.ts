import { join, resolve } from 'node:path';
import { ActionError } from '../core/errors.js';
import { quote } from '../core/text.js';
import type { Restore } from '../platform/command-file.js';
import { expandHome } from '../platform/home-path.js';
import { readPrivateFile, updatePrivateFile } from '../platform/private-file.js';
import type { Runner } from '../platform/runner.js';

/** Whose files have lines of another kind: the runner would take the record for commands, AWS's tools for settings. */
const OTHERS = [
  'GITHUB_ENV',
  'GITHUB_OUTPUT',
  'GITHUB_STATE',
  'GITHUB_PATH',
  'GITHUB_STEP_SUMMARY',
  'GITHUB_EVENT_PATH',
  'AWS_SHARED_CREDENTIALS_FILE',
  'AWS_CONFIG_FILE',
  'AWS_WEB_IDENTITY_TOKEN_FILE',
  'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE',
];

/**
 * Where the record goes.
 * @throws ActionError FILE_REFUSED for a file of the runner's or of AWS's tools
 */
export function auditPath(auditFile: string, { env, home }: Pick<Runner, 'env' | 'home'>): string {
  const path = resolve(env['GITHUB_WORKSPACE'] || '.', auditFile);
  const named = OTHERS.find((name) => env[name] && resolve(expandHome(env[name], home)) === path);
  const ofTools = home !== '' && ['credentials', 'config'].some((name) => join(home, '.aws', name) === path);
  if (named === undefined && !ofTools) return path;
  throw new ActionError(
    'FILE_REFUSED',
    `audit-file: ${quote(auditFile)} is ${named === undefined ? "a file of AWS's tools" : `the file of ${named}`}.`,
    { hint: 'Nothing was exported. Name a file that holds nothing but records.' },
  );
}

/**
 * Refuses early what could not be written later.
 * @throws ActionError FILE_REFUSED
 */
export function checkAuditFile(path: string): void {
  inWords(() => readPrivateFile(path));
}

/**
 * Adds a line: each step that names the file has one, and none replaces another's. A reader sees all of it or nothing.
 * @throws ActionError FILE_REFUSED
 */
export function addLine(path: string, json: string, maxWaitMs?: number): Restore {
  // The file's text is one character a byte.
  const line = Buffer.from(`${json}\n`).toString('latin1');
  let isNew = false;
  inWords(() =>
    updatePrivateFile(
      path,
      false,
      (text) => {
        isNew = text === undefined;
        return text && !text.endsWith('\n') ? `${text}\n${line}` : `${text ?? ''}${line}`;
      },
      maxWaitMs,
    ),
  );
  return () =>
    inWords(() =>
      updatePrivateFile(path, false, (text) => {
        const start = text?.lastIndexOf(line) ?? -1;
        if (text === undefined || start < 0) return text;
        const rest = text.slice(0, start) + text.slice(start + line.length);
        return rest === '' && isNew ? undefined : rest;
      }),
    );
}

function inWords(work: () => unknown): void {
  try {
    work();
  } catch (error) {
    throw error instanceof ActionError
      ? error.within('audit-file: the record of this step cannot be written.', {
          hint: 'Nothing was exported. The file must be a regular file that this user owns and can write, in a directory that is not a symbolic link.',
        })
      : error;
  }
}
