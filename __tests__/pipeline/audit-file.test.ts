import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { recordsIn } from '../support/audit.js';
import { sharedCloud } from '../support/cloud.js';
import { temporaryDirectory } from '../support/files.js';
import { LONG } from '../support/roles.js';
import { actionsOf, runAction } from '../support/run-action.js';

const sandbox = sharedCloud();

describe('a record that cannot be written', () => {
  it.each([
    ['a symbolic link', (path: string) => symlinkSync('elsewhere', path)],
    ['a directory', (path: string) => mkdirSync(path)],
  ])('fails the step before any request (%s)', async (_, make) => {
    const path = join(temporaryDirectory(), 'audit.json');
    make(path);
    const outcome = await runAction({ 'role-to-assume': LONG, 'audit-file': path }, { cloud: sandbox.cloud });
    expect(outcome.error).toMatchObject({
      code: 'FILE_REFUSED',
      message: expect.stringMatching(/^audit-file: the record of this step cannot be written\./),
    });
    expect(actionsOf(outcome)).toEqual([]);
    expect(outcome.files()).toEqual({ env: '', output: '', state: '' });
    expect(outcome.commands().filter(({ command }) => command === 'warning')).toEqual([]);
  });

  it.each<[string, string | undefined, string, string | undefined]>([
    ['of the runner', 'GITHUB_ENV', 'the file of GITHUB_ENV', undefined],
    ['of an AWS tool', 'AWS_CONFIG_FILE', 'the file of AWS_CONFIG_FILE', undefined],
    [
      'of an AWS tool in the home directory',
      'AWS_CONFIG_FILE',
      'the file of AWS_CONFIG_FILE',
      '~/.aws/config',
    ],
    ['of all AWS tools', undefined, "a file of AWS's tools", undefined],
  ])('into a file %s is refused before any request', async (_, variable, named, written) => {
    const directory = temporaryDirectory();
    const path = join(directory, '.aws', 'config');
    mkdirSync(join(directory, '.aws'));
    writeFileSync(path, '');
    const env = {
      HOME: directory,
      GITHUB_WORKSPACE: directory,
      ...(variable && { [variable]: written ?? path }),
    };
    const inputs = { 'role-to-assume': LONG, 'audit-file': '.aws/../.aws/config' };
    const outcome = await runAction(inputs, { cloud: sandbox.cloud, env });
    expect(outcome.error).toMatchObject({
      code: 'FILE_REFUSED',
      message: `audit-file: ".aws/../.aws/config" is ${named}.`,
    });
    expect(actionsOf(outcome)).toEqual([]);
    expect(readFileSync(path, 'utf8')).toBe('');
    expect(outcome.commands().filter(({ command }) => command === 'warning')).toEqual([]);
  });

  it('fails the step before anything is exported', async () => {
    const inputs = { 'role-to-assume': LONG, 'audit-file': '/proc/none/audit.json' };
    const outcome = await runAction(inputs, { cloud: sandbox.cloud });
    expect(outcome.error).toMatchObject({
      code: 'FILE_REFUSED',
      message: expect.stringContaining('audit-file: the record of this step cannot be written.'),
    });
    expect(actionsOf(outcome)).toEqual(['GET /token', 'AssumeRoleWithWebIdentity']);
    expect(outcome.files()).toMatchObject({ env: '', output: '' });
    expect(outcome.commands().filter(({ command }) => command === 'warning')).toEqual([]);
  });

  it('only adds a warning to a step that fails anyway', async () => {
    const path = join(temporaryDirectory(), 'audit.json');
    symlinkSync('elsewhere', path);
    const outcome = await runAction(
      { 'audit-file': path, 'role-duration-seconds': 'x' },
      { cloud: sandbox.cloud },
    );
    expect(outcome.error?.code).toBe('INPUT_INVALID');
    expect(outcome.commands().filter(({ command }) => command === 'warning')).toHaveLength(1);
  });
});

describe('a record of what was taken back', () => {
  it('says that the step failed, and nothing of a success', async () => {
    const env = { GITHUB_ENV: '/none/env' };
    const path = join(temporaryDirectory(), 'audit.json');
    const inputs = { 'role-to-assume': LONG, 'audit-file': path };
    const outcome = await runAction(inputs, { cloud: sandbox.cloud, env });
    expect(outcome.error?.code).toBe('RUNNER_FILE_UNWRITABLE');
    expect(recordsIn(readFileSync(path, 'utf8'))).toMatchObject([
      { outcome: 'failed', error: { code: 'RUNNER_FILE_UNWRITABLE' } },
    ]);
    expect(outcome.entries('output')).toEqual({});
  });

  it('keeps the lines of other steps', async () => {
    const path = join(temporaryDirectory(), 'audit.json');
    const inputs = { 'role-to-assume': LONG, 'audit-file': path };
    await runAction(inputs, { cloud: sandbox.cloud });
    await runAction(inputs, { cloud: sandbox.cloud, env: { GITHUB_ENV: '/none/env' } });
    expect(recordsIn(readFileSync(path, 'utf8')).map(({ outcome }) => outcome)).toEqual([
      'assumed',
      'failed',
    ]);
  });

  it('is not left where the output cannot be written', async () => {
    const directory = temporaryDirectory();
    const path = join(directory, 'audit.json');
    const env = { GITHUB_OUTPUT: '/none/output' };
    const outcome = await runAction(
      { 'role-to-assume': LONG, 'audit-file': path },
      { cloud: sandbox.cloud, env, directory },
    );
    expect(outcome.error?.code).toBe('RUNNER_FILE_UNWRITABLE');
    expect(recordsIn(readFileSync(path, 'utf8'))).toMatchObject([{ outcome: 'failed' }]);
  });
});
