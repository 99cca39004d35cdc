import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { Random } from '../../bench/reach/random.js';
import { RULES } from '../../src/inputs/rules.js';
import { sharedCloud } from '../support/cloud.js';
import { temporaryDirectory } from '../support/files.js';
import { HOSTILE } from '../support/hostile.js';
import { SAMPLES } from '../support/input-samples.js';
import { mutated } from '../support/mutate.js';
import { runAction } from '../support/run-action.js';
import { assumedAnswer, callerAnswer } from '../support/sts-answers.js';
import { Tally } from '../support/tally.js';
import { runs, SEED } from '../support/volume.js';

const sandbox = sharedCloud();
const random = new Random(SEED);

/** Inputs that would have the step ask servers other than the test's. */
const LEFT_OUT = ['sts-endpoint', 'http-proxy', 'no-proxy', 'use-existing-credentials'];
const NAMES = Object.keys(RULES).filter((name) => !LEFT_OUT.includes(name));
const TEXTS = [
  ...Object.values(SAMPLES).flatMap(({ taken, refused }) => [...taken.map(([text]) => text), ...refused]),
  ...HOSTILE,
];

const token = [
  '{"alg":"RS256"}',
  JSON.stringify({ iss: 'https://x', sub: 'repo:o/r:*', exp: 4e9, iat: 1 }),
  'x',
]
  .map((part) => Buffer.from(part).toString('base64url'))
  .join('.');
const ERROR =
  '<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>';
const TOKEN_ANSWER = JSON.stringify({ value: token, count: 1 });
const CALLER_ANSWER = callerAnswer('arn:aws:sts::111122223333:assumed-role/a/b');
const BODIES = [
  TOKEN_ANSWER,
  assumedAnswer({}),
  CALLER_ANSWER,
  ERROR,
  '{"IdentityId":"us-east-1:x"}',
  JSON.stringify({ Token: token }),
  '<html>',
];
const STATUSES = [200, 200, 200, 204, 301, 307, 400, 403, 404, 429, 500, 503] as const;
const HEADERS: readonly Readonly<Record<string, string>>[] = [
  {},
  { 'retry-after': '99999999999' },
  { 'content-type': 'application/json' },
  { location: 'http://127.0.0.1:1/' },
  { 'content-encoding': 'gzip' },
];

function rightAnswer({ url, headers }: IncomingMessage, body: string): string {
  if (url?.startsWith('/token')) return TOKEN_ANSWER;
  const target = String(headers['x-amz-target']);
  if (target.endsWith('.GetId')) return '{"IdentityId":"us-east-1:x"}';
  if (target.endsWith('.GetOpenIdToken')) return JSON.stringify({ Token: token });
  return body.includes('GetCallerIdentity') ? CALLER_ANSWER : assumedAnswer({});
}

/** The right body, or any, as it is or changed; or no answer at all. */
function answer(request: IncomingMessage, response: ServerResponse, body: string): void {
  if (random.chance(0.03)) {
    request.socket.destroy();
    return;
  }
  const text = random.chance(0.7) ? rightAnswer(request, body) : random.oneOf(BODIES, '');
  const isWhole = random.chance(0.6);
  response.writeHead(isWhole ? 200 : random.pick(STATUSES), isWhole ? {} : random.oneOf(HEADERS, {}));
  response.end(isWhole ? text : mutated(random, text, BODIES));
}

const server = createServer((request, response) => {
  const parts: Buffer[] = [];
  request.on('data', (part: Buffer) => parts.push(part));
  request.on('end', () => answer(request, response, Buffer.concat(parts).toString()));
});
beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
const address = (): string => {
  const own = server.address();
  return `http://127.0.0.1:${typeof own === 'object' ? own?.port : ''}`;
};

function randomInputs(): Record<string, string> {
  const inputs: Record<string, string> = {
    'role-to-assume': 'arn:aws:iam::111122223333:role/long-session',
    'sts-endpoint': address(),
  };
  for (let count = random.below(5); count > 0; count--) {
    const name = random.oneOf(NAMES, '');
    const own =
      Object.entries(SAMPLES)
        .find(([other]) => other === name)?.[1]
        .taken.map(([text]) => text) ?? [];
    const text = random.chance(0.7) ? random.oneOf(own, '') : random.oneOf(TEXTS, '');
    inputs[name] = random.chance(0.7) ? text : mutated(random, text, TEXTS);
  }
  return inputs;
}

it('a step ends with credentials or with an error of its own, whatever its inputs and the servers say', async () => {
  const directory = temporaryDirectory();
  const tally = new Tally(
    'success',
    'INPUT_INVALID',
    'ID_TOKEN_ANSWER_INVALID',
    'ANSWER_UNEXPECTED',
    'other',
  );
  for (let run = 0; run < runs(50); run++) {
    const inputs = randomInputs();
    const env = {
      ACTIONS_ID_TOKEN_REQUEST_URL: `${address()}/token?a=b`,
      AWS_ENDPOINT_URL: address(),
      AWS_ENDPOINT_URL_COGNITO_IDENTITY: address(),
      HOME: directory,
    };
    const { error, requests, files } = await runAction(inputs, { cloud: sandbox.cloud, env, directory });
    expect({ inputs, error: error?.code, cause: String(error?.cause) }).not.toMatchObject({
      error: 'INTERNAL',
    });
    // Nobody but the test's servers is asked, and what fails exports nothing.
    expect(requests).toEqual([]);
    if (error !== undefined) expect({ inputs, env: files().env }).toEqual({ inputs, env: '' });
    tally.count(error === undefined ? 'success' : isCounted(error.code) ? error.code : 'other');
  }
  tally.expectAllReached();
});

function isCounted(code: string): code is 'INPUT_INVALID' | 'ID_TOKEN_ANSWER_INVALID' | 'ANSWER_UNEXPECTED' {
  return ['INPUT_INVALID', 'ID_TOKEN_ANSWER_INVALID', 'ANSWER_UNEXPECTED'].includes(code);
}
