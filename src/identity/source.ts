import type { Identity } from '../credentials.js';

export type SourceName = 'github-oidc' | 'web-identity-token-file' | 'access-keys' | 'environment';

/** Where the first identity comes from. One file per source. */
export interface IdentitySource {
  /** Asks for an identity; asked again, gives a fresh one. Everything secret in it has been masked. */
  obtain(): Promise<Identity>;
}
