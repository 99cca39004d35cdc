import {
  applied,
  type Block,
  HOST,
  lets,
  MAIN,
  migrate,
  NEW_MAIN,
  policyWith,
} from '../../support/migration.js';
import { Tally } from '../../support/tally.js';

const PLAIN = policyWith({ StringEquals: { aud: 'sts.amazonaws.com', sub: MAIN } });

/** What the conditions of the only statement are. */
const conditionOf = (text = ''): unknown => JSON.parse(text).Statement[0].Condition;

it('prints who gets in at which stage, and a patch that git applies', async () => {
  const { code, lines, errors } = await migrate({ 'deploy.json': PLAIN });
  expect([code, errors]).toEqual([0, []]);
  expect(lines.slice(0, 7)).toEqual([
    '# deploy.json: who of octo-org/octo-repo (owner 65, repository 74) gets in',
    '#                                           now           transitional  final',
    '#   its tokens with the older subject       yes           yes           no',
    '#   its tokens with the immutable subject   no            yes           yes',
    '#   a stranger who has taken over the name  yes           no            no',
    '--- a/deploy.json',
    '+++ b/deploy.json',
  ]);
  expect(lines.filter((line) => /^[-+] /.test(line))).toEqual([
    `-          "${HOST}:sub": "${MAIN}"`,
    `+          "${HOST}:sub": [`,
    `+            "${MAIN}",`,
    `+            "${NEW_MAIN}"`,
    '+          ],',
    `+          "${HOST}:repository_id": "74"`,
  ]);
});

it('lets the old token in until the final stage, the new one from the first, and no recycled name', async () => {
  const { 'deploy.json': transitional = '' } = await applied({ 'deploy.json': PLAIN }, 'transitional');
  const { 'deploy.json': final = '' } = await applied({ 'deploy.json': PLAIN }, 'final');
  const { 'deploy.json': both = '' } = await applied({ 'deploy.json': transitional }, 'final');
  const stages = [PLAIN, transitional, final, both];
  expect(stages.map((text) => lets(text, MAIN))).toEqual([true, true, false, false]);
  expect(stages.map((text) => lets(text, NEW_MAIN))).toEqual([false, true, true, true]);
  expect(stages.map((text) => lets(text, MAIN, ['65', '99']))).toEqual([true, false, false, false]);
  const recycled = 'repo:octo-org@1/octo-repo@99:ref:refs/heads/main';
  expect(stages.map((text) => lets(text, recycled, ['1', '99']))).toEqual([false, false, false, false]);
  expect(stages.map((text) => lets(text, `${NEW_MAIN}2`))).toEqual([false, false, false, false]);
});

it('is done with a file that is in the stage already', async () => {
  const files = await applied({ 'deploy.json': PLAIN }, 'transitional');
  const again = await migrate(files);
  expect([again.code, again.lines.at(-1)]).toEqual([0, '# It is in this stage already.']);
  const final = await migrate(await applied(files, 'final'));
  expect(final).toEqual({
    code: 0,
    lines: ['# deploy.json: no subject names a repository without its ids, so nothing changes'],
    errors: [],
  });
});

it.each<[string, (text: string) => string]>([
  ['four blanks', (text) => JSON.stringify(JSON.parse(text), null, 4)],
  [
    'tabs and lists',
    (text) => JSON.stringify(JSON.parse(text), null, '\t').replace(`"${MAIN}"`, `["${MAIN}"]`),
  ],
  ['one line', (text) => JSON.stringify(JSON.parse(text))],
  ['line ends of Windows', (text) => text.replaceAll('\n', '\r\n')],
  ['a byte order mark', (text) => `\uFEFF${text}`],
  [
    'conditions on one line',
    (text) => text.replace(/"Condition": \{[\s\S]*?\}\s*\}/, (block) => block.replace(/\s+/g, ' ')),
  ],
  ['a list, an item a line', (text) => text.replace(`"${MAIN}"`, `[\n            "${MAIN}"\n          ]`)],
  [
    'brackets in a list',
    (text) => {
      const others = ['b', 'a]'].map((name) => `"repo:octo-org/octo-repo:environment:${name}"`);
      return text.replace(`"${MAIN}"`, `["${MAIN}", ${others.join(', ')}]`);
    },
  ],
  ['no StringEquals', (text) => text.replace('StringEquals', 'StringLike')],
  ['escapes', (text) => text.replace('octo-repo:ref', 'octo\\u002Drepo:ref')],
])('edits a file with %s as it is written', async (_, change) => {
  const text = change(PLAIN);
  for (const stage of ['transitional', 'final']) {
    const { 'a b/ü".json': edited = '' } = await applied({ 'a b/ü".json': text }, stage);
    const plain = edited.replace(/^\uFEFF/, '');
    expect(lets(plain, NEW_MAIN)).toBe(true);
    expect(lets(plain, MAIN)).toBe(stage === 'transitional');
    expect(lets(plain, MAIN, ['65', '99'])).toBe(false);
    const rest = (one: string): readonly string[] =>
      one
        .split('\n')
        .filter(
          (line) => !/:sub"|:repository_id"|repo:|^\s*\],?\r?$|StringEquals|Condition|aud"|\}/.test(line),
        );
    expect(rest(edited)).toEqual(rest(text));
  }
});

it.each<[string, Block, unknown, unknown]>([
  [
    'patterns of repositories, by their owner',
    {
      StringLike: {
        sub: ['repo:octo-org/*', 'repo:octo-org/octo-*:ref:refs/heads/main', 'repo:octo-org/?-a:*'],
      },
    },
    {
      StringLike: {
        sub: [
          'repo:octo-org/*',
          'repo:octo-org@65/*',
          'repo:octo-org/octo-*:ref:refs/heads/main',
          'repo:octo-org@65/octo-*:ref:refs/heads/main',
          'repo:octo-org/?-a:*',
          'repo:octo-org@65/?-a@*:*',
        ],
      },
      StringEquals: { repository_owner_id: '65' },
    },
    {
      StringLike: {
        sub: [
          'repo:octo-org@65/*',
          'repo:octo-org@65/octo-*:ref:refs/heads/main',
          'repo:octo-org@65/?-a@*:*',
        ],
      },
    },
  ],
  [
    'what has ids already, or names no repository',
    {
      StringLike: {
        sub: [
          MAIN,
          'repo:octo-org@65/other@75:*',
          '*:pull_request',
          `repo:\${aws:x}/y:*`,
          'repo:octo-org/octo-repo',
        ],
      },
    },
    {
      StringLike: {
        sub: [
          MAIN,
          NEW_MAIN,
          'repo:octo-org@65/other@75:*',
          '*:pull_request',
          `repo:\${aws:x}/y:*`,
          'repo:octo-org/octo-repo',
        ],
      },
    },
    {
      StringLike: {
        sub: [
          NEW_MAIN,
          'repo:octo-org@65/other@75:*',
          '*:pull_request',
          `repo:\${aws:x}/y:*`,
          'repo:octo-org/octo-repo',
        ],
      },
    },
  ],
  [
    'a statement that has a condition on the id',
    { StringEquals: { sub: [MAIN, 'repo:octo-org/octo-*'], repository_id: '74' } },
    { StringEquals: { sub: [MAIN, NEW_MAIN, 'repo:octo-org/octo-*'], repository_id: '74' } },
    { StringEquals: { sub: [NEW_MAIN, 'repo:octo-org/octo-*'], repository_id: '74' } },
  ],
  [
    'a subject with ids beside one without',
    { StringEquals: { sub: ['repo:octo-org@65/other@75:pull_request', MAIN] } },
    {
      StringEquals: {
        sub: ['repo:octo-org@65/other@75:pull_request', MAIN, NEW_MAIN],
        repository_id: ['75', '74'],
      },
    },
    { StringEquals: { sub: ['repo:octo-org@65/other@75:pull_request', NEW_MAIN] } },
  ],
])('renews %s', async (_, before, transitional, final) => {
  const withPrefix = (block: unknown): unknown => conditionOf(policyWith(Object(block)));
  const files = { 'p.json': policyWith(before) };
  expect(conditionOf((await applied(files, 'transitional'))['p.json'])).toEqual(withPrefix(transitional));
  expect(conditionOf((await applied(files, 'final'))['p.json'])).toEqual(withPrefix(final));
});

it('renews a Deny and a negated condition, which keep out as many as before', async () => {
  const guarded = policyWith({ StringNotLike: { sub: 'repo:octo-org/octo-repo:*' } }, { Effect: 'Deny' });
  const files = { 'p.json': guarded };
  expect(conditionOf((await applied(files, 'transitional'))['p.json'])).toEqual({
    StringNotLike: { [`${HOST}:sub`]: ['repo:octo-org/octo-repo:*', 'repo:octo-org@65/octo-repo@74:*'] },
  });
});

const VALUES = [
  MAIN,
  'repo:octo-org/octo-repo:*',
  'repo:octo-org/octo-repo:pull_request',
  'repo:octo-org/octo-repo:ref:refs/heads/m*',
  'repo:octo-org/octo-repo:environment:p?od',
] as const;
const RUNS = [
  'ref:refs/heads/main',
  'ref:refs/heads/x',
  'ref:refs/tags/v1',
  'pull_request',
  'environment:prod',
];

it('keeps every run where it is, whatever the values', async () => {
  const tally = new Tally('in', 'out');
  const subsets = Array.from({ length: 2 ** VALUES.length - 1 }, (_, mask) =>
    VALUES.filter((_value, index) => (mask + 1) & (2 ** index)),
  );
  const files = Object.fromEntries(
    subsets.map((sub, index) => [`${index}.json`, policyWith({ StringLike: { sub } })]),
  );
  const [transitionals, finals] = [await applied(files, 'transitional'), await applied(files, 'final')];
  for (const [path, now] of Object.entries(files)) {
    const [transitional = '', final = ''] = [transitionals[path], finals[path]];
    for (const run of RUNS) {
      const [old, renewed] = [`repo:octo-org/octo-repo:${run}`, `repo:octo-org@65/octo-repo@74:${run}`];
      const isIn = lets(now, old);
      tally.count(isIn ? 'in' : 'out');
      expect([now, run, lets(transitional, old), lets(transitional, renewed), lets(final, renewed)]).toEqual([
        now,
        run,
        isIn,
        isIn,
        isIn,
      ]);
      const strangers = [
        lets(final, old),
        lets(transitional, old, ['65', '75']),
        lets(final, old, ['1', '75']),
      ];
      expect(strangers).toEqual([false, false, false]);
    }
  }
  tally.expectAllReached();
});
