import { execFileSync } from 'node:child_process';
import { mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkCredentialFiles } from '../../../src/sts/default-credential-files.js';
import { temporaryDirectory } from '../../support/files.js';

describe("files that the SDK's own look-up would open", () => {
  const home = temporaryDirectory();
  const file = (name: string, text = ''): string => {
    const path = join(temporaryDirectory(), name);
    writeFileSync(path, text);
    return path;
  };

  it.each([
    ['are not there', {}],
    ['are plain', { AWS_CONFIG_FILE: file('config', '[default]\n'), AWS_WEB_IDENTITY_TOKEN_FILE: file('t') }],
    ['are directories', { AWS_SHARED_CREDENTIALS_FILE: home }],
    ['say "none"', { AWS_CONFIG_FILE: '/dev/null', AWS_SHARED_CREDENTIALS_FILE: '/dev/null' }],
  ])('are left to it where they %s', (_, env) => {
    expect(() => checkCredentialFiles({ env, home })).not.toThrow();
  });

  it.each([
    'AWS_CONFIG_FILE',
    'AWS_SHARED_CREDENTIALS_FILE',
    'AWS_WEB_IDENTITY_TOKEN_FILE',
    'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE',
  ])('%s is refused where reading it would not end, or is too much', (variable) => {
    const pipe = join(temporaryDirectory(), 'pipe');
    execFileSync('mkfifo', [pipe]);
    const large = file('large');
    truncateSync(large, 16_000_001);
    const check = (path: string) => () => checkCredentialFiles({ env: { [variable]: path }, home });
    expect(check(pipe)).toThrow(/cannot be looked for: ".*pipe" is not a regular file\./);
    expect(check('/dev/zero')).toThrow(/"\/dev\/zero" is not a regular file\./);
    expect(check(large)).toThrow(/has more than 16000000 bytes\./);
    truncateSync(large, 16_000_000);
    expect(check(large)).not.toThrow();
  });

  it('are also those of the home directory', () => {
    const other = temporaryDirectory();
    mkdirSync(join(other, '.aws'));
    execFileSync('mkfifo', [join(other, '.aws', 'config')]);
    expect(() => checkCredentialFiles({ env: {}, home: other })).toThrow(/\.aws\/config" is not a regular/);
  });
});
