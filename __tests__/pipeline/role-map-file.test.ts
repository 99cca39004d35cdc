import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sharedCloud } from '../support/cloud.js';
import { temporaryDirectory } from '../support/files.js';
import { MAP, PIN, sha256, stepIn, warnings } from '../support/role-map.js';
import { LONG } from '../support/roles.js';
import { actionsOf, runAction } from '../support/run-action.js';

const sandbox = sharedCloud();
const stepWith = stepIn(() => sandbox.cloud);

describe('the file', () => {
  it.each([
    ['with CRLF and a byte order mark', `\ufeff${MAP.replaceAll('\n', '\r\n')}`],
    ['as JSON', JSON.stringify({ roles: { 'payments-production': { 'role-to-assume': LONG } } })],
  ])('is hashed by its bytes (%s)', async (_, text) => {
    const inputs = { role: 'payments-production', 'roles-sha256': sha256(text).toUpperCase() };
    const outcome = await stepWith(
      { ...inputs, ...(text.startsWith('{') && { 'aws-region': 'us-east-1' }) },
      { text },
    );
    expect(outcome.error).toBeUndefined();
  });

  it('that has changed since it was pinned is refused', async () => {
    const outcome = await stepWith({ role: 'payments-production', 'roles-sha256': PIN }, { text: `${MAP} ` });
    expect(outcome.error).toMatchObject({
      code: 'ROLES_FILE_REFUSED',
      message: `roles-file: "roles.yml" is not the file that roles-sha256 pins: its SHA-256 is ${sha256(`${MAP} `)}, and ${PIN} is expected.`,
    });
    expect(actionsOf(outcome)).toEqual([]);
  });

  it('that is not pinned causes a warning with its hash', async () => {
    const outcome = await stepWith({ role: 'payments-production', 'roles-sha256': '' });
    expect(outcome.error).toBeUndefined();
    expect(warnings(outcome)).toEqual([
      expect.stringMatching(new RegExp(`roles.yml is not pinned.*${PIN}$`)),
    ]);
  });

  it('may be outside the workspace where its path is absolute, but not by a way out of it', async () => {
    const directory = temporaryDirectory();
    const path = join(directory, 'roles.yml');
    writeFileSync(path, MAP);
    const workspace = join(directory, 'workspace');
    mkdirSync(workspace);
    symlinkSync(path, join(workspace, 'link.yml'));
    const code = async (file: string) =>
      (
        await runAction(
          { role: 'payments-staging', 'roles-file': file, 'roles-sha256': PIN },
          { cloud: sandbox.cloud, directory },
        )
      ).error?.code;
    expect(await code(path)).toBeUndefined();
    expect(await code('../roles.yml')).toBe('ROLES_FILE_REFUSED');
    expect(await code('link.yml')).toBe('ROLES_FILE_REFUSED');
    expect(await code('.')).toBe('ROLES_FILE_REFUSED');
    expect(await code('/dev/null/x')).toBe('ROLES_FILE_REFUSED');
  });

  it('whose entry is the wrong mapping does not fill the log and the summary', async () => {
    const keys = Array.from({ length: 3000 }, (_, index) => `    team-${index}: {}\n`).join('');
    const outcome = await stepWith({ role: 'all' }, { text: `roles:\n  all:\n${keys}` });
    expect(outcome.error?.problems.at(-1)).toBe('And 2901 more.');
    expect(outcome.summary).toContain('- And 2901 more');
    expect(outcome.stdout()).not.toContain('upload aborted');
  });

  it.each<[string, string | Buffer, RegExp]>([
    ['', '', /"roles\.yml" is empty/],
    ['a syntax error', 'roles:\n  a: [', /"roles\.yml": .* \(line 2, column \d+\)\.$/],
    ['a list', '- a', /one key "roles" is expected.*line 1/],
    ['another key', 'roles: {}\nrolls: {}', /one key "roles" is expected.*line 2/],
    ['no mapping', 'roles: [a]', /"roles" is expected to be a mapping \(line 1/],
    [
      'an entry that is text',
      'roles:\n  payments-production: x',
      /"payments-production" is expected to be a mapping \(line 2/,
    ],
    ['one name twice', 'roles:\n  a: {}\n  a: {}', /must be unique.*line 3/],
    ['two documents', 'roles: {}\n---\nroles: {}', /several YAML documents/],
    ['not UTF-8', Buffer.from([0x72, 0xff, 0x3a]), /"roles\.yml" is not UTF-8/],
  ])('with %s is refused', async (_, text, message) => {
    const outcome = await stepWith({ role: 'payments-production' }, { text });
    expect(outcome.error).toMatchObject({
      code: 'ROLES_FILE_REFUSED',
      message: expect.stringMatching(message),
    });
  });

  it('is refused for the entry that is asked for, with each line', async () => {
    const outcome = await stepWith({ role: 'broken' });
    expect(outcome.error).toMatchObject({
      code: 'ROLES_FILE_REFUSED',
      headline: 'roles-file: the entry "broken" of "roles.yml" cannot be used:',
      problems: [
        expect.stringMatching(/^line 26: role-to-assume: got "nowhere:1"; allowed: /),
        expect.stringMatching(/^line 27: role-duration-seconds: got "2h"; allowed: /),
        expect.stringMatching(/^line 28: aws-profile: an entry cannot have this key; allowed: aws-region, /),
        'line 29: allowed-refs: got ""; allowed: a value that is not empty.',
      ],
    });
    const text = 'roles:\n  empty: {}\n  chained:\n    role-to-assume: x\n    role-chain: [{role: y}]';
    const empty = await stepWith({ role: 'empty' }, { text });
    expect(empty.error?.problems).toEqual(['line 2: role-to-assume: required.']);
    const chained = await stepWith({ role: 'chained' }, { text });
    expect(chained.error?.problems).toEqual([
      expect.stringMatching(/^line 5: role-chain: item 1: role: got "y"; allowed: /),
    ]);
  });
});

describe('a name that the map does not have', () => {
  it.each([
    ['paymnts-production', /has no role "paymnts-production"\. Did you mean "payments-production"\?/],
    ['payments', /Did you mean "payments-production" or "payments-staging"\?/],
    ['x', /It has "payments-production", "payments-staging", "hub" and "broken"\./],
  ])('is refused with those that are near (%s)', async (role, message) => {
    const outcome = await stepWith({ role });
    expect(outcome.error).toMatchObject({ code: 'INPUT_INVALID', message: expect.stringMatching(message) });
  });

  it('is looked for in a map in the workflow by no other name', async () => {
    const step = async (map: string) =>
      await runAction({ role: 'x', 'roles-file': map }, { cloud: sandbox.cloud });
    expect((await step('roles: { y: {} }')).error?.message).toBe(
      'role: the map has no role "x". It has "y".',
    );
    expect((await step('{"roles": []}')).error?.message).toBe(
      'roles-file: the map: "roles" is expected to be a mapping (line 1, column 2).',
    );
  });

  it('is compared with the first 2000', async () => {
    const misspelt = async (at: number) => {
      const others = Array.from({ length: at - 1 }, (_, index) => `  ${index}: {}\n`).join('');
      const outcome = await stepWith(
        { role: 'paymnts-production' },
        { text: `roles:\n${others}  payments-production: {}` },
      );
      return outcome.error?.message;
    };
    expect(await misspelt(2000)).toMatch(/Did you mean "payments-production"\?$/);
    expect(await misspelt(2001)).toMatch(/"9", and 1991 more\.$/);
  });

  it('is refused with some of many, and with none', async () => {
    const many = Array.from({ length: 12 }, (_, index) => `  role${index}: {}`).join('\n');
    const outcome = await stepWith({ role: 'zzzzzzzzzzzz' }, { text: `roles:\n${many}` });
    expect(outcome.error?.message).toMatch(/"role9", and 2 more\.$/);
    const none = await stepWith({ role: 'x' }, { text: 'roles: {}' });
    expect(none.error?.message).toMatch(/It has none at all\.$/);
  });
});

describe('the three inputs', () => {
  it.each<[Record<string, string>, readonly RegExp[]]>([
    [{ role: 'x' }, [/^roles-file: it is required with role\.$/]],
    [{ 'roles-file': 'roles.yml' }, [/^role: it is required with roles-file\.$/]],
    [{ 'roles-sha256': PIN }, [/^role: it is required with roles-sha256\.$/]],
    [
      { role: LONG },
      [/^role: got ".*"; allowed: the name of a role in roles-file.*an ARN goes into role-to-assume\.$/],
    ],
    [
      { role: 'x', 'roles-file': 'none.yml' },
      [/^roles-file: there is no file "none\.yml" in the workspace\.$/],
    ],
    [{ role: 'x', 'roles-file': '/none.yml' }, [/^roles-file: there is no file "\/none\.yml"\.$/]],
    [{ role: 'x', 'roles-file': MAP, 'roles-sha256': PIN }, [/^roles-sha256: it pins a file/]],
    [
      { role: 'a b', 'roles-file': 'x', 'roles-sha256': '1' },
      [/^Invalid inputs:\n- role: got "a b".*\n- roles-sha256: got "1"/],
    ],
  ])('go together (%j)', async (inputs, messages) => {
    const { error } = await runAction(inputs, { cloud: sandbox.cloud });
    for (const message of messages) expect(error?.message).toMatch(message);
  });
});
