import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Credentials } from '../../../src/core/credentials.js';
import type { Runner } from '../../../src/platform/runner.js';
import { endpointSinks } from '../../../src/refresh/endpoint-sink.js';
import { endpointProgram } from '../../support/endpoint-program.js';
import { modeOf, temporaryDirectory } from '../../support/files.js';
import { recordedRunner } from '../../support/recorded-runner.js';

const CREDENTIALS = new Credentials({
  ...{ accessKeyId: 'ASIAX', secretAccessKey: 'secret', sessionToken: 'session' },
  expiration: new Date('2026-11-21T13:00:00Z'),
});

function world(code: string, variables: Record<string, string> = {}, onMask?: (temp: string) => void) {
  const temp = temporaryDirectory();
  const recorded = recordedRunner({ ...variables, RUNNER_TEMP: temp, INPUT_SECRET: 'x' });
  const runner: Runner = {
    ...recorded.runner,
    program: endpointProgram(code),
    mask(secret) {
      recorded.runner.mask(secret);
      onMask?.(temp);
    },
  };
  const sinks = endpointSinks(runner, {
    ...{ name: 'assume-aws-role', overwrite: false, region: 'us-east-1', credentials: CREDENTIALS },
    ...{ source: 'github-oidc', obtainedMs: Date.parse('2026-11-21T12:00:00Z') },
  });
  const [sink] = sinks;
  if (sink === undefined) throw new Error('There is no sink.');
  return { temp, recorded, sink, sinks };
}

const LISTENS = 'if (process.env.INPUT_SECRET) process.exit(1); console.log(4711);';

describe("the credential endpoint's sink", () => {
  it('starts the process and exports where it is', () => {
    const { recorded, sink, temp } = world(LISTENS);
    const restore = sink.write(10_000);
    const exported = recorded.entries('env');
    const file = exported['AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE'] ?? '';
    expect(exported).toEqual({
      AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://127.0.0.1:4711/credentials',
      AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: file,
    });
    expect([modeOf(file), dirname(dirname(file))]).toEqual(['0600', temp]);
    const masked = recorded.commands().filter(({ command }) => command === 'add-mask');
    expect(masked.map(({ data }) => data)).toContain(readFileSync(file, 'utf8'));
    restore();
    expect([recorded.entries('env'), readdirSync(temp)]).toEqual([{}, []]);
  });

  it('clears a token that is there, and puts down what to put back', () => {
    const before = { AWS_CONTAINER_AUTHORIZATION_TOKEN: 'Basic secret-of-before' };
    const { recorded, sink } = world(LISTENS, before);
    sink.write(10_000);
    expect(recorded.entries('env')).toMatchObject({ AWS_CONTAINER_AUTHORIZATION_TOKEN: '' });
    expect(sink.undo).toContainEqual({ kind: 'environment', before: expect.objectContaining(before) });
    expect(recorded.commands()).toContainEqual(
      expect.objectContaining({ command: 'add-mask', data: 'Basic secret-of-before' }),
    );
  });

  it.each([
    ['fails', 'console.error("listen EPERM"); process.exit(1)', 'did not start: listen EPERM.'],
    ['says no port', 'console.log("none")', 'did not start: exit code 0.'],
  ])('leaves nothing where the process %s', (_, code, why) => {
    const { recorded, sink, temp } = world(code);
    expect(() => sink.write(10_000)).toThrow(
      expect.objectContaining({ code: 'ENDPOINT_NOT_STARTED', message: expect.stringContaining(why) }),
    );
    expect([recorded.entries('env'), readdirSync(temp)]).toEqual([{}, []]);
  });

  it('says which file it could not make, where its directory is taken away meanwhile', () => {
    const { sink, temp } = world(LISTENS, {}, (directory) => {
      for (const name of readdirSync(directory)) rmSync(join(directory, name), { recursive: true });
    });
    expect(() => sink.write(10_000)).toThrow(
      expect.objectContaining({
        code: 'FILE_REFUSED',
        message: expect.stringMatching(/^The file ".*\/endpoint-token" could not be created \(ENOENT\)\.$/),
        hint: "It holds the credential endpoint's token. Check that RUNNER_TEMP is a directory that this user can write to.",
      }),
    );
    expect(readdirSync(temp)).toEqual([]);
  });

  it('leaves nothing where the variables cannot be exported', () => {
    const { recorded, sink, temp } = world(LISTENS);
    const file = join(temp, 'none', 'env');
    recorded.env['GITHUB_ENV'] = file;
    const broken = world(LISTENS, { GITHUB_ENV: file });
    expect(() => broken.sink.write(10_000)).toThrow(
      expect.objectContaining({ code: 'RUNNER_FILE_UNWRITABLE' }),
    );
    expect(readdirSync(broken.temp)).toEqual([]);
    expect(sink.undo).toHaveLength(2);
  });

  it('writes a profile with the Region alone', () => {
    const { sinks, recorded } = world(LISTENS);
    mkdirSync(join(recorded.directory, 'home'), { recursive: true });
    chmodSync(join(recorded.directory, 'home'), 0o700);
    for (const sink of sinks.slice(1)) sink.write(1_000);
    expect(readFileSync(join(recorded.directory, 'home', '.aws', 'config'), 'utf8')).toBe(
      '[profile assume-aws-role]\nregion = us-east-1\n',
    );
  });
});
