import { isObject, type JsonObject } from '../core/json.js';
import type { RecordedRequest } from '../http/recorder.js';

/** One thing that happened, without any token or key. */
export interface Event {
  /** Counted from 1. */
  readonly number: number;
  /** ISO 8601. */
  readonly at: string;
  /** `token` for a job that asks for one, else the call. */
  readonly action: string;
  /** The job that asked, the subject of the token, or the ARN of the signer. */
  readonly who: string | undefined;
  /** The audience that was asked for, or the role. */
  readonly what: string | undefined;
  readonly decision: 'allowed' | 'refused' | 'no answer';
  readonly status: number;
  /** The session that was given. */
  readonly session: { readonly arn: string; readonly seconds: number } | undefined;
  readonly refusal: { readonly code: string; readonly message: string } | undefined;
  readonly why: readonly string[];
  /** Of the token that was given, or sent. */
  readonly claims: JsonObject | undefined;
  readonly header: JsonObject | undefined;
}

/** STS's own requests to the issuer, which the story leaves out. */
const HIDDEN = ['discovery', 'jwks'];

/** What has happened in a sandbox, oldest first. */
export class Story {
  readonly events: Event[] = [];
  readonly #listeners: ((event: Event) => void)[] = [];

  onEvent(listener: (event: Event) => void): void {
    this.#listeners.push(listener);
  }

  add(request: RecordedRequest): void {
    if (HIDDEN.includes(request.action)) return;
    const event = eventOf(request, this.events.length + 1);
    this.events.push(event);
    for (const listener of this.#listeners) listener(event);
  }
}

function eventOf(request: RecordedRequest, number: number): Event {
  const { service, status, params, token, caller, session, refusal, why = [] } = request;
  const isToken = service === 'token';
  const sent = isToken ? undefined : decode(params.WebIdentityToken);
  return {
    number,
    at: new Date(request.at).toISOString(),
    action: isToken ? 'token' : request.action,
    who: isToken ? token?.job : (caller ?? textOf(sent?.claims.sub)),
    what: isToken ? textOf(token?.claims.aud) : params.RoleArn,
    decision: status === 0 ? 'no answer' : status < 400 ? 'allowed' : 'refused',
    status,
    session,
    refusal,
    why,
    claims: token?.claims ?? sent?.claims,
    header: token?.header ?? sent?.header,
  };
}

/** A token's header and claims; its signature stays where it is. Undefined where it is not a JWT. */
function decode(
  token: string | undefined,
): { readonly header: JsonObject; readonly claims: JsonObject } | undefined {
  const [header, claims] = (token ?? '').split('.').map((part) => parse(part));
  return isObject(header) && isObject(claims) ? { header, claims } : undefined;
}

function parse(part: string): unknown {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return parsed;
  } catch {
    return undefined;
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
