import fc from 'fast-check';
import { parse } from 'yaml';
import { parseReference } from '../../../src/rewrite-uses/reference.js';
import { rewrite } from '../../../src/rewrite-uses/rewrite.js';
import { Tally } from '../../support/tally.js';
import { runs, SEED } from '../../support/volume.js';

const THEIRS = 'aws-actions/configure-aws-credentials';
const OURS = 'octo-org/assume-aws-role';
const COMMIT = '0123456789abcdef0123456789abcdef01234567';

const forth = { from: THEIRS, to: parseReference(`${OURS}@v1`), isBack: false };
const back = { from: OURS, to: parseReference(`${THEIRS}@v6`), isBack: true };
const pinned = { ...forth, to: parseReference(`${OURS}@${COMMIT} # v1.2.3`) };

/** A workflow of one job with these steps. */
const workflow = (...steps: readonly string[]): string => {
  const lines = steps.flatMap((step) => step.split('\n')).map((line) => `    ${line}`);
  return ['on: push', 'jobs:', '  deploy:', '    steps:', ...lines, ''].join('\n');
};

const remarksOf = async (text: string, rewriting = forth): Promise<readonly string[]> =>
  (await rewrite(text, rewriting)).remarks.map((one) => `${one.line} ${one.level}: ${one.text}`);

describe('what a step uses is replaced, and no other byte', () => {
  it.each([
    ['a tag', `- uses: ${THEIRS}@v4`, `- uses: ${OURS}@v1`],
    ['a release', `- uses: ${THEIRS}@v4.0.2`, `- uses: ${OURS}@v1`],
    ['the tag of an old Node', `- uses: ${THEIRS}@v1-node16`, `- uses: ${OURS}@v1`],
    ['a branch', `- uses: ${THEIRS}@main`, `- uses: ${OURS}@v1`],
    ['a commit', `- uses: ${THEIRS}@${COMMIT} # why`, `- uses: ${OURS}@v1 # why`],
    ['double quotes', `- uses: "${THEIRS}@v4"   # why`, `- uses: "${OURS}@v1"   # why`],
    ['single quotes', `- 'uses' : '${THEIRS}@v4'`, `- 'uses' : '${OURS}@v1'`],
    ['flow style', `- {uses: ${THEIRS}@v4, with: {a: b}} # x`, `- {uses: ${OURS}@v1, with: {a: b}} # x`],
    ['a block', `- uses: >-\n    ${THEIRS}@v4\n  id: x`, `- uses: >-\n    ${OURS}@v1\n  id: x`],
    ['the next line', `- uses:\n    ${THEIRS}@v4`, `- uses:\n    ${OURS}@v1`],
    ['another case', `- uses: AWS-Actions/Configure-AWS-Credentials@v6`, `- uses: ${OURS}@v1`],
    ['an anchor', `- uses: &aws ${THEIRS}@v4\n- uses: *aws`, `- uses: &aws ${OURS}@v1\n- uses: *aws`],
    ['an aliased step', `- &a\n  uses: ${THEIRS}@v4\n- *a`, `- &a\n  uses: ${OURS}@v1\n- *a`],
    ['a tag of YAML', `- uses: !!str ${THEIRS}@v4`, `- uses: !!str ${OURS}@v1`],
  ])('%s', async (_, before, after) => {
    for (const [indent, eol, bom] of [
      ['', '\n', ''],
      ['      ', '\r\n', '\uFEFF'],
    ] as const) {
      const text = (step: string): string =>
        bom + workflow(step.replace(/^/gm, indent)).replaceAll('\n', eol);
      expect((await rewrite(text(before), forth)).after).toBe(text(after));
    }
  });

  it.each([
    ['# v4.0.2', '# v1.2.3'],
    ['#v4', '#v1.2.3'],
    ['   # tag=v4.0.2  ', '   # v1.2.3  '],
    [`# ratchet:${THEIRS}@v4`, '# v1.2.3'],
    ['# master', '# v1.2.3'],
    ['', '# v1.2.3'],
    ['# do not touch', '# do not touch'],
    ['#', '#'],
  ])('the version behind a commit, %p', async (old, fresh) => {
    const before = workflow(
      `- uses: '${THEIRS}@${COMMIT}' ${old}`.trimEnd() + (old.endsWith(' ') ? '  ' : ''),
    );
    const after = workflow(
      `- uses: '${OURS}@${COMMIT}' ${fresh}`.trimEnd() + (fresh.endsWith(' ') ? '  ' : ''),
    );
    expect((await rewrite(before, pinned)).after).toBe(after);
  });

  it('puts no comment where a line goes on, or into a block', async () => {
    const before = workflow(`- {uses: ${THEIRS}@v4, id: a}`, `- uses: |\n    ${THEIRS}@v4`);
    expect((await rewrite(before, pinned)).after).toBe(
      before.replaceAll(`${THEIRS}@v4`, `${OURS}@${COMMIT}`),
    );
  });

  it('in composite actions, too', async () => {
    const before = `runs:\n  using: composite\n  steps:\n    - uses: ${THEIRS}@v4\n`;
    const { after, count } = await rewrite(before, forth);
    expect([after, count]).toEqual([before.replace(`${THEIRS}@v4`, `${OURS}@v1`), 1]);
    expect(await remarksOf(before)).toEqual([
      '4 note: this is a composite action: all workflows that use it change.',
    ]);
  });

  it('the way back gives the same text again', async () => {
    const before = workflow(`- uses: "${THEIRS}@v6" # why`, '  with: {aws-region: eu-central-1}');
    const { after } = await rewrite(before, forth);
    expect((await rewrite(after, back)).after).toBe(before);
    expect(await rewrite(after, forth)).toEqual({ after, count: 0, remarks: [] });
  });
});

describe('what is left as it is', () => {
  it.each([
    ['an expression', `- uses: ${THEIRS}@\${{ matrix.version }}`, /uses cannot have an expression/],
    ['no ref', `- uses: ${THEIRS}`, /uses needs a ref behind an @/],
    ['a folder of the repository', `- uses: ${THEIRS}/other@v1`, /another action of the same repository/],
    [
      'escapes',
      `- uses: "aws-actions/configure-aws-credentials\\x40v4" # ${THEIRS}`,
      /the value of uses has escapes in it/,
    ],
  ])('%s', async (_, step, why) => {
    const before = workflow(step);
    const { after, count, remarks } = await rewrite(before, forth);
    expect([after, count]).toEqual([before, 0]);
    if (!step.includes('\\')) expect(remarks.map(({ text }) => text).join()).toMatch(why);
  });

  it('another action whose name begins the same', async () => {
    const before = workflow(`- uses: ${THEIRS}-again@v4`, `- uses: not-${THEIRS}@v4`);
    expect(await rewrite(before, forth)).toEqual({ after: before, count: 0, remarks: [] });
  });

  it('an anchor that is used for something else as well', async () => {
    const before = workflow(`- uses: &aws ${THEIRS}@v4`, '- run: echo "$ACTION"', '  env: {ACTION: *aws}');
    const { after, count } = await rewrite(before, forth);
    expect([after, count]).toEqual([before, 0]);
    expect(await remarksOf(before)).toEqual([
      '5 warning: nothing is changed: another part of the file uses the same text, by an anchor.',
    ]);
  });

  it('comments and texts, which are reported', async () => {
    const before = workflow(
      `# - uses: ${THEIRS}@v3`,
      `- run: echo ${THEIRS}@v4`,
      `- uses: ${THEIRS}@v6`,
      `# ${THEIRS}`,
    );
    const { after } = await rewrite(before, forth);
    expect(after).toBe(before.replace(`${THEIRS}@v6`, `${OURS}@v1`));
    expect(await remarksOf(before)).toEqual([
      '5 note: the action is named in a comment, which stays as it is.',
      '6 note: the action is named in a text, which stays as it is.',
      '8 note: the action is named in a comment, which stays as it is.',
    ]);
  });

  it.each([
    ['several documents', `a: 1\n---\n# ${THEIRS}\n`, /^1 warning: this is not read: there are several/],
    [
      'a key that stands twice',
      `jobs: 1\njobs: 2 # ${THEIRS}\n`,
      /^2 warning: .*names the action in line 2\.$/,
    ],
    [
      'a key that stands twice beside the step',
      `${workflow(`- uses: ${THEIRS}@v6`)}env: {a: 1, a: 2}\n`,
      /^6 warning: this is not read: .*names the action in line 5\.$/,
    ],
    ['no YAML', `{ # ${THEIRS}\n`, /warning: this is not read/],
    ['only comments', `# ${THEIRS}\n`, /^1 note: the action is named in a comment/],
    ['a list', `- ${THEIRS}@v4\n`, /^1 note: the action is named in a text/],
  ])('%s', async (_, before, remark) => {
    const { after, count } = await rewrite(before, forth);
    expect([after, count]).toEqual([before, 0]);
    expect((await remarksOf(before)).join()).toMatch(remark);
  });
});

describe('what needs a look', () => {
  it('outputs that are not the same', async () => {
    const before = workflow(
      `- uses: ${THEIRS}@v6`,
      '  id: aws',
      '- run: deploy',
      '  env:',
      `    A: \${{ fromJSON(steps.aws.outputs.aws-expiration) }}`,
      `    B: \${{ steps.aws.outputs['aws-expiration'] }}`,
      `    C: \${{ steps.aws.outputs.aws-account-id }}`,
    );
    expect(await remarksOf(before)).toEqual([
      '9 warning: fromJSON fails here: aws-expiration is the time itself, without quotes. Drop the call.',
      '10 warning: aws-expiration is the time itself here, without the quotes it has there. Drop what removes them.',
    ]);
  });

  it('no step with its value on lines of its own', async () => {
    expect(await remarksOf(workflow(`- uses: >-\n    ${THEIRS}@v6`))).toEqual([]);
    expect(await remarksOf(workflow(`- uses: ${THEIRS}@${COMMIT} # since version 2`))).toEqual([
      '5 note: the comment behind it stays as it is.',
      expect.stringMatching(/^5 note: the reference does not say which version it is/),
    ]);
  });

  it('the version behind a commit, if the new one has none', async () => {
    expect(await remarksOf(workflow(`- uses: ${THEIRS}@${COMMIT} # v6.2.3`))).toEqual([
      '5 warning: the comment "# v6.2.3" is about the old reference. Give --to "OWNER/NAME@REF # VERSION", or change it.',
    ]);
    expect(await remarksOf(workflow(`- uses: ${THEIRS}@${COMMIT} # v6.2.3`), pinned)).toEqual([]);
  });

  it('workflows that others call, and that call others', async () => {
    const called = `on: {workflow_call: {}}\npermissions: {id-token: write}\njobs:\n  a:\n    uses: o/r/.github/workflows/x.yml@v1\n  b:\n    permissions: {}\n    uses: o/r/.github/workflows/y.yml@v1\n  c:\n    uses: ./.github/workflows/z.yml\n  d:\n    steps:\n      - uses: ${THEIRS}@v6\n`;
    const calls = 'note: this job calls a workflow of another repository, which may use the action as well.';
    const isCalled = 'note: this workflow can be called: all workflows that call it change.';
    expect(await remarksOf(called)).toEqual([`5 ${calls}`, `13 ${isCalled}`]);
    for (const on of ['workflow_call', '[push, workflow_call]'])
      expect(await remarksOf(called.replace('{workflow_call: {}}', on))).toContain(`13 ${isCalled}`);
  });

  it('what the way back loses', async () => {
    const before = workflow(
      `- uses: ${OURS}@v1`,
      '  with: {role-chain: x, aws-region: eu-central-1}',
      '- uses: octo-org/assume-aws-role/drop@v1',
      `- run: echo \${{ steps.a.outputs.oidc-subject }} \${{ steps.a.outputs.aws-expiration }}`,
    );
    expect(await remarksOf(before, back)).toEqual([
      '5 warning: configure-aws-credentials has no input role-chain.',
      '7 warning: this is another action of the same repository; it is left as it is.',
      '8 warning: configure-aws-credentials has no output oidc-subject.',
      '8 warning: aws-expiration is JSON text with quotes there, and only set with output-credentials: true.',
    ]);
    expect(
      await remarksOf(workflow(`- uses: ${THEIRS}@v6`, `- run: echo \${{ steps.a.outputs.oidc-subject }}`)),
    ).toEqual([]);
  });
});

it('the way back keeps every input that configure-aws-credentials 6.3 has, without a word', async () => {
  // In the order of its action.yml.
  const inputs =
    `aws-region aws-profile overwrite-aws-profile role-to-assume aws-access-key-id aws-secret-access-key
    aws-session-token web-identity-token-file role-chaining audience http-proxy no-proxy mask-aws-account-id
    role-duration-seconds role-external-id role-session-name role-skip-session-tagging transitive-tag-keys
    inline-session-policy managed-session-policies output-credentials output-env-credentials
    unset-current-credentials disable-retry retry-max-attempts special-characters-workaround
    use-existing-credentials allowed-account-ids force-skip-oidc action-timeout-s custom-tags sts-endpoint
    translate-env-variables`.split(/\s+/);
  const before = workflow(`- uses: ${OURS}@v1`, '  with:', ...inputs.map((name) => `    ${name}: x`));
  expect(await remarksOf(before, back)).toEqual([]);
});

test('of any workflow, nothing changes but what the steps use', async () => {
  const reached = new Tally('changed', 'unchanged', 'with a comment');
  const ref = fc.constantFrom('v1', 'v6.2.3', COMMIT, 'main', `\${{ x }}`, '');
  const scalar = fc.constantFrom(
    'a',
    "'# a'",
    '"b: #c"',
    '|\n            # not a comment\n            x',
    '&n 1',
    '>-\n            ~',
  );
  const step = fc
    .record({
      action: fc.constantFrom(THEIRS, 'actions/checkout', `${THEIRS}/x`),
      ref,
      quote: fc.constantFrom('', '"', "'"),
      comment: fc.constantFrom('', ' # v4.0.2', '  # why', ' #'),
      value: scalar,
      isLast: fc.boolean(),
    })
    .map(({ action, ref: at, quote, comment, value, isLast }) => {
      const uses = `uses: ${quote}${action}@${at}${quote}${comment}`;
      const others = `with:\n          input: ${value}`;
      return isLast ? `      - ${others}\n        ${uses}` : `      - ${uses}\n        ${others}`;
    });
  const file = fc.record({
    steps: fc.array(step, { minLength: 1, maxLength: 5 }),
    eol: fc.constantFrom('\n', '\r\n'),
  });
  await fc.assert(
    fc.asyncProperty(file, fc.constantFrom(forth, pinned), async ({ steps, eol }, rewriting) => {
      const before = `on: push\njobs:\n  a:\n    steps:\n${steps.join('\n')}\n`.replaceAll('\n', eol);
      const { after, count } = await rewrite(before, rewriting);
      const uses = (text: string): readonly string[] => stepsOf(text).map((one) => String(one['uses']));
      const wanted = uses(before).map((one) =>
        /^aws-actions\/configure-aws-credentials@[\w.]+$/.test(one) ? `${OURS}@${rewriting.to.ref}` : one,
      );
      expect(uses(after)).toEqual(wanted);
      expect(stepsOf(after).map(({ uses: _, ...others }) => others)).toEqual(
        stepsOf(before).map(({ uses: _, ...others }) => others),
      );
      const plain = (text: string): string =>
        text.replaceAll(/\S+@[\w.]+(?=["' \r\n])|(?<=# )v[\d.]+|(?<=["'\d]) # v1\.2\.3/g, '');
      expect(plain(after).replaceAll(/ # v1\.2\.3| # (?=\r?\n)/g, '')).toBe(
        plain(before).replaceAll(/ # (?=\r?\n)/g, ''),
      );
      expect((await rewrite(after, rewriting)).after).toBe(after);
      reached.count(count > 0 ? 'changed' : 'unchanged');
      if (after.includes('# v1.2.3')) reached.count('with a comment');
    }),
    { seed: SEED, numRuns: runs(150) },
  );
  reached.expectAllReached();
});

function stepsOf(text: string): readonly Record<string, unknown>[] {
  return parse(text).jobs.a.steps;
}
