import { plainRequest, sdkHandler } from '../../../src/sts/sdk-http.js';

const request = {
  method: 'GET',
  protocol: 'http:',
  hostname: '169.254.170.2',
  path: '/v2/credentials',
  headers: { accept: 'application/json' },
};

describe("a request of the SDK's", () => {
  it('has the port and the query in its address', () => {
    const { url } = plainRequest({ ...request, port: 8080, query: { a: 'b c', d: ['1', '2'], e: null } });
    expect(url.href).toBe('http://169.254.170.2:8080/v2/credentials?a=b+c&d=1%2C2&e=null');
    expect(plainRequest(request).url.href).toBe('http://169.254.170.2/v2/credentials');
  });

  it.each([
    ['a text', 'text', 'text'],
    ['bytes', Uint8Array.of(1, 2), Uint8Array.of(1, 2)],
    ['nothing', undefined, undefined],
    ['a stream, which none of its look-ups sends', new ReadableStream(), undefined],
  ])('with %s as its body keeps what can be sent', (_, body, sent) => {
    expect(plainRequest({ ...request, body }).body).toEqual(sent);
  });
});

it('hands an answer to the SDK in its own form, and a failure as it is', async () => {
  const body = Buffer.from('text');
  const { metadata, handle } = sdkHandler(async () => ({ status: 404, headers: { a: 'b' }, body }));
  const { response } = await handle(request);
  expect([metadata, response.statusCode, response.headers, Buffer.from(response.body).toString()]).toEqual([
    { handlerProtocol: 'http/1.1' },
    404,
    { a: 'b' },
    'text',
  ]);
  const failing = sdkHandler(() => Promise.reject(new Error('no')));
  await expect(failing.handle(request)).rejects.toThrow('no');
});
