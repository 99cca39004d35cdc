import type { Clock } from '../core/clock.js';
import type { Claims, Identity } from '../core/credentials.js';
import type { Http } from '../platform/http.js';
import type { Runner } from '../platform/runner.js';

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
