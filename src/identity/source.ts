import type { Clock } from '../clock.js';
import type { Claims, Identity } from '../credentials.js';
import type { Http } from '../http.js';
import type { Runner } from '../runner.js';

export const SOURCE_NAMES = [
  'github-oidc',
  'web-identity-token-file',
  'access-keys',
  'environment',
  'cognito',
  'saml',
] as const;

export type SourceName = (typeof SOURCE_NAMES)[number];

/** Where the first identity comes from. One file per source. */
export interface IdentitySource {
  /** Asks for an identity; asked again, gives a fresh one. Everything secret in it has been masked. */
  obtain(): Promise<Identity>;
}

/** What the sources work with. */
export interface SourceContext {
  readonly runner: Runner;
  readonly http: Http;
  readonly clock: Clock;
  /** The job may not ask GitHub for a token, though it looks as if it should. */
  readonly tokenMissing: boolean;
  /** Told the claims of each token that comes in, before anything is done with it; throws to refuse it. */
  accept(claims: Claims | undefined): void;
}
