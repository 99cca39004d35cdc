import type { Server } from 'node:http';
import { connect } from 'node:net';
import { serveCredentials } from '../../../src/refresh/endpoint-server.js';
import type { CachedSession } from '../../../src/refresh/state.js';
import { askEndpoint } from '../../support/endpoint.js';

const SESSION: CachedSession = {
  ...{ AccessKeyId: 'ASIA', SecretAccessKey: 'secret', SessionToken: 'session' },
  ...{ Expiration: '2026-11-21T13:00:00Z', Obtained: '2026-11-21T12:00:00Z' },
};
const TOKEN = 'a-token';
let server: Server;
let port: number;
let failure: unknown;

beforeAll(async () => {
  const current = async (): Promise<CachedSession> => {
    if (failure !== undefined) throw failure;
    return SESSION;
  };
  ({ server, port } = await serveCredentials({ token: TOKEN, current }));
});
afterEach(() => {
  failure = undefined;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

const ask = (headers: Readonly<Record<string, string>>, path = '/credentials', method = 'GET') =>
  askEndpoint(`http://127.0.0.1:${port}${path}`, headers, method);

describe('the credential endpoint', () => {
  it('listens on the loopback address only', () => {
    expect(server.address()).toMatchObject({ address: '127.0.0.1', port });
  });

  it('answers as ECS does', async () => {
    expect(await ask({ authorization: TOKEN })).toEqual({
      status: 200,
      body: {
        AccessKeyId: 'ASIA',
        SecretAccessKey: 'secret',
        Token: 'session',
        Expiration: SESSION.Expiration,
      },
    });
  });

  const AUTHORIZED = { authorization: TOKEN };
  const UNAUTHORIZED = {
    code: 'Unauthorized',
    message: 'The header Authorization must be the text in AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE.',
  };
  it.each<[string, number, Record<string, string>, Record<string, string>, path?: string, method?: string]>([
    ['no token', 401, UNAUTHORIZED, {}],
    ['another token', 401, UNAUTHORIZED, { authorization: 'b-token' }],
    ['a longer token', 401, UNAUTHORIZED, { authorization: `${TOKEN}${TOKEN}` }],
    ['another path', 404, { code: 'NotFound', message: 'There is only /credentials.' }, AUTHORIZED, '/'],
    [
      'another method',
      405,
      { code: 'MethodNotAllowed', message: 'Only GET is allowed.' },
      AUTHORIZED,
      '/credentials',
      'DELETE',
    ],
    [
      'another host',
      403,
      { code: 'HostNotAllowed', message: 'The host must be 127.0.0.1 or localhost.' },
      { ...AUTHORIZED, host: 'evil.example' },
    ],
  ])(
    'refuses %s with %d, and repeats nothing',
    async (_, status, body, headers, path = '/credentials', method = 'GET') => {
      const answer = await ask(headers, path, method);
      expect(answer).toEqual({ status, body });
      expect(JSON.stringify(answer.body)).not.toMatch(/ASIA|b-token|a-token|evil|DELETE/);
    },
  );

  it('refuses a request without a host', async () => {
    const text = await new Promise<string>((resolve) => {
      let said = '';
      const socket = connect(port, '127.0.0.1', () =>
        socket.write(`GET /credentials HTTP/1.0\r\nAuthorization: ${TOKEN}\r\n\r\n`),
      );
      socket.setEncoding('utf8').on('data', (part: string) => {
        said += part;
      });
      socket.once('close', () => resolve(said));
    });
    expect(text).toMatch(/^HTTP\/1\.1 403 /);
  });

  it.each([
    [new Error('STS said no.'), 'assume-aws-role: STS said no.'],
    ['a text', 'assume-aws-role: a text'],
  ])('says why there are none', async (thrown, message) => {
    failure = thrown;
    expect(await ask({ authorization: TOKEN })).toEqual({
      status: 503,
      body: { code: 'CredentialsUnavailable', message },
    });
  });
});
