/** Which service a request went to. */
export type Service = 'token' | 'sts' | 'cognito' | 'iam' | 's3' | 'kms';

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
  /** When it arrived, in milliseconds since the epoch by the sandbox's clock. */
  readonly at: number;
}

/** A record still being filled in. */
export type OpenRecord = { -readonly [Key in keyof RecordedRequest]: RecordedRequest[Key] };

/** Keeps every request in the order of arrival. */
export class Recorder {
  readonly requests: OpenRecord[] = [];
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Notes a request at its arrival; the caller fills in the status when it answers. */
  open(request: Omit<RecordedRequest, 'status' | 'at' | 'signer'>): OpenRecord {
    const entry: OpenRecord = { ...request, status: 0, at: this.#now() };
    this.requests.push(entry);
    return entry;
  }
}
