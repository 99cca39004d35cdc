import { errnoOf } from '../core/errno.js';
import { ActionError } from '../core/errors.js';
import { oneLine } from '../core/text.js';
import { adviseReconnect, adviseTunnelRetry } from './retry-advice.js';

/*
 * What may go wrong with a request, in words that name the request, and the proxy where it is the proxy's doing.
 */

/** What a request is, for errors. */
export interface Purpose {
  /** Such as "the token request to GitHub". */
  readonly purpose: string;
  readonly url: URL;
}

/** Who is at the other end: the server itself, or the proxy on the way to it. */
export interface Party {
  readonly proxy: URL | undefined;
}

const REACHABLE =
  'Can this runner reach that host? Behind a proxy, set http-proxy or HTTPS_PROXY (and no-proxy for what is direct).';
const PROXY_REACHABLE =
  'Is http-proxy (or the variable HTTPS_PROXY) the address of a proxy that this runner can reach? no-proxy takes hosts past it.';

export function timedOut(
  code: 'CONNECT_TIMEOUT' | 'REQUEST_TIMEOUT',
  { purpose, url }: Purpose,
  ms: number,
  { proxy }: Party,
): ActionError {
  const isUnsent = code === 'CONNECT_TIMEOUT';
  const what = isUnsent
    ? `No connection${proxy ? ` through the proxy (${proxy.host})` : ''}`
    : 'No complete answer';
  const retry = adviseReconnect(code, isUnsent);
  return new ActionError(code, `${what} within ${ms / 1000} s, for ${purpose} (${url.host}).`, {
    hint: proxy ? PROXY_REACHABLE : REACHABLE,
    ...(retry && { retry }),
  });
}

/** Whatever a connection or a request failed with, as an error that may be worth a retry. */
export function requestFailed(
  { purpose, url }: Purpose,
  error: unknown,
  { party: { proxy }, isUnsent }: { readonly party: Party; readonly isUnsent: boolean },
): ActionError {
  if (error instanceof ActionError) return error;
  const reason = errnoOf(error) || oneLine(error instanceof Error ? error.message : String(error));
  const what = proxy ? `connection to the proxy (${proxy.host})` : 'connection';
  const retry = adviseReconnect(reason, isUnsent);
  return new ActionError('NETWORK_FAILED', `The ${what} failed (${reason}), for ${purpose} (${url.host}).`, {
    hint: proxy ? PROXY_REACHABLE : REACHABLE,
    cause: error,
    ...(retry && { retry }),
  });
}

/** The proxy answers in the server's place, where its own answer can be told from the server's. */
export function refusedByProxy({ purpose, url }: Purpose, proxy: URL, status: number): ActionError {
  const where = `for ${purpose} (${url.host})`;
  if (status === 407) {
    return new ActionError('NETWORK_FAILED', `The proxy asks for a login (407), ${where}.`, {
      hint: 'Give the proxy as http://USER:PASSWORD@HOST:PORT, from a secret.',
    });
  }
  const retry = adviseTunnelRetry(status);
  return new ActionError(
    'NETWORK_FAILED',
    `The proxy (${proxy.host}) gave no tunnel but HTTP status ${status}, ${where}.`,
    {
      hint: 'Does the proxy let this runner reach that host and port? no-proxy takes a host past it.',
      ...(retry && { retry }),
    },
  );
}

/** The server wants to speak something else than HTTP from here on (101), although the request did not ask for it. */
export function switchedProtocols({ purpose, url }: Purpose): ActionError {
  return new ActionError(
    'ANSWER_UNEXPECTED',
    `The answer is to speak another protocol (HTTP status 101), for ${purpose} (${url.host}).`,
    { hint: 'Something else answers in its place: a proxy, a captive portal, or a wrong address.' },
  );
}

export function tooLarge({ purpose }: Purpose): ActionError {
  return new ActionError('ANSWER_UNEXPECTED', `The answer to ${purpose} is larger than 1 MiB.`, {
    hint: 'Something else answers in its place: a proxy, a captive portal, or a wrong address.',
  });
}

/** HTTP allows nothing else in the value of a header (RFC 9110, 5.5). */
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/**
 * One clear error for what cannot be sent; Node's own would name no input.
 * @throws ActionError REQUEST_INVALID, which names a header but not its value
 */
export function requireSendable({ purpose, url }: Purpose, headers: Readonly<Record<string, string>>): void {
  if (!/^https?:$/.test(url.protocol)) {
    const hint = 'Is it an endpoint from an input or a variable? Give an http:// or https:// URL.';
    const message = `The address of ${purpose} begins with ${oneLine(url.protocol, 40)}, not with http: or https:.`;
    throw new ActionError('REQUEST_INVALID', message, { hint });
  }
  const invalid = Object.entries(headers).find(([, value]) => !HEADER_VALUE.test(value));
  if (invalid === undefined) return;
  throw new ActionError(
    'REQUEST_INVALID',
    `The header ${oneLine(invalid[0], 40)} of ${purpose} would hold a line break or another character that HTTP does not allow.`,
    { hint: 'Was a key or a token copied with something invisible in it?' },
  );
}
