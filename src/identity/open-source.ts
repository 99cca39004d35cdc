import type { Clock } from '../clock.js';
import { Credentials } from '../credentials.js';
import type { Http } from '../http.js';
import { loadSts } from '../roles/connection.js';
import type { Runner } from '../runner.js';
import { accessKeys } from './access-keys.js';
import { environmentCredentials } from './environment.js';
import { githubOidc } from './github-oidc.js';
import type { IdentitySource, SourceName } from './source.js';
import { tokenFile } from './token-file.js';

/** The inputs the sources read. */
export interface SourceInputs {
  readonly audience: string | undefined;
  readonly 'web-identity-token-file': string | undefined;
  readonly 'aws-access-key-id': string | undefined;
  readonly 'aws-secret-access-key': string | undefined;
  readonly 'aws-session-token': string | undefined;
}

/** The source of that name. The inputs it needs have been checked (missingInputs in select.ts). */
export function openSource(
  name: SourceName,
  inputs: SourceInputs,
  runner: Runner,
  http: Http,
  clock: Clock,
): IdentitySource {
  switch (name) {
    case 'github-oidc':
      return githubOidc(runner, http, clock, inputs.audience);
    case 'web-identity-token-file':
      return tokenFile(runner, inputs['web-identity-token-file'] ?? '');
    case 'access-keys':
      return accessKeys(givenKeys(inputs));
    case 'environment':
      return environmentCredentials(runner, async () => (await loadSts()).resolveAmbientCredentials());
  }
}

function givenKeys(inputs: SourceInputs): Credentials {
  return new Credentials({
    accessKeyId: inputs['aws-access-key-id'] ?? '',
    secretAccessKey: inputs['aws-secret-access-key'] ?? '',
    sessionToken: inputs['aws-session-token'],
  });
}
