import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Credentials } from '../../../src/core/credentials.js';
import type { Runner } from '../../../src/platform/runner.js';
import { tokenFileSink } from '../../../src/refresh/token-file-sink.js';
import { endpointProgram } from '../../support/endpoint-program.js';
import { temporaryDirectory } from '../../support/files.js';
import { recordedRunner } from '../../support/recorded-runner.js';

const CREDENTIALS = new Credentials({
  ...{ accessKeyId: 'ASIAX', secretAccessKey: 'secret', sessionToken: 'session' },
  expiration: new Date('2026-11-21T13:00:00Z'),
});

function world(code: string) {
  const temp = temporaryDirectory();
  const { runner: recorded } = recordedRunner({ RUNNER_TEMP: temp });
  const runner: Runner = { ...recorded, program: endpointProgram(code) };
  const obtainedMs = Date.parse('2026-11-21T12:00:00Z');
  return { temp, ...tokenFileSink(runner, { credentials: CREDENTIALS, source: 'github-oidc', obtainedMs }) };
}

describe("the token file's sink", () => {
  it('starts the process with a state that has no keys, and takes all of it back', () => {
    const { temp, sink, file } = world(`
      require('fs').writeFileSync(process.argv.at(-1), require('fs').readFileSync(process.argv.at(-2)));
      console.log(4711);
    `);
    const restore = sink.write(10_000);
    expect(readFileSync(file, 'utf8')).not.toMatch(/ASIAX|secret"|session"(?!:)/);
    restore();
    expect([readdirSync(temp), readdirSync(join(temp, '_github_home'))]).toEqual([['_github_home'], []]);
  });

  it('leaves nothing where the process fails', () => {
    const { temp, sink, file } = world('console.error("No token."); process.exit(1)');
    expect(() => sink.write(10_000)).toThrow(
      expect.objectContaining({
        code: 'ENDPOINT_NOT_STARTED',
        message: 'The process that keeps the token file did not start: No token.',
      }),
    );
    expect([existsSync(file), readdirSync(temp)]).toEqual([false, ['_github_home']]);
  });

  it('leaves nothing where there is no place for the file', () => {
    const { temp, sink } = world('');
    writeFileSync(join(temp, '_github_home'), '');
    chmodSync(join(temp, '_github_home'), 0o600);
    expect(() => sink.write(10_000)).toThrow(expect.objectContaining({ code: 'FILE_REFUSED' }));
    expect(readdirSync(temp)).toEqual(['_github_home']);
  });
});
