import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sharedCloud } from '../support/cloud.js';
import { temporaryDirectory } from '../support/files.js';
import { LONG } from '../support/roles.js';
import { actionsOf, runAction } from '../support/run-action.js';

const sandbox = sharedCloud();
const TOKEN = 'head.payload.signature';

function assume(path: string, directory = temporaryDirectory()) {
  return runAction(
    { 'role-to-assume': LONG, 'web-identity-token-file': path },
    { cloud: sandbox.cloud, directory },
  );
}

describe('a token file', () => {
  it.each([
    ['link', 'it is a symbolic link'],
    ['linked/token', 'its directory is a symbolic link'],
  ])('is not read through a symbolic link (%s)', async (path, why) => {
    const directory = temporaryDirectory();
    mkdirSync(join(directory, 'real'));
    writeFileSync(join(directory, 'real', 'token'), TOKEN);
    symlinkSync(join(directory, 'real', 'token'), join(directory, 'link'));
    symlinkSync(join(directory, 'real'), join(directory, 'linked'));
    const outcome = await assume(join(directory, path));
    expect(outcome.error).toMatchObject({
      code: 'TOKEN_FILE_UNREADABLE',
      message: expect.stringContaining(why),
    });
    expect(actionsOf(outcome)).toEqual([]);
  });

  it('is hidden before it is given to anybody, whatever comes of it', async () => {
    const directory = temporaryDirectory();
    mkdirSync(join(directory, 'workspace'));
    writeFileSync(join(directory, 'workspace', 'token'), `  ${TOKEN}\n`);
    const outcome = await assume('token', directory);
    expect(outcome.error).toBeDefined();
    expect(actionsOf(outcome)).toEqual(['AssumeRoleWithWebIdentity']);
    const masks = outcome.commands().filter(({ command }) => command === 'add-mask');
    expect(masks.map(({ data }) => data)).toEqual([TOKEN, 'payload', 'signature']);
  });

  it.each([
    [3, false],
    [4, true],
    [20_000, true],
    [20_001, false],
  ])('of %d characters is sent to STS: %s', async (length, isSent) => {
    const directory = temporaryDirectory();
    const path = join(directory, 'token');
    writeFileSync(path, `\n${'x'.repeat(length)} \n`);
    const outcome = await assume(path, directory);
    expect(actionsOf(outcome)).toEqual(isSent ? ['AssumeRoleWithWebIdentity'] : []);
    if (isSent) return;
    expect(outcome.error).toMatchObject({
      code: 'TOKEN_FILE_UNREADABLE',
      message: `web-identity-token-file: cannot use "${path}": its content is not a token (4 to 20000 characters without spaces).`,
      hint: 'Set it to the path of a regular file that holds an OIDC token, absolute or relative to the workspace.',
    });
  });

  it.each<[string, string, (path: string) => void]>([
    ['two words', 'its content is not a token', (path) => writeFileSync(path, 'two words')],
    ['an umlaut', 'its content is not a token', (path) => writeFileSync(path, 'tökens')],
    ['80000 blanks', 'its content is not a token', (path) => writeFileSync(path, ' '.repeat(80_000))],
    ['80001 blanks', 'it is too large for a token.', (path) => writeFileSync(path, ' '.repeat(80_001))],
    ['a directory', 'it is not a regular file.', (path) => mkdirSync(path)],
    ['nothing', 'it does not exist.', () => {}],
  ])('is not one where there is %s', async (_, why, make) => {
    const directory = temporaryDirectory();
    make(join(directory, 'token'));
    const outcome = await assume(join(directory, 'token'), directory);
    expect(outcome.error?.message).toContain(`: ${why}`);
    expect(actionsOf(outcome)).toEqual([]);
  });

  it('that cannot be read for another reason says which', async () => {
    const outcome = await assume('x'.repeat(300));
    expect(outcome.error?.message).toContain('it cannot be read (ENAMETOOLONG)');
  });
});
