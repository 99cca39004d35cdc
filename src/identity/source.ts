import type { Clock } from '../core/clock.js';
import type { Claims, Identity } from '../core/credentials.js';
import type { InputName, ParsedInputs } from '../inputs/inputs.js';
import type { SourceName } from '../inputs/source-names.js';
import type { Http } from '../platform/http.js';
import type { Environment, Runner } from '../platform/runner.js';
import type { TokenFacts } from '../report/call-context.js';

/** Where the first identity comes from. */
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
  /** Gets the claims of each token that comes in, before anything is done with it; throws to refuse it. */
  accept(claims: Claims | undefined): void;
}

/** All that the rest of the action must know of a source. One file a source; `sources.ts` has the table of them. */
export interface SourceFacts {
  readonly name: SourceName;
  /** The kind of its identity, which decides the STS call: AssumeRole (`aws`) or one of its two siblings. */
  readonly kind: Identity['kind'];
  /** What reports say of its tokens; undefined where its identity is not a token. */
  readonly token: TokenFacts | undefined;
  readonly requestsGithubToken: boolean;
  /** Its keys may be those of an IAM user, who has MFA devices and sessions of its own. */
  readonly isUser: boolean;
  /** The inputs it cannot do without. */
  readonly requires: readonly InputName[];
  readonly renewal: Renewal;
  /** Variables that it reads by itself, and that a renewal must find as they were. Never secret ones. */
  readonly variables: readonly string[];
  /** Why `identity-source: auto` takes it; undefined where it does not. */
  whyChosen(inputs: ParsedInputs, mayRequestToken: boolean): string | undefined;
  /** Its own values; undefined where one of them is missing. */
  read(inputs: ParsedInputs): { readonly source: SourceName } | undefined;
}

/** Whether a renewal can ask the source again: `never` where it would require storing a secret. */
export type Renewal = 'always' | 'never' | ((context: RenewalContext) => readonly RenewalObstacle[]);

/** What decides whether this run's credentials can be renewed. */
export interface RenewalContext {
  readonly env: Environment;
  /** The variables of access keys are emptied before the source looks. */
  readonly clearsKeys: boolean;
  /** The profile to be written. */
  readonly profile: string;
}

/** A secret that would have to be stored, or another reason. */
export type RenewalObstacle = { readonly secret: string } | { readonly reason: string };
