import type { Credentials } from '../core/credentials.js';
import type { Runner } from '../platform/runner.js';
import type { IdentitySource } from './source.js';

/**
 * The credentials that are there already, found as the AWS SDK finds them: environment variables, shared files, web
 * identity, container and instance metadata.
 * @param resolve throws ActionError CREDENTIALS_NOT_FOUND
 */
export function environmentCredentials(runner: Runner, resolve: () => Promise<Credentials>): IdentitySource {
  return {
    async obtain() {
      const credentials = await resolve();
      for (const secret of credentials.secrets) runner.mask(secret);
      return { kind: 'aws', credentials };
    },
  };
}
