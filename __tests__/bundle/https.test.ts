import { writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { ACTION, REQUEST_LIMIT_MS, startJob } from '../support/bundle.js';
import { makeCertificate } from '../support/certificate.js';
import { sharedCloud } from '../support/cloud.js';
import { temporaryDirectory } from '../support/files.js';
import { type LoopbackProxy, startProxy } from '../support/proxy.js';
import { LONG } from '../support/roles.js';
import { startRaw } from '../support/servers.js';

/** After which an early connection would give up by itself. */
const CONNECT_LIMIT_MS = 5_000;

const sandbox = sharedCloud();
const { key, cert } = makeCertificate();
const trusted = join(temporaryDirectory(), 'ca.pem');
/** Stands before the sandbox's STS, which speaks no TLS. */
const tls = createServer({ key, cert }, (incoming, answer) => {
  const outgoing = request(
    sandbox.cloud.stsUrl,
    { method: 'POST', headers: incoming.headers },
    (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(answer);
    },
  );
  outgoing.on('error', () => answer.destroy());
  incoming.pipe(outgoing);
});
let endpoint = '';
let proxy: LoopbackProxy;
let guarded: LoopbackProxy;

beforeAll(async () => {
  writeFileSync(trusted, cert);
  await new Promise<void>((resolve) => tls.listen(0, '127.0.0.1', resolve));
  endpoint = `https://localhost:${(tls.address() as AddressInfo).port}`;
  proxy = await startProxy();
  guarded = await startProxy({ login: 'fleet:correct-horse-battery' });
});
afterAll(async () => {
  tls.closeAllConnections();
  tls.close();
  await Promise.all([proxy.close(), guarded.close()]);
});

const assume = (inputs: Record<string, string>, env: Record<string, string> = {}) =>
  startJob(sandbox.cloud, { env }).uses(ACTION, {
    'role-to-assume': LONG,
    'sts-endpoint': endpoint,
    ...inputs,
  });

describe('STS over https', () => {
  it('is asked through a tunnel of the proxy, the token request in absolute form', async () => {
    const step = await assume({ 'http-proxy': proxy.host }, { NODE_EXTRA_CA_CERTS: trusted });
    expect(step.stdout).toContain('Authenticated as');
    expect(proxy.seen).toEqual([
      expect.stringMatching(/^GET http:\/\/127\.0\.0\.1:\d+\/idtoken\//),
      `CONNECT ${new URL(endpoint).host}`,
    ]);
  });

  it('through a proxy that asks for a login is an error that says so', async () => {
    const env = { NODE_EXTRA_CA_CERTS: trusted };
    const step = await assume(
      { 'http-proxy': guarded.host, 'no-proxy': new URL(sandbox.cloud.issuer).host },
      env,
    );
    expect(step.conclusion).toBe('failure');
    expect(step.stdout).toMatch(/NETWORK_FAILED::.*The proxy asks for a login \(407\), for the call to STS/);
    // The early connection, which fails in silence, and the call's own.
    expect(guarded.seen).toEqual([1, 2].map(() => `CONNECT ${new URL(endpoint).host}`));
  });

  it('with a certificate that nobody vouches for is one attempt and an error that names it', async () => {
    const step = await assume({});
    expect(step.conclusion).toBe('failure');
    expect(step.stdout).toMatch(
      /NETWORK_FAILED::.*\((DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN)\)/,
    );
    expect(step.stdout).not.toContain('Attempt 1');
  });

  it('that is connected to early and never needed does not keep the step', async () => {
    const silent = await startRaw(() => {});
    const step = await assume({
      'sts-endpoint': `https://localhost:${silent.port}`,
      'allowed-refs': 'refs/heads/other',
    });
    expect(step.stdout).toContain('REF_NOT_ALLOWED');
    expect(step.durationMs).toBeLessThan(CONNECT_LIMIT_MS);
    expect(silent.connections()).toBe(1);
  });

  it('that accepts and stays silent ends the step, naming the request', async () => {
    sandbox.cloud.fault('sts', { kind: 'hang' });
    const step = await assume({ 'action-timeout-s': '1' }, { NODE_EXTRA_CA_CERTS: trusted });
    expect(step.stdout).toContain('The step exceeded its time limit of 1 s while assuming the role (STS).');
    expect(step.durationMs).toBeLessThan(REQUEST_LIMIT_MS);
  });
});
