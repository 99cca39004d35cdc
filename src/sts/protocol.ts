import { parseXML } from '@aws-sdk/xml-builder';
import type { Credentials } from '../core/credentials.js';
import { percentEncode } from '../core/percent-encoding.js';
import { USER_AGENT } from '../core/version.js';
import type { HttpResponse } from '../platform/http.js';
import { type EndpointSettings, stsEndpoint } from './endpoint.js';
import type { PlainRequest } from './sdk-http.js';

/*
 * STS speaks AWS's Query protocol: a form goes out, XML comes back
 * (https://smithy.io/2.0/aws/protocols/aws-query-protocol.html). The SDK interprets the model of each call at run time,
 * which took a seventh of main's processor time. A test compares both directions with the SDK's
 * (docs/adr/0006-parts-of-the-sdk.md).
 */

const API_VERSION = '2011-06-15';

/** Where STS is, and who says to be asking. */
export interface WireSettings extends EndpointSettings {
  /** Name and value pairs for the user agent, which CloudTrail records. */
  readonly userAgent: readonly (readonly [string, string])[];
}

/** One call of STS as an HTTP request, and its answer as the call's result. */
export interface Wire {
  request(input: object, credentials: Credentials | undefined, now: number): Promise<WireRequest>;
  /** Reads a successful response. Throws if it is not XML, or if the credentials have no valid expiry. */
  result<Output>(answer: HttpResponse): Promise<Output>;
}

export type WireRequest = PlainRequest & { readonly body: string };

/** @param action the call's name, such as `AssumeRole` */
export function createProtocol(action: string, settings: WireSettings): Wire {
  return {
    async request(parameters, credentials, now) {
      const url = stsEndpoint(settings);
      const body = formOf({ Action: action, Version: API_VERSION, ...parameters });
      const headers = {
        'content-type': 'application/x-www-form-urlencoded',
        'content-length': String(Buffer.byteLength(body)),
        host: url.host,
        'user-agent': userAgent(settings.userAgent),
      };
      const request = { url, method: 'POST', headers, body };
      return credentials ? await signed(request, credentials, settings.region, now) : request;
    },
    async result<Output>({ body }: HttpResponse) {
      const [answer] = Object.values<Record<string, Element>>(parseXML(body.toString('utf8')));
      return fieldsOf(answer?.[`${action}Result`]) as Output;
    },
  };
}

/** Lists and structures have a name for each of their values: `Tags.member.1.Key=…`. */
function formOf(parameters: object): string {
  const pairs: string[] = [];
  const write = (name: string, value: unknown): void => {
    if (Array.isArray(value)) {
      for (const [index, one] of value.entries()) write(`${name}.member.${index + 1}`, one);
    } else if (typeof value === 'object' && value !== null) {
      for (const [key, one] of Object.entries(value)) write(`${name}.${key}`, one);
    } else if (value !== undefined) pairs.push(`${percentEncode(name)}=${percentEncode(String(value))}`);
  };
  for (const [name, value] of Object.entries(parameters)) write(name, value);
  return pairs.join('&');
}

/** What the parser makes of an element: its text, or what is in it by name, a list where a name is there twice. */
type Element = string | readonly Element[] | { readonly [name: string]: Element };

/** The fields of a call's result, named as in the SDK. A name that is there twice is left out: which one counts? */
function fieldsOf(element: Element | undefined, group = ''): object {
  if (typeof element !== 'object' || Array.isArray(element)) return {};
  const named = Object.entries(element).filter(([name, value]) => name !== TEXT && !Array.isArray(value));
  return Object.fromEntries(named.map(([name, value]) => [name, fieldOf(name, value, group)]));
}

function fieldOf(name: string, value: Element, group: string): unknown {
  if (GROUPS.has(name)) return fieldsOf(value, name);
  const text = textOf(value);
  return name === 'Expiration' && group === 'Credentials' ? timeOf(text) : text;
}

/** The elements of STS's results that have others in them. */
const GROUPS: ReadonlySet<string> = new Set(['AssumedRoleUser', 'Credentials', 'FederatedUser']);

/** What the parser calls the text of an element that has attributes or others in it. */
const TEXT = '#text';

function textOf(element: Element): string | undefined {
  const text: unknown = typeof element === 'object' ? Reflect.get(element, TEXT) : element;
  return typeof text === 'string' ? text : undefined;
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/i;

function timeOf(text = ''): Date {
  const time = new Date(TIME.test(text) ? text.toUpperCase() : Number.NaN);
  if (Number.isNaN(time.getTime())) throw new TypeError('Expiration is not a timestamp');
  return time;
}

async function signed(
  request: WireRequest,
  credentials: Credentials,
  region: string,
  now: number,
): Promise<WireRequest> {
  const { Sha256, SignatureV4 } = await import('./signer.js');
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  const signer = new SignatureV4({
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) },
    region: region === 'aws-global' ? 'us-east-1' : region,
    service: 'sts',
    sha256: Sha256,
  });
  // An endpoint has no query.
  const { protocol, hostname, port, pathname: path } = request.url;
  const parts = { protocol, hostname, ...(port !== '' && { port: Number(port) }), path };
  const { headers } = await signer.sign({ ...request, ...parts }, { signingDate: new Date(now) });
  return { ...request, headers };
}

function userAgent(pairs: WireSettings['userAgent']): string {
  return ['lang/js', USER_AGENT, ...pairs.map(([name, value]) => `md/${name}#${value}`)].join(' ');
}
