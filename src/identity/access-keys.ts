import { Credentials } from '../core/credentials.js';
import type { IdentitySource, SourceFacts } from './source.js';

export const accessKeyFacts = {
  name: 'access-keys',
  kind: 'aws',
  token: undefined,
  requestsGithubToken: false,
  isUser: true,
  requires: ['aws-access-key-id'],
  renewal: 'never',
  variables: [],
  whyChosen: (inputs) => (inputs['aws-access-key-id'] === undefined ? undefined : 'aws-access-key-id is set'),
  read({
    'aws-access-key-id': accessKeyId,
    'aws-secret-access-key': secretAccessKey,
    'aws-session-token': sessionToken,
  }) {
    // inputs/relations.ts reports one key without the other.
    if (accessKeyId === undefined || secretAccessKey === undefined) return undefined;
    return {
      source: 'access-keys',
      credentials: new Credentials({ accessKeyId, secretAccessKey, sessionToken }),
    } as const;
  },
} as const satisfies SourceFacts;

/** Access keys given as inputs, masked when they were read. */
export function accessKeys(credentials: Credentials): IdentitySource {
  return { obtain: async () => ({ kind: 'aws', credentials }) };
}
