import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { runCommand } from '../../sandbox/command/command.js';
import { readCommandLine, USAGE } from '../../sandbox/command/options.js';
import { directoryWith } from '../support/own-roles.js';
import { page, ROOT, tableRows } from '../support/pages.js';

const guide = page('docs/sandbox.md');
const [policy, workflow, command, banner, story, steps] = guide.fences;
const INPUTS: Record<string, unknown> = parse(
  readFileSync(join(ROOT, 'sandbox', 'action.yml'), 'utf8'),
).inputs;

/** The words of a command as a shell gives them, after the program's name. */
const argumentsIn = (text: string | undefined): readonly string[] => (text ?? '').split(' ').slice(3);

test('what docs/sandbox.md shows is what the command prints, for its policy and its workflow', async () => {
  const directory = directoryWith({
    'infra/deploy.trust.json': policy?.text,
    '.github/workflows/release.yml': `on: push\n${workflow?.text}`,
  });
  const lines: string[] = [];
  let interrupt = (): void => {};
  const interrupted = new Promise<void>((resolve) => {
    interrupt = resolve;
  });
  const print = (line: string): void => void lines.push(line);
  const ended = runCommand(
    [...argumentsIn(command?.text), '--act-env', join(directory, 'act.yml')],
    directory,
    {
      print,
      printError: print,
      interrupted,
    },
  );
  while (!lines.some((line) => line.includes('act --env-file')))
    await new Promise((next) => setTimeout(next, 20));
  const started = lines.splice(0);
  expect(
    started.map((line) => line.replace(/127.0.0.1:\d+/, '127.0.0.1:PORT').replace(/\S+act\.yml/, 'FILE')),
  ).toEqual([...(banner?.text ?? '').split('\n'), '']);
  const variables = JSON.parse(readFileSync(join(directory, 'act.yml'), 'utf8'));
  await playJob(variables);
  interrupt();
  expect(await ended).toBe(0);
  expect(lines.map((line) => line.replace(/^\d\d:\d\d:\d\d/, 'TIME'))).toEqual(
    (story?.text ?? '').split('\n'),
  );
});

/** What the job of act does: e2e/sandbox-checks.ts has act itself evaluate the expressions. */
async function playJob(variables: Readonly<Record<string, string>>): Promise<void> {
  const [, url = ''] = /'(http:[^']+)'/.exec(variables['ACTIONS_ID_TOKEN_REQUEST_URL'] ?? '') ?? [];
  const [, secret = ''] =
    /format\('([^^]+)\^0\^/.exec(variables['ACTIONS_ID_TOKEN_REQUEST_TOKEN'] ?? '') ?? [];
  const facts = 'push^refs/heads/main^abc^octocat^^^1^1^1^octo-org/octo-repo^deploy^staging';
  const headers = { authorization: `bearer ${secret}^0^${facts}` };
  const answer: unknown = await (await fetch(`${url}&audience=sts.amazonaws.com`, { headers })).json();
  const token = String(Reflect.get(Object(answer), 'value'));
  const body = new URLSearchParams({
    Action: 'AssumeRoleWithWebIdentity',
    Version: '2011-06-15',
    RoleArn: 'arn:aws:iam::111122223333:role/deploy',
    RoleSessionName: 'session',
    WebIdentityToken: token,
  });
  await fetch(variables['AWS_ENDPOINT_URL_STS'] ?? '', { method: 'POST', body });
}

test('the inputs and options of docs/sandbox.md are those that there are', () => {
  const rows = tableRows(guide, 'In a job');
  const inputs = rows.flatMap(([input = '']) => [...input.matchAll(/`(.+)`/g)].map(([, name]) => name));
  expect(inputs.sort()).toEqual(Object.keys(INPUTS).sort());
  const options = rows.flatMap(([, option = '']) =>
    [...option.matchAll(/`--(.+)`/g)].map(([, name]) => name),
  );
  const known = [...USAGE.matchAll(/^ {2}--([a-z-]+)/gm)].map(([, name]) => name);
  expect([...options, 'help'].sort()).toEqual(known.sort());
});

test('the step of docs/sandbox.md names inputs that there are', () => {
  const parsed: { uses: string; with?: Record<string, string> }[] = parse(steps?.text ?? '');
  const own = parsed.find(({ uses }) => uses.includes('/sandbox@'));
  expect(Object.keys(own?.with ?? {}).filter((name) => !(name in INPUTS))).toEqual([]);
});

test('each rule of docs/sandbox.md#strictness has its test', () => {
  const rows = tableRows(guide, 'Strictness');
  expect(rows.length).toBeGreaterThan(10);
  const missing = rows.filter(([, , test = '']) => {
    const [, file = '', title = ''] = /^([\w-]+): (.+)$/.exec(test) ?? [];
    return !readFileSync(join(ROOT, '__tests__', 'sandbox', `${file}.test.ts`), 'utf8').includes(
      `'${title}'`,
    );
  });
  expect(missing).toEqual([]);
});

test('a command line is read, or refused with what is allowed', () => {
  const read = readCommandLine([
    'a.json',
    '--accounts',
    '1, 2',
    '--role',
    'x=y',
    '--subject-template',
    'immutable',
  ]);
  expect(read).toMatchObject({
    policies: ['a.json'],
    accounts: ['1', '2'],
    roles: ['x=y'],
    legacySubject: false,
  });
  expect(readCommandLine(['-h'])).toBeUndefined();
  expect(() => readCommandLine(['a', '--subject-template', 'x'])).toThrow(
    'got "x"; allowed: default or immutable',
  );
});
