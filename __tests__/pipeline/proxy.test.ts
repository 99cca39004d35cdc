import { sharedCloud } from '../support/cloud.js';
import { type LoopbackProxy, startProxy } from '../support/proxy.js';
import { LONG } from '../support/roles.js';
import { actionsOf, runAction } from '../support/run-action.js';

const sandbox = sharedCloud();
const oidc = { 'role-to-assume': LONG };
const LOGIN = 'fleet:correct-horse-battery';
let open: LoopbackProxy;
let guarded: LoopbackProxy;

beforeAll(async () => {
  open = await startProxy();
  guarded = await startProxy({ login: LOGIN });
});
afterAll(() => Promise.all([open.close(), guarded.close()]));

/** What went through a proxy while the action ran. */
async function through(
  proxy: LoopbackProxy,
  inputs: Record<string, string>,
  env: Record<string, string> = {},
) {
  const first = proxy.seen.length;
  const outcome = await runAction({ ...oidc, ...inputs }, { cloud: sandbox.cloud, env });
  return { outcome, seen: proxy.seen.slice(first), logins: proxy.logins.slice(first) };
}

const stsHost = () => new URL(sandbox.cloud.stsUrl).host;
const issuerHost = () => new URL(sandbox.cloud.issuer).host;

describe('a proxy', () => {
  it('carries the token request and the call to STS alike, in absolute form', async () => {
    const { outcome, seen } = await through(open, { 'http-proxy': `http://${open.host}` });
    expect(outcome.error).toBeUndefined();
    expect(seen).toEqual([
      expect.stringMatching(new RegExp(`^GET http://${issuerHost()}/idtoken/.*&audience=sts.amazonaws.com$`)),
      `POST http://${stsHost()}/`,
    ]);
    expect(actionsOf(outcome)).toEqual(['GET /token', 'AssumeRoleWithWebIdentity']);
  });

  it.each(['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy'])('may be named by %s', async (name) => {
    const { outcome, seen } = await through(open, {}, { [name]: `http://${open.host}` });
    expect(outcome.error).toBeUndefined();
    expect(seen).toHaveLength(2);
  });

  it('may be given as HOST:PORT, and wins over the variables', async () => {
    const env = { HTTPS_PROXY: 'http://127.0.0.1:9' };
    const { outcome, seen } = await through(open, { 'http-proxy': open.host }, env);
    expect(outcome.error).toBeUndefined();
    expect(seen).toHaveLength(2);
  });

  it.each(['no-proxy', 'NO_PROXY', 'no_proxy'])('is left aside for hosts that %s names', async (name) => {
    const rule = `.example.com, ${stsHost()}`;
    const env: Record<string, string> = name === 'no-proxy' ? {} : { [name]: rule };
    const inputs = name === 'no-proxy' ? { [name]: rule } : {};
    const { outcome, seen } = await through(open, { 'http-proxy': open.host, ...inputs }, env);
    expect(outcome.error).toBeUndefined();
    expect(seen.map((line) => line.split(' ')[0])).toEqual(['GET']);
  });

  it('is given its user and password, which are hidden in the log', async () => {
    const { outcome, logins } = await through(guarded, { 'http-proxy': `http://${LOGIN}@${guarded.host}` });
    expect(outcome.error).toBeUndefined();
    const header = `Basic ${Buffer.from(LOGIN).toString('base64')}`;
    expect(logins).toEqual([header, header]);
    expect(outcome.commands()[0]).toMatchObject({ command: 'add-mask', data: 'correct-horse-battery' });
    expect(outcome.log().join('\n')).not.toContain('correct-horse-battery');
  });

  it('may have signs in its password, written as %XX', async () => {
    const proxy = await startProxy({ login: 'fleet:p@ss/w:rd' });
    const url = `http://fleet:p%40ss%2Fw%3Ard@${proxy.host}`;
    const { outcome } = await through(proxy, { 'http-proxy': url });
    await proxy.close();
    expect(outcome.error).toBeUndefined();
    expect(outcome.log().join('\n')).not.toMatch(/p%40ss|p@ss/);
  });

  it.each([[undefined], ['fleet:wrong-password-9']])(
    'that asks for a login is an error (%s)',
    async (login) => {
      const url = `http://${login === undefined ? '' : `${login}@`}${guarded.host}`;
      const { outcome, seen } = await through(guarded, { 'http-proxy': url });
      expect(outcome.error).toMatchObject({
        code: 'NETWORK_FAILED',
        message: expect.stringMatching(
          /^The proxy asks for a login \(407\), for the token request to GitHub/,
        ),
      });
      expect(seen).toHaveLength(1);
      expect(outcome.log().join('\n')).not.toContain('wrong-password-9');
    },
  );

  it('that is not there is tried again, then an error that names the request', async () => {
    const { outcome } = await through(open, { 'http-proxy': '127.0.0.1:9', 'retry-max-attempts': '2' });
    expect(outcome.error).toMatchObject({
      code: 'NETWORK_FAILED',
      message: expect.stringMatching(/ECONNREFUSED.*token request to GitHub.*\(2 attempts\)$/),
    });
    expect(actionsOf(outcome)).toEqual([]);
  });
});
