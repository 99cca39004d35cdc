import fc from 'fast-check';
import { InputParseError } from '../../../src/inputs/parsers.js';
import { roleChain } from '../../../src/inputs/role-chain.js';
import { Tally } from '../../support/tally.js';
import { runs } from '../../support/volume.js';

const ROLE = 'arn:aws:iam::444455556666:role/spoke';

/** The lines of the refusal, or the chain. */
async function problemsOf(raw: string): Promise<readonly string[]> {
  try {
    await roleChain(raw);
    return [];
  } catch (error) {
    if (!(error instanceof InputParseError)) throw error;
    return error.problems.length > 0 ? error.problems : [error.allowed];
  }
}

describe('role-chain', () => {
  it.each([
    ['one ARN a line', `${ROLE}\n\n  ${ROLE}2\n`, [ROLE, `${ROLE}2`]],
    ['a YAML list of ARNs', `- ${ROLE}\n- ${ROLE}2`, [ROLE, `${ROLE}2`]],
    ['a JSON list', `["${ROLE}"]`, [ROLE]],
    ['a list of mappings', `- role: ${ROLE}\n- {role: "${ROLE}2"}`, [ROLE, `${ROLE}2`]],
    ['a list that shares an item by an alias', `- &a {role: ${ROLE}}\n- *a`, [ROLE, ROLE]],
  ])('may be %s', async (_, raw, roles) => {
    expect((await roleChain(raw)).map(({ role }) => role)).toEqual(roles);
  });

  it('takes every setting of an item, as it is written', async () => {
    const chain = await roleChain(`
- role: ${ROLE}
  external-id: 0123
  session-name: on-call
  duration-seconds: 900
  tags: { Team: platform, Version: 1.10, Flag: true }
  transitive-tag-keys: [Team, Version]
  source-identity: octocat
  session-policy:
    Version: 2012-10-17
    Statement: [{ Effect: Allow, Action: 's3:*', Resource: '*' }]
  managed-session-policies: |
    arn:aws:iam::aws:policy/ReadOnlyAccess
    arn:aws:iam::111122223333:policy/a,b
`);
    expect(chain).toEqual([
      {
        role: ROLE,
        externalId: '0123',
        sessionName: 'on-call',
        durationSeconds: 900,
        tags: [
          { key: 'Team', value: 'platform', droppable: false },
          { key: 'Version', value: '1.10', droppable: false },
          { key: 'Flag', value: 'true', droppable: false },
        ],
        transitiveTagKeys: ['Team', 'Version'],
        sourceIdentity: 'octocat',
        policy: '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}',
        policyArns: ['arn:aws:iam::aws:policy/ReadOnlyAccess', 'arn:aws:iam::111122223333:policy/a,b'],
      },
    ]);
  });

  it.each([
    ['text', 'just text', /a YAML list of role ARNs/],
    ['a mapping', `role: ${ROLE}`, /a YAML list of role ARNs/],
    ['an empty list', '[]', /a YAML list of role ARNs/],
    ['more items than a chain has', `- ${ROLE}\n`.repeat(21), /at most 20 roles/],
    ['YAML that is not closed', `- {role: ${ROLE}`, /^not valid YAML: /],
    ['a key that stands twice', `- role: ${ROLE}\n  role: ${ROLE}`, /^not valid YAML: .*unique/],
    ['aliases that explode', explodingAliases(), /^not valid YAML: .*alias/],
    ['a name instead of an ARN', '- deploy', /^item 1: role: got "deploy"; allowed: the full ARN/],
    ['an item that is a list', `- ${ROLE}\n- [a]`, /^item 2: got a list; allowed: a role ARN/],
    ['an item without a role', '- external-id: abc', /^item 1: role: required/],
    [
      'a key nobody knows',
      `- role: ${ROLE}\n  externalid: x`,
      /^item 1: got the key "externalid"; allowed: role, external-id/,
    ],
    [
      'a duration over an hour',
      item('duration-seconds: 3601'),
      /^item 1: duration-seconds: got "3601"; allowed: .* 900 to 3600/,
    ],
    ['a duration in words', item('duration-seconds: 1h'), /^item 1: duration-seconds: got "1h"/],
    ['a short external id', item('external-id: x'), /^item 1: external-id: got "x"; allowed: 2 to 1224/],
    ['an empty setting', item('external-id:'), /^item 1: external-id: got ""/],
    ['a session name with a blank', item('session-name: a b'), /^item 1: session-name: got "a b"/],
    ['tags as a list', item('tags: [a]'), /^item 1: tags: got a list; allowed: a mapping/],
    ['a tag that is a mapping', item('tags: {a: {b: c}}'), /^item 1: tags: .*strings, numbers or booleans/],
    ["a tag of the run's own", item('tags: {repository: x}'), /^item 1: tags: .*not "repository"/],
    ['a policy that is no JSON', item('session-policy: "{"'), /^item 1: session-policy: got "{"/],
    ['a policy that is a list', item('session-policy: [a]'), /^item 1: session-policy: got a list/],
    [
      'policies that are no ARNs',
      item('managed-session-policies: [ReadOnly]'),
      /^item 1: managed-session-policies/,
    ],
    [
      'keys in a mapping',
      item('transitive-tag-keys: {a: b}'),
      /^item 1: transitive-tag-keys: got a mapping; allowed: a list/,
    ],
  ])('may not be %s', async (_, raw, problem) => {
    expect((await problemsOf(raw)).join('\n')).toMatch(problem);
  });

  it('has all its problems told at once', async () => {
    const problems = await problemsOf(`- role: deploy\n  tags: 1\n- ${ROLE}\n- external-id: x`);
    expect(problems.map((problem) => problem.slice(0, problem.indexOf(':', 8)))).toEqual([
      'item 1: role',
      'item 1: tags',
      'item 3: role',
      'item 3: external-id',
    ]);
  });

  it('is either a chain of whole ARNs or refused, whatever the text', async () => {
    const reached = new Tally('chain', 'refusal');
    await fc.assert(
      fc.asyncProperty(anyChain, async (raw) => {
        const problems = await problemsOf(raw);
        if (problems.length > 0) {
          reached.count('refusal');
          expect(problems.join('')).not.toBe('');
          return;
        }
        reached.count('chain');
        const roles = (await roleChain(raw)).map(({ role }) => role);
        expect(roles).not.toEqual([]);
        for (const role of roles) {
          expect(role).toMatch(/^arn:[a-z-]+:iam::[^:\s]*:role\//);
          expect(raw).toContain(role);
        }
      }),
      { numRuns: runs(150) },
    );
    reached.expectAllReached();
  });
});

const arn = fc
  .tuple(
    fc.constantFrom('aws', 'aws-cn', 'aws-us-gov'),
    fc.stringMatching(/^\d{12}$/),
    fc.stringMatching(/^(\/ci)?\/[\w+=,.@-]{1,20}$/),
  )
  .map(([partition, account, path]) => `arn:${partition}:iam::${account}:role${path}`);
/** An ARN with a character too many or too few, and anything at all. */
const notQuiteAnArn = fc.oneof(
  fc
    .tuple(arn, fc.nat())
    .map(([text, at]) => text.slice(0, at % text.length) + text.slice((at % text.length) + 1)),
  fc.tuple(arn, fc.constantFrom(':', '*', ' ', '"', '{', '\u200b')).map(([text, more]) => text + more),
  fc.string(),
);
const items = fc.array(fc.oneof({ weight: 8, arbitrary: arn }, { weight: 1, arbitrary: notQuiteAnArn }), {
  minLength: 1,
  maxLength: 22,
});
const anyChain = fc.oneof(
  { weight: 1, arbitrary: fc.string() },
  {
    weight: 6,
    arbitrary: fc
      .tuple(
        items,
        fc.constantFrom(
          (roles: readonly string[]) => roles.join('\n'),
          (roles: readonly string[]) => JSON.stringify(roles),
          (roles: readonly string[]) => roles.map((role) => `- ${role}`).join('\n'),
          (roles: readonly string[]) =>
            roles.map((role) => `- role: ${role}\n  duration-seconds: 900`).join('\n'),
        ),
      )
      .map(([roles, format]) => format(roles)),
  },
);

function item(setting: string): string {
  return `- role: ${ROLE}\n  ${setting}`;
}

/** Nine aliases to nine aliases to …: a few lines that would be a gigabyte. */
function explodingAliases(): string {
  const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x]'];
  for (let level = 1; level < 9; level++) {
    lines.push(
      `a${level}: &a${level} [${Array(9)
        .fill(`*a${level - 1}`)
        .join(', ')}]`,
    );
  }
  return lines.join('\n');
}
