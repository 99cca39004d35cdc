import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import * as core from '@actions/core';
import { jest } from '@jest/globals';
import fc from 'fast-check';
import { parseCommandFile } from '../../../sandbox/runner/command-files.js';
import { createRunner, type Runner } from '../../../src/platform/runner.js';
import { temporaryDirectory } from '../../support/files.js';
import { recordedRunner } from '../../support/recorded-runner.js';
import { anyText } from '../../support/texts.js';

const VALUES = [
  'plain',
  '100 % sure',
  'a%0Ab',
  'two\nlines',
  'cr\r\nlf',
  'x: y, z',
  '',
  ' blanks ',
  'ünïcödé 🚀',
  '::x::y',
];
const FILES = { GITHUB_ENV: 'env', GITHUB_OUTPUT: 'output', GITHUB_STATE: 'state' };

/** What GitHub's own toolkit writes to standard output and to the command files. */
function ofToolkit(use: () => void, withFiles: boolean) {
  const directory = temporaryDirectory();
  const before = { ...process.env };
  for (const [variable, name] of Object.entries(FILES)) {
    process.env[variable] = withFiles ? join(directory, name) : '';
    writeFileSync(join(directory, name), '');
  }
  let stdout = '';
  const write = jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    stdout += String(text);
    return true;
  });
  try {
    use();
  } finally {
    write.mockRestore();
    for (const variable of [...Object.keys(FILES), 'NAME']) {
      if (before[variable] === undefined) delete process.env[variable];
      else process.env[variable] = before[variable];
    }
  }
  const files = Object.values(FILES).map((name) => readFileSync(join(directory, name), 'utf8'));
  return normalised(stdout, files);
}

function ofOurs(use: (runner: Runner) => void, withFiles: boolean) {
  const recorded = recordedRunner(withFiles ? {} : { GITHUB_ENV: '', GITHUB_OUTPUT: '', GITHUB_STATE: '' });
  use(recorded.runner);
  const files = withFiles ? Object.values(recorded.files()) : ['', '', ''];
  return normalised(recorded.stdout(), files);
}

/** The delimiter is random, and in front of its first command in a file the toolkit writes no line end. */
function normalised(stdout: string, files: readonly string[]) {
  // Without a command file the toolkit ends the line before its command first.
  return {
    stdout: stdout.replace(/^\n/, ''),
    files: files.map((text) => text.replace(/ghadelimiter_[0-9a-f-]+/g, 'ghadelimiter')),
  };
}

const PAIRS: Readonly<
  Record<string, readonly [(value: string) => void, (runner: Runner, value: string) => void]>
> = {
  exportVariable: [
    (value) => core.exportVariable('NAME', value),
    (runner, value) => runner.exportVariables(new Map([['NAME', value]])),
  ],
  setOutput: [
    (value) => core.setOutput('name', value),
    (runner, value) => runner.setOutputs(new Map([['name', value]])),
  ],
  saveState: [(value) => core.saveState('name', value), (runner, value) => runner.saveState('name', value)],
};

describe("what the runner is told is byte for byte what GitHub's own toolkit would say", () => {
  describe.each(Object.entries(PAIRS))('%s', (_, [toolkit, ours]) => {
    it.each(VALUES)('of %j', (value) => {
      expect(ofOurs((runner) => ours(runner, value), true)).toEqual(ofToolkit(() => toolkit(value), true));
    });

    it.each(VALUES)('of %j, to a runner without command files', (value) => {
      expect(ofOurs((runner) => ours(runner, value), false)).toEqual(ofToolkit(() => toolkit(value), false));
    });
  });

  it.each(VALUES.filter((value) => value !== ''))('a mask of %j', (value) => {
    expect(ofOurs((runner) => runner.mask(value), true)).toEqual(
      ofToolkit(() => core.setSecret(value), true),
    );
  });

  // Foreign text is made one line first, so only such text is the same.
  it.each(VALUES.filter((value) => !/[\r\n]/.test(value)))('notice, warning and debug of %j', (value) => {
    expect(
      ofOurs((runner) => {
        runner.notice(value);
        runner.warning(value);
        runner.debug(value);
      }, true),
    ).toEqual(
      ofToolkit(() => {
        core.notice(value);
        core.warning(value);
        core.debug(value);
      }, true),
    );
  });

  it('an error with its title and lines', () => {
    const lines = ['100 %: no', 'Two', 'lines: a, b'];
    expect(ofOurs((runner) => runner.fail('ACCESS_DENIED', lines), true)).toEqual(
      ofToolkit(
        () => core.error('100 %: no\nTwo\nlines: a, b', { title: 'assume-aws-role: ACCESS_DENIED' }),
        true,
      ),
    );
  });

  it.each([['  padded  '], ['two\nlines'], ['']])('an input %j is read as the toolkit reads it', (value) => {
    process.env['INPUT_A-NAME'] = value;
    const expected = core.getInput('a-name');
    delete process.env['INPUT_A-NAME'];
    expect(recordedRunner({ 'INPUT_A-NAME': value }).runner.input('a-name')).toBe(expected);
  });
});

describe('the home directory', () => {
  const host = (env: Record<string, string>) => ({ env, stdout: { write: () => true } });

  it('is what the system says where HOME is not set', () => {
    expect(createRunner(host({})).home).toBe(homedir());
  });

  it('is empty where HOME is not set and the system does not know the user', () => {
    const unknown = (): string => {
      throw new Error('ENOENT: no such file or directory, uv_os_homedir');
    };
    expect(createRunner(host({}), unknown).home).toBe('');
    expect(createRunner(host({ HOME: '/home/u' }), unknown).home).toBe('/home/u');
  });
});

describe('the command files', () => {
  it('carry any value to the runner unchanged, whatever delimiter it tries to forge', () => {
    const value = fc.array(
      fc.oneof(
        anyText(),
        fc.constantFrom(
          '\n',
          '\r\n',
          'EOF',
          '<<',
          'ghadelimiter_',
          'ghadelimiter_0',
          'ghadelimiter_1',
          'A=B',
        ),
      ),
    );
    const recorded = recordedRunner();
    fc.assert(
      fc.property(fc.array(value.map((parts) => parts.join(''))), (values) => {
        writeFileSync(recorded.env['GITHUB_ENV'] ?? '', '');
        const entries = values.map((text, index) => [`NAME_${index}`, text] as const);
        recorded.runner.exportVariables(new Map(entries));
        expect([...parseCommandFile(recorded.files().env)]).toEqual(entries);
      }),
    );
  });

  it('can be put back to what they were', () => {
    const recorded = recordedRunner();
    writeFileSync(recorded.env['GITHUB_ENV'] ?? '', 'EARLIER=1\n');
    const restore = recorded.runner.exportVariables(new Map([['A', '1']]));
    restore();
    expect(recorded.files().env).toBe('EARLIER=1\n');
  });

  it('that cannot be written are an error, and not in parts', () => {
    const { runner } = recordedRunner({ GITHUB_ENV: join(temporaryDirectory(), 'none', 'env') });
    expect(() => runner.exportVariables(new Map([['A', '1']]))).toThrow(
      "Could not write to the runner's file GITHUB_ENV.",
    );
  });

  it.each([
    ['a named pipe', (path: string) => execFileSync('mkfifo', [path])],
    ['a directory', (path: string) => mkdirSync(path)],
    ['a device', (path: string) => symlinkSync('/dev/full', path)],
  ])('that are %s are refused at once', (_, make) => {
    const path = join(temporaryDirectory(), 'env');
    make(path);
    const { runner } = recordedRunner({ GITHUB_ENV: path });
    expect(() => runner.exportVariables(new Map([['A', '1']]))).toThrow(
      expect.objectContaining({ code: 'RUNNER_FILE_UNWRITABLE', isPartial: false }),
    );
  });

  it('that cannot be put back are an error that says so', () => {
    const { runner, env } = recordedRunner();
    const restore = runner.exportVariables(new Map([['A', '1']]));
    rmSync(env['GITHUB_ENV'] ?? '');
    expect(restore).toThrow(
      "Could not write to the runner's file GITHUB_ENV. A part was written and could not be taken back.",
    );
  });

  it('carry a value of a megabyte that is made of delimiters', () => {
    const recorded = recordedRunner();
    const value = Array.from(
      { length: 70_000 },
      (_, number) => `ghadelimiter_${'0'.repeat(number % 40)}`,
    ).join('\n');
    recorded.runner.exportVariables(new Map([['A', value]]));
    expect(recorded.entries('env')).toEqual({ A: value });
  });
});
