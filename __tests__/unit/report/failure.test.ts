import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  ActionError,
  type ErrorCode,
  type ErrorDetails,
  invalidInputs,
  type RefusedCall,
} from '../../../src/core/errors.js';
import { maskAccountsOf, reportFailure } from '../../../src/report/failure.js';
import { logLines } from '../../../src/report/failure-text.js';
import { failureSummary } from '../../../src/report/summary-markdown.js';
import { writeSummary } from '../../../src/report/write-summary.js';
import { temporaryDirectory } from '../../support/files.js';
import { inputVariables, recordedRunner } from '../../support/recorded-runner.js';
import { rendered } from '../../support/secrets.js';

it('a summary page that cannot be written is a debug line, and no failure', async () => {
  const page = join(temporaryDirectory(), 'none', 'summary.md');
  // GitHub's toolkit reads the variable by itself.
  process.env['GITHUB_STEP_SUMMARY'] = page;
  const recorded = recordedRunner({ GITHUB_STEP_SUMMARY: page });
  await writeSummary(recorded.runner, '# Text');
  delete process.env['GITHUB_STEP_SUMMARY'];
  expect(recorded.log()).toEqual(['##[debug]The job summary could not be written.']);
  expect(recorded.exitCode()).toBeUndefined();
});

describe('a failure', () => {
  const action = {
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_ACTION_REPOSITORY: 'octo-org/assume-aws-role',
    GITHUB_ACTION_REF: 'v1',
  };
  const page = 'https://github.com/octo-org/assume-aws-role/blob/v1/docs/troubleshooting.md#throttled';

  it.each([
    ['names the page that explains it, at the version that runs', action, `%0AMore: ${page}`],
    ['names no page where the action runs from a checkout', { ...action, GITHUB_ACTION_REPOSITORY: '' }, ''],
    ['names no page that is none', { ...action, GITHUB_ACTION_REF: 'v1) [x](evil' }, ''],
  ])('%s', async (_, env, more) => {
    const recorded = recordedRunner(env);
    await reportFailure(recorded.runner, new ActionError('THROTTLED', 'Too many.', { hint: 'Wait.' }));
    expect(recorded.stdout()).toBe(`::error title=assume-aws-role%3A THROTTLED::Too many.%0AWait.${more}\n`);
  });

  it.each([
    ['without advice', undefined],
    ['with empty advice', ''],
    ['with advice of blank lines', ' \n\n'],
  ])('%s is one line', async (_, hint) => {
    const recorded = recordedRunner({});
    await reportFailure(
      recorded.runner,
      new ActionError('THROTTLED', 'Too many.', hint === undefined ? {} : { hint }),
    );
    expect(recorded.stdout()).toBe('::error title=assume-aws-role%3A THROTTLED::Too many.\n');
  });

  it('whose advice begins with a blank line shows no blank line', () => {
    const error = new ActionError('THROTTLED', 'Too many.', { hint: '\nWait\n a bit.\n' });
    expect(logLines(error)).toEqual(['Too many.', 'Wait a bit.']);
    expect(failureSummary(error, {})).toContain('\n\nWait a bit&#46;\n\n');
  });

  it('has each of its parts on a line of its own in the log, in the order they are needed', () => {
    const error = new ActionError('THROTTLED', 'It failed.', {
      reason: 'Throttling: Slow down.',
      attempts: 3,
      problems: ['one', 'two'],
      hint: 'Wait.',
      facts: new Map([['Role', 'a\nb']]),
    });
    const lines = ['It failed. Throttling: Slow down. (3 attempts)', '- one', '- two', 'Wait.'];
    expect(logLines(error, { page })).toEqual([...lines, 'Role: a\\u{a}b', `More: ${page}`]);
  });

  it('has in the summary the reason first, the facts after the advice, and nothing twice', () => {
    const facts = new Map([['Identity source', 'github-oidc']]);
    const reason = 'Throttling: No.';
    const error = new ActionError('THROTTLED', 'Too many.', {
      reason,
      attempts: 2,
      hint: 'Use `a | b`.',
      facts,
    });
    expect(rendered(failureSummary(error, { page }))).toBe(
      `### Assume AWS Role failed

**Too many.**

Throttling: No. (2 attempts)

Use <code>a | b</code>.

#### The caller

- Identity source: <code>github-oidc</code>

Error code: [\`THROTTLED\`](${page})
`,
    );
  });

  it('of several inputs is a list in the summary, and nothing in it is a replacement character', () => {
    const summary = failureSummary(invalidInputs(['a: got "x"; allowed: y.', 'b: it is required.']), {});
    expect(rendered(summary)).toContain(
      '**Invalid inputs:**\n\n- a: got "x"; allowed: y.\n- b: it is required.\n\n',
    );
    expect(summary).not.toMatch(/\uFFFD|FFFD/);
  });

  it('without a page has its code alone', () => {
    expect(failureSummary(new ActionError('THROTTLED', 'Too many.'), {})).toContain(
      'Error code: `THROTTLED`\n',
    );
  });
});

describe('a refusal', () => {
  const HOST = 'token.actions.githubusercontent.com';
  const SUB = 'repo:octo-org@65/octo-repo@74:ref:refs/heads/main';
  const REFUSAL: RefusedCall = {
    action: 'sts:AssumeRoleWithWebIdentity',
    roleArn: 'arn:aws:iam::111122223333:role/deploy',
    claims: { iss: `https://${HOST}`, sub: SUB, aud: 'sts.amazonaws.com', ref: 'refs/heads/main' },
    isGithub: true,
    callerArn: undefined,
    callerRoleArn: undefined,
    otherActions: [],
    keys: [['sts:RoleSessionName', 'GitHubActions']],
  };
  const trusting = (subject: string) =>
    JSON.stringify({
      Statement: {
        Effect: 'Allow',
        Principal: { Federated: `arn:aws:iam::111122223333:oidc-provider/${HOST}` },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: { StringEquals: { [`${HOST}:sub`]: subject } },
      },
    });
  const page = join(temporaryDirectory(), 'summary.md');

  /** What the step shows of a refusal: the error in the log, and the page of the job's summary. */
  async function shown(inputs: Readonly<Record<string, string>>, error: ActionError) {
    writeFileSync(page, '');
    process.env['GITHUB_STEP_SUMMARY'] = page;
    const recorded = recordedRunner({ ...inputVariables(inputs), GITHUB_STEP_SUMMARY: page });
    await reportFailure(recorded.runner, error);
    delete process.env['GITHUB_STEP_SUMMARY'];
    const message = recorded.commands().find(({ command }) => command === 'error')?.data;
    return { message, summary: rendered(readFileSync(page, 'utf8')), stdout: recorded.stdout() };
  }
  const refused = (details: ErrorDetails = {}, code: ErrorCode = 'ACCESS_DENIED') =>
    new ActionError(code, 'Refused.', {
      hint: 'A guess.',
      facts: new Map([['sub', 'x']]),
      refusal: REFUSAL,
      ...details,
    });

  it('that the trust policy explains is told with the reason in place of the guess', async () => {
    const { message, summary } = await shown({ 'trust-policy': trusting('repo:octo-org/x:*') }, refused());
    expect(message).toMatch(/^Refused\.\ntrust-policy does not allow .*\n- line 1: .*\nsub: x$/);
    expect(summary).toContain('Closest match: statement 1, line 1:');
    expect(summary).not.toContain('A guess.');
  });

  it('of a token that the trust policy would let in has no guess at its conditions', async () => {
    const { message, summary } = await shown({ 'trust-policy': trusting(SUB) }, refused());
    expect(message).toMatch(/^Refused\.\nThis trust policy would allow this token .*\nsub: x$/);
    expect(summary).not.toContain('A guess');
  });

  it('of a token that STS rejected keeps its advice, whatever the trust policy says', async () => {
    const { message } = await shown({ 'trust-policy': trusting('x') }, refused({}, 'TOKEN_REJECTED'));
    expect(message).toMatch(/^Refused\.\nA guess\.\ntrust-policy does not allow /);
  });

  it('shows no claim twice in the summary', async () => {
    const { summary } = await shown(
      {},
      refused({
        facts: new Map([
          ['sub', SUB],
          ['iss', 'https://x'],
          ['Caller', 'me'],
        ]),
      }),
    );
    expect(summary.match(/- (sub|iss|Caller): /g)).toEqual(['- Caller: ']);
    expect(summary).toContain(`| sub | <code>${SUB}</code> |`);
  });

  it.each<[string, ActionError]>([
    ['is not one of a trust policy', refused({}, 'THROTTLED')],
    ['is of an expired token, which STS never compares', refused({}, 'TOKEN_EXPIRED')],
    [
      'is none of a call',
      new ActionError('ACCESS_DENIED', 'Refused.', { hint: 'A guess.', facts: new Map([['sub', 'x']]) }),
    ],
  ])('that %s is not explained by one', async (_, error) => {
    const { message, summary } = await shown({ 'trust-policy': trusting('x') }, error);
    expect(message).toBe('Refused.\nA guess.\nsub: x');
    expect(summary).not.toContain('What must be true');
  });

  it('has no page with summary: never, and the same error', async () => {
    const { message, summary } = await shown({ 'trust-policy': trusting('x'), summary: 'never' }, refused());
    expect(message).toContain('trust-policy does not allow');
    expect(summary).toBe('');
  });

  it('has its accounts masked in every part, where that is asked for', async () => {
    const error = refused({
      hint: 'See 222233334444.',
      facts: new Map([['Caller', 'arn:aws:iam::444455556666:x']]),
    }).with('User: arn:aws:iam::111122223333:user/bob');
    const { runner } = recordedRunner();
    maskAccountsOf(runner, error);
    expect(runner.redact(`${error.message} ${error.hint} ${error.facts.get('Caller')}`)).toBe(
      'User: arn:aws:iam::***:user/bob See ***. arn:aws:iam::***:x',
    );
  });

  it('whose explanation fails is the failure still', async () => {
    const claims = Object.defineProperty({}, 'iss', {
      get: () => {
        throw new RangeError('A fault.');
      },
    });
    const { message, stdout } = await shown({}, refused({ refusal: { ...REFUSAL, claims } }));
    expect(message).toBe('Refused.\nA guess.\nsub: x');
    expect(stdout).toContain('::debug::The refusal could not be explained.');
  });
});
