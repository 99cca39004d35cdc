import type { HttpRequest as SdkRequest } from '@smithy/types';
import type { HttpRequest, HttpResponse } from '../platform/http.js';

/** The SDK's requests go out through our own HTTP, with its time limits and proxy. */
export function sdkHandler(send: (request: SdkRequest) => Promise<HttpResponse>) {
  return {
    metadata: { handlerProtocol: 'http/1.1' },
    async handle(request: SdkRequest) {
      const { status, headers, body } = await send(request);
      // A copy, since the SDK wraps the bytes in its own class.
      return { response: { statusCode: status, headers: { ...headers }, body: Uint8Array.from(body) } };
    },
  };
}

export type PlainRequest = Omit<HttpRequest, 'purpose'>;

export function plainRequest(request: SdkRequest): PlainRequest {
  const { protocol, hostname, port, path, query, method, headers, body } = request;
  const url = new URL(`${protocol}//${hostname}${port ? `:${port}` : ''}${path}`);
  for (const [name, value] of Object.entries(query ?? {})) url.searchParams.set(name, String(value));
  return {
    url,
    method,
    headers,
    body: typeof body === 'string' || body instanceof Uint8Array ? body : undefined,
  };
}
