import { type Stats, statSync } from 'node:fs';
import { join } from 'node:path';
import { ActionError } from '../core/errors.js';
import { quote } from '../core/text.js';
import type { Runner } from '../platform/runner.js';

/** AWS's shared files and tokens have a few kilobytes. */
const MAX_BYTES = 16_000_000;

/**
 * Refuses files on which the AWS SDK's own look-up would wait for ever, or for which it has no room: it opens whatever
 * the variables name, and neither a time limit nor the end of the process gets it out of that.
 * @throws ActionError CREDENTIALS_NOT_FOUND
 */
export function checkCredentialFiles({ env, home }: Pick<Runner, 'env' | 'home'>): void {
  const files = {
    AWS_CONFIG_FILE: env['AWS_CONFIG_FILE'] || join(home, '.aws', 'config'),
    AWS_SHARED_CREDENTIALS_FILE: env['AWS_SHARED_CREDENTIALS_FILE'] || join(home, '.aws', 'credentials'),
    AWS_WEB_IDENTITY_TOKEN_FILE: env['AWS_WEB_IDENTITY_TOKEN_FILE'] ?? '',
    AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: env['AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE'] ?? '',
  };
  for (const [variable, path] of Object.entries(files)) {
    const why = whyUnreadable(path);
    if (why === undefined) continue;
    throw new ActionError(
      'CREDENTIALS_NOT_FOUND',
      `The AWS credentials of the environment cannot be looked for: ${quote(path)} ${why}.`,
      { hint: `It is the file that ${variable} names, or its default. Give the path of a regular file.` },
    );
  }
}

function whyUnreadable(path: string): string | undefined {
  const stats = statsOf(path);
  if (stats === undefined || stats.isDirectory()) return undefined; // The SDK passes over these.
  if (stats.isFile()) return stats.size > MAX_BYTES ? `has more than ${MAX_BYTES} bytes` : undefined;
  // AWS_CONFIG_FILE=/dev/null is how many say "none".
  const isNull = stats.isCharacterDevice() && stats.rdev === statsOf('/dev/null')?.rdev;
  return isNull ? undefined : 'is not a regular file';
}

function statsOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}
