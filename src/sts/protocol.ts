import { errorTypeRegistries } from '@aws-sdk/client-sts';
import { AwsQueryProtocol } from '@aws-sdk/core/protocols';
import { parseUrl } from '@smithy/core/protocols';
import { operation } from '@smithy/core/schema';
import { fromBase64, fromUtf8, toBase64, toUtf8 } from '@smithy/core/serde';
import type { HttpRequest as SdkRequest, StaticOperationSchema } from '@smithy/types';
import type { Credentials } from '../core/credentials.js';
import { USER_AGENT } from '../core/version.js';
import type { HttpResponse } from '../platform/http.js';
import { type EndpointSettings, stsEndpoint } from './endpoint.js';

/*
 * STS's language, by the parts of the AWS SDK that speak it: the model of its calls, the Query protocol, and, where a
 * call is signed, Signature Version 4. The SDK's client around them, with its retries, its look-ups of settings and
 * its HTTP, is what this action must not have (retry.ts, http.ts), and two thirds of the SDK's start-up:
 * docs/adr/0006-parts-of-the-sdk.md.
 */

const API_VERSION = '2011-06-15';

/** Where STS is, and who says to be asking. */
export interface WireSettings extends EndpointSettings {
  /** Name and value pairs for the user agent, which CloudTrail records. */
  readonly userAgent: readonly (readonly [string, string])[];
}

/** One call of STS as an HTTP request, and its answer as the call's result. */
export interface Wire {
  request(input: object, credentials: Credentials | undefined, now: number): Promise<SdkRequest>;
  /** Of an answer with a status of success. Throws what the SDK's parser does. */
  result<Output>(answer: HttpResponse): Promise<Output>;
}

/** The SDK's functions for what a model may ask of its surroundings. STS's has no binary data and no streams. */
const SERDE = {
  base64Decoder: fromBase64,
  base64Encoder: toBase64,
  utf8Decoder: fromUtf8,
  utf8Encoder: toUtf8,
  streamCollector: async () => new Uint8Array(),
};

export function createProtocol(
  [, namespace, name, traits, input, output]: StaticOperationSchema,
  settings: WireSettings,
): Wire {
  const protocol = new AwsQueryProtocol({
    defaultNamespace: namespace,
    xmlNamespace: `https://sts.amazonaws.com/doc/${API_VERSION}/`,
    version: API_VERSION,
    errorTypeRegistries,
  });
  protocol.setSerdeContext(SERDE);
  const schema = operation(namespace, name, traits, input, output);
  return {
    async request(parameters, credentials, now) {
      const url = stsEndpoint(settings);
      const endpoint = async () => parseUrl(url);
      const request = await protocol.serializeRequest(schema, parameters, { ...SERDE, endpoint });
      request.headers['host'] = url.host;
      request.headers['user-agent'] = userAgent(settings.userAgent);
      request.headers['content-length'] = String(Buffer.byteLength(request.body));
      return credentials ? await signed(request, credentials, settings.region, now) : request;
    },
    async result<Output>({ status, headers, body }: HttpResponse) {
      // A copy, since the SDK wraps the bytes in its own class.
      const response = { statusCode: status, headers: { ...headers }, body: Uint8Array.from(body) };
      return (await protocol.deserializeResponse(schema, SERDE, response)) as Output;
    },
  };
}

async function signed(
  request: SdkRequest,
  credentials: Credentials,
  region: string,
  now: number,
): Promise<SdkRequest> {
  const { Sha256, SignatureV4 } = await import('./signer.js');
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  const signer = new SignatureV4({
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) },
    region: region === 'aws-global' ? 'us-east-1' : region,
    service: 'sts',
    sha256: Sha256,
  });
  return await signer.sign(request, { signingDate: new Date(now) });
}

function userAgent(pairs: WireSettings['userAgent']): string {
  return ['lang/js', USER_AGENT, ...pairs.map(([name, value]) => `md/${name}#${value}`)].join(' ');
}
