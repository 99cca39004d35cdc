/** All services of the sandbox: GitHub's token service, and those of AWS. */
export const SERVICES = ['token', 'sts', 'cognito', 'iam', 's3', 'kms', 'cloudtrail'] as const;

/** Which service a request went to. */
export type Service = (typeof SERVICES)[number];

/** A job's token, without its signature. */
export interface GivenToken {
  readonly job: string;
  /** What the header has beside type, algorithm and key. */
  readonly header: Readonly<Record<string, string>>;
  readonly claims: Readonly<Record<string, unknown>>;
}

/** A role session, without its keys. */
export interface GivenSession {
  readonly arn: string;
  readonly seconds: number;
}

/** One request that reached the sandbox, and how it was answered. */
export interface RecordedRequest {
  readonly service: Service;
  /** `GET /token`, `discovery`, `jwks`, or the action of a service of AWS; `unknown` for anything else. */
  readonly action: string;
  readonly method: string;
  /** Path and query as sent. */
  readonly url: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** The decoded query and form fields; of Cognito's JSON the ids, and each login as `Logins.PROVIDER`. */
  readonly params: Readonly<Record<string, string>>;
  /** HTTP status of the answer; 0 while there is none, which stays so for a hang or a reset. */
  readonly status: number;
  /** The access key id whose signature was found to be right. */
  readonly signer?: string;
  /** The token that was given. */
  readonly token?: GivenToken;
  /** Who called STS, where that was found out. */
  readonly caller?: string;
  /** The role session that was given. */
  readonly session?: GivenSession;
  /** The service's refusal, in its own words. */
  readonly refusal?: { readonly code: string; readonly message: string };
  /** Why it was decided like that, a sentence a line. */
  readonly why?: readonly string[];
  /** When it arrived, in milliseconds since the epoch by the sandbox's clock. */
  readonly at: number;
}

/** A record still being filled in. */
export type OpenRecord = { -readonly [Key in keyof RecordedRequest]: RecordedRequest[Key] };

/** Keeps every request in the order of arrival. */
export class Recorder {
  readonly requests: OpenRecord[] = [];
  readonly #now: () => number;
  readonly #listeners: ((request: RecordedRequest) => void)[] = [];

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Notes a request at its arrival; the caller fills in the status when it answers. */
  open(
    request: Pick<RecordedRequest, 'service' | 'action' | 'method' | 'url' | 'headers' | 'params'>,
  ): OpenRecord {
    const entry: OpenRecord = { ...request, status: 0, at: this.#now() };
    this.requests.push(entry);
    return entry;
  }

  /** Says that nothing more will be noted of a request. */
  close(entry: OpenRecord): void {
    for (const listener of this.#listeners) listener(entry);
  }

  /** Is called with each request when it is answered, or left without an answer. */
  onClosed(listener: (request: RecordedRequest) => void): void {
    this.#listeners.push(listener);
  }
}
