import fc from 'fast-check';
import { sessionName } from '../../../src/chain/session-name.js';
import { customTags, runTags } from '../../../src/inputs/custom-tags.js';
import { InputParseError } from '../../../src/inputs/parsers.js';
import { Tally } from '../../support/tally.js';
import '../../support/volume.js';
import { anyText } from '../../support/texts.js';

const ALLOWED = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;
const word = fc.stringMatching(/^[A-Za-zäöü0-9_.:/=+@-]{1,40}$/u);

describe('custom-tags', () => {
  it('in JSON are taken as they are: every key once, every value as text', async () => {
    const values = fc.oneof(word, fc.integer(), fc.boolean());
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(word, { selector: (key) => key.toLowerCase() }),
        fc.array(values),
        async (keys, list) => {
          const pairs = keys.map((key, index) => [`X${key}`, list[index] ?? ''] as const);
          const tags = await customTags(
            `{${pairs.map(([k, v]) => `${JSON.stringify(k)}:${JSON.stringify(v)}`).join()}}`,
          );
          expect(tags.map(({ key, value }) => [key, value])).toEqual(
            pairs.map(([key, value]) => [key, String(value)]),
          );
        },
      ),
    );
  });

  it('are tags that STS would take, or are refused with what is allowed, for any text', async () => {
    const text = fc.oneof(
      anyText(),
      fc.json(),
      fc.string().map((key) => `${key}: 1`),
    );
    const reached = new Tally('tags', 'refusal');
    await fc.assert(
      fc.asyncProperty(text, async (raw) => {
        const outcome = await customTags(raw).catch((error: unknown) => error);
        reached.count(outcome instanceof InputParseError ? 'refusal' : 'tags');
        if (outcome instanceof InputParseError) return;
        for (const { key, value } of Array.isArray(outcome) ? outcome : [outcome]) {
          expect(key).toMatch(ALLOWED);
          expect(value).toMatch(ALLOWED);
          expect(key.length >= 1 && key.length <= 128 && value.length <= 256).toBe(true);
        }
      }),
    );
    reached.expectAllReached();
  });

  it.each([
    ['Version: 1.10', [['Version', '1.10']]],
    [
      'On: yes\nOff: null',
      [
        ['On', 'yes'],
        ['Off', 'null'],
      ],
    ],
    [
      '{"A": 1.50, "B": -0, "C": 1E+3, "D": 0.10}',
      ['A 1.50', 'B -0', 'C 1E+3', 'D 0.10'].map((pair) => pair.split(' ')),
    ],
    [
      '{"a\\u0062": "\\u00e9", "t": true, "f": false}',
      ['ab é', 't true', 'f false'].map((pair) => pair.split(' ')),
    ],
    ['# a comment\nTeam: core team', [['Team', 'core team']]],
    ['{}', []],
  ])('%j are %j', async (raw, tags) => {
    expect((await customTags(raw)).map(({ key, value }) => [key, value])).toEqual(tags);
  });

  it.each([
    '[1]',
    'null',
    'text',
    '{"A": null}',
    '{"A": {"B": 1}}',
    'A: [1]',
    'A: {',
    '{"": 1}',
    `{"${'k'.repeat(129)}": 1}`,
    `{"A": "${'v'.repeat(257)}"}`,
    '{"A": "émoji 🚀"}',
    '{"A!": 1}',
    '{"aws:x": 1}',
    '{"AWS:x": 1}',
    '{"Repository": "mine"}',
    '{"repository": "mine"}',
    '{"GitHub": "mine"}',
    '{"Team": 1, "team": 2}',
    '{"Team": 1, "Team": 1}',
    '{"Team": 1, "\\u0054eam": 2}',
    `{"A": ${'['.repeat(60_000)}${']'.repeat(60_000)}}`,
    `{"A": ${'['.repeat(60_000)}`,
  ])('%s are refused', async (raw) => {
    await expect(customTags(raw)).rejects.toBeInstanceOf(InputParseError);
  });
});

describe("the run's tags", () => {
  it('have values that STS takes, whatever the run is called', () => {
    fc.assert(
      fc.property(anyText({ maxLength: 400 }), (text) => {
        for (const { value } of runTags({ GITHUB_WORKFLOW: text, GITHUB_ACTOR: text })) {
          expect(value).toMatch(ALLOWED);
          expect(value.length).toBeLessThanOrEqual(256);
        }
      }),
    );
  });

  it('leave out what the run does not have', () => {
    expect(runTags({ GITHUB_HEAD_REF: '' })).toEqual([{ key: 'GitHub', value: 'Actions', droppable: false }]);
  });
});

describe("a session's name", () => {
  it('is GitHubActions unless given', () => {
    expect(sessionName(undefined, {})).toBe('GitHubActions');
    expect(sessionName('mine', {})).toBe('mine');
  });

  it.each([
    [{ GITHUB_REPOSITORY: 'o/r', GITHUB_RUN_ID: '12', GITHUB_RUN_ATTEMPT: '3' }, 'gh-o-r-12-3'],
    [{}, 'gh-unknown-0-1'],
    [{ GITHUB_REPOSITORY: 'ö/r!', GITHUB_RUN_ID: '1' }, 'gh---r--1-1'],
    [
      { GITHUB_REPOSITORY: `o/${'r'.repeat(100)}`, GITHUB_RUN_ID: '12345678901', GITHUB_RUN_ATTEMPT: '2' },
      `gh-o-${'r'.repeat(45)}-12345678901-2`,
    ],
  ])('auto, of %j, is %s', (env, name) => {
    expect(sessionName('auto', env)).toBe(name);
  });

  it('auto is one that STS takes, for any run', () => {
    const text = fc.string({ maxLength: 200 });
    fc.assert(
      fc.property(text, text, text, (repository, id, attempt) => {
        const env = { GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: id, GITHUB_RUN_ATTEMPT: attempt };
        expect(sessionName('auto', env)).toMatch(/^[\w+=,.@-]{2,64}$/);
      }),
      {
        examples: [
          ['o/r', '1'.repeat(70), '1'],
          ['o/'.repeat(60), '1'.repeat(63), '2'],
        ],
      },
    );
  });
});
