import { Sha256, SignatureV4 } from '../../src/sts/signer.js';

/** Access keys of a user, or the credentials of a session. */
export interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** What came back. */
export interface Answer {
  readonly status: number;
  readonly body: string;
}

type Parameters = Readonly<Record<string, string>>;

const FORM = 'application/x-www-form-urlencoded; charset=utf-8';

/** Posts the parameters of a call without a signature. */
export async function unsigned(
  url: string,
  parameters: Parameters,
  headers: Parameters = {},
): Promise<Answer> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': FORM, ...headers },
    body: new URLSearchParams(parameters).toString(),
  });
  return { status: response.status, body: await response.text() };
}

/** Posts the parameters of a call as SDKs do. The date of the signature is now unless said. */
export async function signed(
  url: string,
  keys: Keys,
  parameters: Parameters,
  { service = 'sts', date = new Date() } = {},
): Promise<Answer> {
  const { host, hostname, port } = new URL(url);
  const signer = new SignatureV4({ credentials: keys, region: 'us-east-1', service, sha256: Sha256 });
  const request = {
    method: 'POST',
    protocol: 'http:',
    hostname,
    port: Number(port),
    path: '/',
    headers: { host, 'content-type': FORM },
    body: new URLSearchParams(parameters).toString(),
  };
  const { headers } = await signer.sign(request, { signingDate: date });
  const { host: _, ...sent } = headers;
  return unsigned(url, parameters, sent);
}

/** The text of one element of an answer. */
export function element({ body }: Answer, name: string): string | undefined {
  return new RegExp(`<${name}>([^<]*)</${name}>`).exec(body)?.[1];
}

/** The credentials in an answer. Throws where there are none. */
export function keysIn(answer: Answer): Keys {
  const [accessKeyId, secretAccessKey, sessionToken] = ['AccessKeyId', 'SecretAccessKey', 'SessionToken'].map(
    (name) => element(answer, name),
  );
  if (accessKeyId === undefined || secretAccessKey === undefined)
    throw new Error(`no credentials in ${answer.body}`);
  return { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) };
}

/** An answer as docs/sandbox.md writes it: `accepts` where there are credentials, otherwise status and code. */
export function summary(answer: Answer): string {
  if (answer.status !== 200) return `${answer.status} ${element(answer, 'Code') ?? 'without a code'}`;
  return element(answer, 'AccessKeyId') === undefined ? '200 without credentials' : 'accepts';
}
