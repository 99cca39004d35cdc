import { join } from 'node:path';

/** A path in which `~` is the home directory, as for the AWS CLI and boto3. */
export function expandHome(path: string, home: string): string {
  return /^~[\\/]/.test(path) ? join(home, path.slice(2)) : path;
}
