import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { runCheck } from '../../src/check-trust/action.js';
import { ActionError, type ErrorCode, toActionError } from '../../src/core/errors.js';
import { createHttp } from '../../src/platform/http.js';
import { renew } from '../../src/refresh/renew.js';
import { type RefreshState, readState } from '../../src/refresh/state.js';
import { logLines } from '../../src/report/failure-text.js';
import { sharedCloud } from '../support/cloud.js';
import { endpointProgram } from '../support/endpoint-program.js';
import { temporaryDirectory } from '../support/files.js';
import { inputVariables, recordedRunner } from '../support/recorded-runner.js';
import { REPOSITORY } from '../support/repository.js';
import { runAction } from '../support/run-action.js';
import { PRINTED_ERRORS, PRINTED_ROLE, type PrintedError } from './printed-errors.js';

/*
 * docs/troubleshooting.md shows each error as it is printed: the text after its heading is made anew here.
 */

const sandbox = sharedCloud();
const RELEASE = {
  GITHUB_SERVER_URL: 'https://github.com',
  GITHUB_ACTION_REPOSITORY: REPOSITORY.slug,
  GITHUB_ACTION_REF: 'v1',
};
const REPORTED_ELSEWHERE = [
  'CONNECT_TIMEOUT',
  'REQUEST_TIMEOUT',
  'INTERNAL',
  'TRUST_POLICY',
  'ENDPOINT_NOT_STARTED',
] as const;

/** The state of a job whose session has ended. */
const STATE: RefreshState = {
  version: 1,
  inputs: { 'identity-source': 'github-oidc' },
  env: {},
  session: {
    AccessKeyId: 'ASIAEXAMPLEEXAMPLE00',
    SecretAccessKey: 'exampleSecret',
    SessionToken: 'exampleToken',
    Expiration: '2026-01-01T01:00:00Z',
    Obtained: '2026-01-01T00:00:00Z',
  },
};

const page = readFileSync('docs/troubleshooting.md', 'utf8');

/** The text under a code's heading. */
function documented(code: string): string {
  return new RegExp(`^### ${code}\n+\`\`\`text\n([\\s\\S]*?)\n\`\`\``, 'm').exec(page)?.[1] ?? '';
}

/** Text with the names of real servers, directories and runs for those of the test. */
function published(text: string, directory = '/none'): string {
  const { issuer } = sandbox.cloud;
  return text
    .replaceAll(issuer, 'https://token.actions.githubusercontent.com')
    .replaceAll(new URL(issuer).host, 'token.actions.githubusercontent.com')
    .replaceAll(/127\.0\.0\.1:\d+/g, 'sts.us-east-1.amazonaws.com')
    .replaceAll(join(directory, 'home'), '/home/runner')
    .replaceAll(join(directory, 'workspace'), '/home/runner/work/app/app')
    .replaceAll(PRINTED_ROLE, 'arn:aws:iam::111122223333:role/deploy')
    .replaceAll('role-name long-session', 'role-name deploy')
    .replaceAll('role/access-key-deploy', 'role/deploy')
    .replaceAll(/\b0\.2 s/g, '10 s')
    .replaceAll(/\b0\.1 s/g, '5 s');
}

/** What the step prints of its error, line by line. */
async function printed({ inputs, env, run, token, sts, prepare }: PrintedError) {
  if (token) sandbox.cloud.fault('token', token);
  if (sts) sandbox.cloud.fault('sts', sts);
  const directory = temporaryDirectory();
  prepare?.(directory);
  const outcome = await runAction(
    { 'role-to-assume': PRINTED_ROLE, ...inputs },
    { cloud: sandbox.cloud, env: { ...RELEASE, ...env }, directory, ...(run && { run }) },
  );
  const [error] = outcome.commands().filter(({ command }) => command === 'error');
  return { outcome, lines: published(error?.data ?? '', directory).split('\n') };
}

describe('docs/troubleshooting.md shows what the step prints', () => {
  it.each(Object.entries(PRINTED_ERRORS))('for %s', async (code, scenario) => {
    const { outcome, lines } = await printed(scenario);
    expect(outcome.error?.code).toBe(code);
    const facts = outcome.error?.facts.size ?? 0;
    // The facts, which the page leaves out, and the link to the page come last.
    expect(lines.slice(0, -1 - facts).join('\n')).toBe(documented(code));
    expect(lines.at(-1)).toBe(
      `More: ${REPOSITORY.url}/blob/v1/docs/troubleshooting.md#${code.toLowerCase()}`,
    );
  });

  it('with every line, for the example at its start', async () => {
    const { lines } = await printed({
      inputs: { 'role-to-assume': 'arn:aws:iam::111122223333:role/deploy' },
      run: { ref: 'refs/heads/feature' },
    });
    expect(page).toContain(`\`\`\`text\nError: ${lines.join('\n')}\n\`\`\`\n`);
  });

  it.each([
    ['CONNECT_TIMEOUT', 'https:'],
    ['REQUEST_TIMEOUT', 'http:'],
  ])('for %s, with shorter limits', async (code, protocol) => {
    // It accepts connections and stays silent: the TLS handshake, which is part of connecting, does not end either.
    const silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const address = silent.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const url = new URL(`${protocol}//127.0.0.1:${port}/`);
    const http = createHttp({
      signal: new AbortController().signal,
      connectTimeoutMs: 100,
      requestTimeoutMs: 200,
    });
    const purpose = 'the call to STS AssumeRoleWithWebIdentity';
    const error = await failureOf(http.send({ method: 'POST', url, headers: {}, purpose }));
    http.close();
    silent.close();
    const whole = error.within('Could not assume arn:aws:iam::111122223333:role/deploy (hop 1 of 1).');
    expect([error.code, published(logLines(whole).join('\n'))]).toEqual([code, documented(code)]);
  });

  it('for INTERNAL', () => {
    const lines = logLines(toActionError(new TypeError('…')));
    expect(lines.join('\n')).toBe(documented('INTERNAL'));
  });

  it('for TRUST_POLICY', async () => {
    const policy = JSON.stringify({ Statement: { Effect: 'Allow', Principal: '*', Action: 'sts:*' } });
    const expected = '- { repository: octo-org/octo-repo, branch: main }';
    const { runner } = recordedRunner(inputVariables({ policy, 'must-deny': expected }));
    const error = await failureOf(runCheck(runner));
    expect(logLines(error).join('\n')).toBe(documented('TRUST_POLICY'));
  });

  it('for the errors of the refresh helper', async () => {
    const missing = await failureOf(Promise.resolve().then(() => readState('/none/state.json')));
    expect(missing.message).toBe(documented('REFRESH_STATE_INVALID'));
    const lacking = await failureOf(renew(STATE, '/none/state.json', { ACTIONS_ID_TOKEN_REQUEST_URL: 'x' }));
    expect(lacking.message).toBe(documented('REFRESH_REQUEST_MISSING'));
  });

  it('for ENDPOINT_NOT_STARTED', async () => {
    const program = endpointProgram(
      `console.error('listen EPERM: operation not permitted 127.0.0.1'); process.exit(1);`,
    );
    const inputs = {
      'role-to-assume': PRINTED_ROLE,
      'refresh-credentials': 'true',
      'credential-endpoint': 'true',
    };
    const { error } = await runAction(inputs, { cloud: sandbox.cloud, program });
    expect(logLines(toActionError(error)).join('\n')).toBe(documented('ENDPOINT_NOT_STARTED'));
  });

  it('for every code', () => {
    const headings = [...page.matchAll(/^### ([A-Z_]+)$/gm)].map(([, code = '']) => code);
    const helper: readonly ErrorCode[] = ['REFRESH_STATE_INVALID', 'REFRESH_REQUEST_MISSING'];
    const shown = [...Object.keys(PRINTED_ERRORS), ...REPORTED_ELSEWHERE, ...helper];
    expect(headings.sort()).toEqual(shown.sort());
  });
});

async function failureOf(work: Promise<unknown>): Promise<ActionError> {
  const error = await work.catch((thrown: unknown) => thrown);
  if (error instanceof ActionError) return error;
  throw new Error('It did not fail as it should.');
}
