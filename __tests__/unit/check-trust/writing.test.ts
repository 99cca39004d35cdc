import { directoryWith, runCheckCommand } from '../../support/check-trust.js';

const REPOSITORY = ['--repository', 'octo-org/octo-repo', '--owner-id', '65', '--repository-id', '74'];

async function command(...args: readonly string[]) {
  const directory = directoryWith({
    'ids.json': '{"octo-org/octo-repo": {"owner_id": 65, "repository_id": 74}}',
    'open.json': '{"Statement": []}',
  });
  return await runCheckCommand(directory, args);
}

it('prints the policy alone, and notes beside it', async () => {
  const { code, lines, errors } = await command(
    '--suggest',
    ...REPOSITORY,
    '--subject-template',
    'immutable',
  );
  expect([code, errors]).toEqual([0, ['Replace ACCOUNT_ID by the account of the role, or give --account.']]);
  expect(JSON.parse(lines.join('\n')).Statement).toHaveLength(1);
});

it('suggests for another issuer', async () => {
  const issuer = ['--issuer', 'https://token.actions.githubusercontent.com/octocorp'];
  const { code, lines } = await command('--suggest', ...REPOSITORY, ...issuer, '--account', '111122223333');
  expect(code).toBe(0);
  expect(lines.join('\n')).toContain(
    '"token.actions.githubusercontent.com/octocorp:aud": "sts.amazonaws.com"',
  );
});

it.each<[readonly string[], string]>([
  [['--suggest'], '--suggest: --repository OWNER/NAME is required'],
  [['--suggest', '--branches', 'main'], '--repository: OWNER/NAME is required to say who can assume a role'],
  [['--suggest', ...REPOSITORY, 'open.json'], '--suggest: takes no FILE'],
  [['--suggest', ...REPOSITORY, '--branches', ''], '--branches: it is empty'],
  [['--suggest', ...REPOSITORY, '--never', 'tag', '--json', '-'], '--never and --json: not with --suggest'],
  [['--suggest', '--migrate', 'ids.json', 'open.json'], '--migrate: not with --suggest'],
  [['--suggest', ...REPOSITORY, '--format', 'toString'], '--format: got "toString"; allowed: json, '],
  [['--suggest', ...REPOSITORY, '--issuer', 'x'], '--issuer: got "x"; an address such as '],
  [['--migrate', 'ids.json'], '--migrate: FILE is missing, the trust policies'],
  [['--migrate', 'none.json', 'open.json'], '--migrate: none.json cannot be read'],
  [['--migrate', 'ids.json', 'none.json'], 'none.json cannot be read'],
  [
    ['--migrate', 'ids.json', 'open.json', '--stage', 'x'],
    '--stage: got "x"; allowed: transitional or final',
  ],
  [
    ['--migrate', 'ids.json', 'open.json', ...REPOSITORY],
    '--repository, --owner-id and --repository-id: not with --migrate',
  ],
])('refuses %j with a message on standard error', async (args, message) => {
  const { code, lines, errors } = await command(...args);
  expect({ code, lines, errors }).toEqual({ code: 2, lines: [], errors: [expect.stringContaining(message)] });
});

it.each([
  [['open.json', '--format', 'json'], '--format: only with --suggest'],
  [['open.json', '--account', '1', '--role-name', 'x'], '--account and --role-name: only with --suggest'],
  [['open.json', '--stage', 'final'], '--stage: only with --migrate'],
])('refuses %j', async (args, message) => {
  expect(await command(...args)).toEqual({ code: 2, lines: [message], errors: [] });
});
