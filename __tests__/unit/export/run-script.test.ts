import { readdirSync } from 'node:fs';
import { Credentials } from '../../../src/core/credentials.js';
import { runScript, scriptEnvironment } from '../../../src/export/run-script.js';
import { selectShell } from '../../../src/export/shell.js';
import { temporaryDirectory } from '../../support/files.js';

const always = (): boolean => true;
const never = (): boolean => false;

describe('a shell', () => {
  it.each([
    [undefined, 'linux', always, 'bash', ['-e', 'F']],
    [undefined, 'linux', never, 'sh', ['-e', 'F']],
    [undefined, 'win32', always, 'pwsh', ['-command', ". 'F'"]],
    [undefined, 'win32', never, 'powershell', ['-command', ". 'F'"]],
    ['bash', 'win32', never, 'bash', ['--noprofile', '--norc', '-eo', 'pipefail', 'F']],
    ['sh', 'linux', always, 'sh', ['-e', 'F']],
    ['python', 'linux', always, 'python', ['F']],
    ['cmd', 'win32', always, 'cmd', ['/D', '/E:ON', '/V:OFF', '/S', '/C', 'CALL "F"']],
    ['perl -w {0} {0}.log', 'linux', always, 'perl', ['-w', 'F', 'F.log']],
  ] as const)('%s on %s starts as GitHub starts it', (name, platform, has, program, args) => {
    expect(selectShell(name, platform, has).command('F')).toEqual({ program, args });
  });

  it('quotes the file for PowerShell, which goes on after errors unless told otherwise', () => {
    const shell = selectShell('pwsh', 'linux', always);
    expect(shell.command("it's").args).toEqual(['-command', ". 'it''s'"]);
    expect(shell.script('a').split('\n')).toEqual([
      "$ErrorActionPreference = 'stop'",
      'a',
      'if ((Test-Path -LiteralPath variable:\\LASTEXITCODE)) { exit $LASTEXITCODE }',
    ]);
    expect(shell.extension).toBe('.ps1');
  });

  it('gives cmd the line ends that it needs', () => {
    expect(selectShell('cmd', 'win32', always).script('a\nb\r\nc')).toBe('@echo off\r\na\r\nb\r\nc');
  });

  it.each([
    ['bash', '.sh'],
    ['sh', '.sh'],
    ['pwsh', '.ps1'],
    ['powershell', '.ps1'],
    ['python', '.py'],
    ['cmd', '.cmd'],
    ['perl {0}', ''],
  ])('%s gets a file whose name ends in %j', (name, extension) => {
    expect(selectShell(name, 'linux', always).extension).toBe(extension);
  });

  it('of another name must say where the script goes', () => {
    expect(() => selectShell('zsh -e', 'linux', always)).toThrow(/zsh -e/);
  });
});

describe('the environment of a script', () => {
  const env = {
    PATH: '/bin',
    INPUT_ROLE: 'x',
    STATE_undo: 'y',
    AWS_PROFILE: 'own',
    AWS_SESSION_TOKEN: 'own',
    AWS_CREDENTIAL_EXPIRATION: 'own',
    AWS_REGION: 'own',
  };

  it('has the credentials, and none that AWS’s tools would prefer', () => {
    const credentials = new Credentials({
      accessKeyId: 'A',
      secretAccessKey: 'S',
      sessionToken: 'T',
      expiration: new Date(0),
    });
    expect(scriptEnvironment({ credentials, region: 'eu-west-1', env })).toEqual({
      PATH: '/bin',
      AWS_ACCESS_KEY_ID: 'A',
      AWS_SECRET_ACCESS_KEY: 'S',
      AWS_SESSION_TOKEN: 'T',
      AWS_CREDENTIAL_EXPIRATION: '1970-01-01T00:00:00.000Z',
      AWS_REGION: 'eu-west-1',
      AWS_DEFAULT_REGION: 'eu-west-1',
    });
  });

  it('has no session token with keys that have none', () => {
    const credentials = new Credentials({ accessKeyId: 'A', secretAccessKey: 'S' });
    expect(scriptEnvironment({ credentials, region: 'eu-west-1', env })).not.toHaveProperty(
      'AWS_SESSION_TOKEN',
    );
  });

  it('keeps what the job has where the credentials are its own', () => {
    expect(scriptEnvironment({ credentials: undefined, region: 'eu-west-1', env })).toMatchObject({
      AWS_PROFILE: 'own',
      AWS_SESSION_TOKEN: 'own',
      AWS_REGION: 'eu-west-1',
    });
  });
});

describe('a script', () => {
  const temp = temporaryDirectory();
  const of = (script: string, rest: { shell?: string; temp?: string } = {}) => ({
    script,
    shell: rest.shell,
    credentials: undefined,
    region: 'us-east-1',
    env: { PATH: process.env['PATH'], RUNNER_TEMP: rest.temp ?? temp },
  });

  it.each([
    ['exit 5', 5],
    ['test "$AWS_REGION" = us-east-1', 0],
    ['kill -KILL $$', 137],
  ])('%j ends with %d, and its file is gone', async (script, code) => {
    await expect(runScript(of(script))).resolves.toBe(code);
    expect(readdirSync(temp)).toEqual([]);
  });

  it('is not run by a shell that is not there', async () => {
    await expect(runScript(of('exit 0', { shell: 'no-such-shell {0}' }))).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      // EACCES where a folder of PATH is closed to this user.
      message: expect.stringMatching(/^shell: "no-such-shell" could not be started \((ENOENT|EACCES)\)\.$/),
    });
    expect(readdirSync(temp)).toEqual([]);
  });

  it('is not run where its file cannot be written', async () => {
    await expect(runScript(of('exit 0', { temp: `${temp}/none` }))).rejects.toMatchObject({
      code: 'FILE_REFUSED',
      message: 'The script could not be written (ENOENT).',
    });
  });
});
