import { createHash, createHmac } from 'node:crypto';
import type { Cloud } from '../../sandbox/cloud.js';

/** AWS's documentation keys, which sandbox/cloud.json gives to two users. */
export const LEGACY_DEPLOYER = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
};
export const BYSTANDER = {
  accessKeyId: 'AKIAI44QH8DHBEXAMPLE',
  secretAccessKey: 'je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY',
};

export interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export interface Answer {
  readonly status: number;
  readonly code: string | undefined;
  readonly message: string | undefined;
  readonly body: string;
}

/** What a test may bend in an otherwise right signature. */
export interface Signing {
  readonly region?: string;
  readonly service?: string;
  readonly date?: Date;
  readonly scopeDate?: string;
  readonly method?: 'POST' | 'GET';
  /** Sent in place of the body that was signed. */
  readonly sentBody?: string;
  readonly unsigned?: readonly string[];
  readonly extraHeaders?: Readonly<Record<string, string>>;
}

const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

/** Asks STS without a signature. */
export async function unsigned(cloud: Cloud, params: Readonly<Record<string, string>>): Promise<Answer> {
  const body = new URLSearchParams({ Version: '2011-06-15', ...params });
  return read(await fetch(cloud.stsUrl, { method: 'POST', body }));
}

/**
 * Asks STS with a signature worked out by hand from AWS's description of SigV4, so that the sandbox's signer
 * is checked against something else than itself.
 */
export async function signed(
  cloud: Cloud,
  keys: Keys,
  params: Readonly<Record<string, string>>,
  signing: Signing = {},
): Promise<Answer> {
  const { region = 'us-east-1', service = 'sts', date = new Date(), method = 'POST' } = signing;
  const amzDate = date.toISOString().replace(/[-:]|\.\d+/g, '');
  const pairs = Object.entries({ Version: '2011-06-15', ...params }).map(
    ([k, v]) => [encode(k), encode(v)] as const,
  );
  const query = [...pairs]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([k, v]) => `${k}=${v}`)
    .join('&');
  const headers: Record<string, string> = {
    host: new URL(cloud.stsUrl).host,
    'x-amz-date': amzDate,
    ...(method === 'POST' ? { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' } : {}),
    ...(keys.sessionToken === undefined ? {} : { 'x-amz-security-token': keys.sessionToken }),
    ...signing.extraHeaders,
  };
  const names = Object.keys(headers)
    .filter((name) => !signing.unsigned?.includes(name))
    .sort();
  const canonical = [
    method,
    '/',
    method === 'GET' ? query : '',
    ...names.map((name) => `${name}:${headers[name]}`),
    '',
    names.join(';'),
    sha256(method === 'GET' ? '' : query),
  ].join('\n');
  const scopeDate = signing.scopeDate ?? amzDate.slice(0, 8);
  const scope = `${scopeDate}/${region}/${service}/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', amzDate, scope, sha256(canonical)].join('\n');
  const key = [region, service, 'aws4_request'].reduce(hmac, hmac(`AWS4${keys.secretAccessKey}`, scopeDate));
  const authorization = `AWS4-HMAC-SHA256 Credential=${keys.accessKeyId}/${scope}, SignedHeaders=${names.join(';')}, Signature=${hmac(key, toSign).toString('hex')}`;
  const { host: _, ...sent } = headers;
  const url = method === 'GET' ? `${cloud.stsUrl}/?${query}` : cloud.stsUrl;
  const init = method === 'GET' ? {} : { body: signing.sentBody ?? query };
  return read(await fetch(url, { method, headers: { ...sent, authorization }, ...init }));
}

/** The token GitHub would give the job of this environment. */
export async function requestToken(
  environment: Record<string, string>,
  audience = 'sts.amazonaws.com',
): Promise<string> {
  const response = await fetch(`${environment.ACTIONS_ID_TOKEN_REQUEST_URL}&audience=${audience}`, {
    headers: { authorization: `Bearer ${environment.ACTIONS_ID_TOKEN_REQUEST_TOKEN}` },
  });
  const body: unknown = await response.json();
  if (typeof body === 'object' && body !== null && 'value' in body && typeof body.value === 'string')
    return body.value;
  throw new Error(`No token: ${response.status}`);
}

/** The text of one element of an answer. */
export function element(answer: Answer | string, name: string): string | undefined {
  const body = typeof answer === 'string' ? answer : answer.body;
  const text = new RegExp(`<${name}>([^<]*)</${name}>`).exec(body)?.[1];
  return text
    ?.replaceAll('&quot;', '"')
    .replaceAll('&apos;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&amp;', '&');
}

/** The credentials in an answer. Throws where there are none. */
export function keysOf(answer: Answer): Keys {
  const [accessKeyId, secretAccessKey, sessionToken] = ['AccessKeyId', 'SecretAccessKey', 'SessionToken'].map(
    (name) => element(answer, name),
  );
  if (accessKeyId === undefined || secretAccessKey === undefined || sessionToken === undefined) {
    throw new Error(`No credentials in ${answer.body}`);
  }
  return { accessKeyId, secretAccessKey, sessionToken };
}

/** Assumes a role with the token of a job, and gives STS's answer. */
export async function assumeWithToken(
  cloud: Cloud,
  roleArn: string,
  token: string,
  more: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  return unsigned(cloud, {
    Action: 'AssumeRoleWithWebIdentity',
    RoleArn: roleArn,
    RoleSessionName: 'GitHubActions',
    WebIdentityToken: token,
    ...more,
  });
}

async function read(response: Response): Promise<Answer> {
  const body = await response.text();
  return { status: response.status, code: element(body, 'Code'), message: element(body, 'Message'), body };
}
