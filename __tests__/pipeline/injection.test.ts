import type { Run } from '../../sandbox/cloud.js';
import { parseCommandFile } from '../../sandbox/runner/command-files.js';
import { sharedCloud } from '../support/cloud.js';
import { HOSTILE } from '../support/hostile.js';
import { BY_KEYS, DEPLOY, DEPLOYER_KEYS, LONG } from '../support/roles.js';
import { type Outcome, runAction } from '../support/run-action.js';
import { assumedAnswer } from '../support/sts-answers.js';

const sandbox = sharedCloud();

/** The headings that are the action's own. */
const HEADINGS = [
  '### Assume AWS Role',
  '### Assume AWS Role failed',
  '#### Why',
  '#### The caller',
  '#### What AWS saw of the token',
  '#### What must be true',
  '#### A trust policy for exactly this workflow',
];
const COMMANDS = ['add-mask', 'error', 'warning', 'notice'];
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are the subject
const UNPRINTABLE = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/;
const ENTRIES = /^(AWS_[A-Z_]+|aws-account-id|authenticated-arn|aws-expiration|oidc-subject|undo)$/;

/** Nothing of what was said has become a command, a line, a command file's entry or Markdown of its own. */
function expectNoBreakout(outcome: Outcome): void {
  const lines = outcome.stdout().split(/\r\n|\n|\r/);
  const commands = outcome.commands();
  expect(commands.filter(({ command }) => !COMMANDS.includes(command))).toEqual([]);
  // Every command is one that the action itself gave: it stands at the start of its line.
  expect(commands).toHaveLength(lines.filter((line) => /^::[a-z-]+( title=[^:]+)?::/.test(line)).length);
  // A mask has to say exactly what it hides; the runner reads the rest of such a line as data, whatever it is.
  const told = lines.filter((line) => !line.startsWith('::add-mask::'));
  expect(told.filter((line) => line.includes('##['))).toEqual([]);
  expect(told.filter((line) => UNPRINTABLE.test(line))).toEqual([]);
  for (const text of Object.values(outcome.files())) {
    const names = [...parseCommandFile(text)].map(([name]) => name);
    expect(names.filter((name) => !ENTRIES.test(name))).toEqual([]);
  }
  expect(outcome.summary).not.toMatch(/<(?!\/?(code|details|summary)>)|!\[|\]\(/);
  expect(outcome.summary).not.toMatch(UNPRINTABLE);
  const tables = outcome.summary.split('\n').filter((line) => line.startsWith('|'));
  expect(tables.filter((line) => line.split('|').length !== 4)).toEqual([]);
  expect(outcome.summary.split('\n').filter((line) => /^#/.test(line) && !HEADINGS.includes(line))).toEqual(
    [],
  );
}

describe.each(HOSTILE)('%j breaks out of nothing', (text) => {
  it('as a claim of a token that is refused', async () => {
    const claims = { sub: `repo:${text}`, ref: text, environment: text, aud: ['sts.amazonaws.com', text] };
    const outcome = await runAction({ 'role-to-assume': DEPLOY }, { cloud: sandbox.cloud, run: { claims } });
    expect(outcome.error?.code).toMatch(/^(ACCESS_DENIED|TOKEN_REJECTED)$/);
    expectNoBreakout(outcome);
  });

  it('as the ref and the environment that a guard refuses', async () => {
    for (const inputs of [{ 'allowed-refs': 'refs/x' }, { 'allowed-environments': 'x' }]) {
      const outcome = await runAction(
        { 'role-to-assume': LONG, ...inputs },
        { cloud: sandbox.cloud, run: { claims: { ref: text, environment: text } } },
      );
      expect(outcome.error?.code).toMatch(/_NOT_ALLOWED$/);
      expectNoBreakout(outcome);
    }
  });

  it('as the subject of a token that is accepted, which becomes an output', async () => {
    sandbox.cloud.fault('sts', { kind: 'answer', body: assumedAnswer({}) });
    const sub = `repo:${text}`;
    const outcome = await runAction(
      { 'role-to-assume': LONG, summary: 'always' },
      { cloud: sandbox.cloud, run: { claims: { sub } } },
    );
    expect(outcome.error).toBeUndefined();
    expectNoBreakout(outcome);
    expect(outcome.entries('output')['oidc-subject']).toBe(sub);
  });

  it('as what STS says, in message and code, also before another attempt', async () => {
    const fault = { kind: 'error', code: text.replaceAll('\n', ' '), message: text } as const;
    sandbox.cloud.fault('sts', { ...fault, status: 503 });
    sandbox.cloud.fault('sts', { ...fault, status: 400 });
    const outcome = await runAction({ 'role-to-assume': LONG }, { cloud: sandbox.cloud });
    expect(outcome.error).toBeDefined();
    expectNoBreakout(outcome);
  });

  it('as the ARN in the answer of STS', async () => {
    const arn = `arn:aws:sts::111122223333:assumed-role/x/${text.replaceAll('<', '&lt;')}`;
    sandbox.cloud.fault('sts', { kind: 'answer', body: assumedAnswer({ arn }) });
    const outcome = await runAction({ 'role-to-assume': LONG, summary: 'always' }, { cloud: sandbox.cloud });
    expectNoBreakout(outcome);
  });

  it('as the name of workflow, branch, job and actor, which become tags', async () => {
    const run: Run = { workflow: text, actor: text, headRef: text, baseRef: text, event: 'pull_request' };
    const env = { GITHUB_WORKFLOW: text, GITHUB_JOB: text, GITHUB_REF: text };
    const outcome = await runAction(
      { ...DEPLOYER_KEYS, 'role-to-assume': BY_KEYS, 'role-session-name': 'auto' },
      { cloud: sandbox.cloud, run, env },
    );
    expect(outcome.error).toBeUndefined();
    expectNoBreakout(outcome);
  });

  it.each(['role-to-assume', 'role-session-name', 'custom-tags', 'aws-profile', 'allowed-refs', 'no-proxy'])(
    'as the input %s',
    async (name) => {
      const outcome = await runAction({ 'role-to-assume': DEPLOY, [name]: text }, { cloud: sandbox.cloud });
      expectNoBreakout(outcome);
    },
  );

  it('as the path of a token file and as credentials that are replaced', async () => {
    const env = { AWS_ACCESS_KEY_ID: text, AWS_SECRET_ACCESS_KEY: text, AWS_SESSION_TOKEN: text };
    const missing = await runAction(
      { 'role-to-assume': LONG, 'web-identity-token-file': text },
      { cloud: sandbox.cloud },
    );
    expect(missing.error?.code).toBe('TOKEN_FILE_UNREADABLE');
    expectNoBreakout(missing);
    const replaced = await runAction({ 'role-to-assume': LONG }, { cloud: sandbox.cloud, env });
    expect(replaced.error).toBeUndefined();
    expectNoBreakout(replaced);
    const [{ before }] = JSON.parse(replaced.entries('state')['undo'] ?? '');
    expect(before).toMatchObject(env);
  });
});
