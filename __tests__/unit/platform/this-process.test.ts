import '../../support/native-errors.js';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { thisProcess, writeAtOnce } from '../../../src/platform/this-process.js';
import { temporaryDirectory } from '../../support/files.js';

describe('the process as the runner port knows it', () => {
  it('ends with the exit code that was set last', () => {
    const before = process.exitCode;
    const port = thisProcess(process);
    port.exitCode = 3;
    expect([process.exitCode, port.exitCode]).toEqual([3, 3]);
    process.exitCode = before;
    expect(port.exitCode).toBe(before);
  });

  it('has the variables of the process, and its program', () => {
    const { env, execPath, argv } = thisProcess(process);
    expect([env['PATH'], execPath, argv]).toEqual([process.env['PATH'], process.execPath, process.argv]);
  });
});

describe('a text that is written at once', () => {
  it('is there whole, also where a slow reader fills a pipe that does not block', async () => {
    const directory = temporaryDirectory();
    const pipe = join(directory, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const script = 'sleep 0.2; exec cat "$1/pipe" > "$1/read"';
    const reader = spawn('sh', ['-c', script, 'sh', directory], { stdio: 'ignore' });
    const descriptor = openSync(pipe, constants.O_RDWR | constants.O_NONBLOCK);
    const text = 'né\n'.repeat(100_000);
    writeAtOnce(descriptor, text);
    closeSync(descriptor);
    await once(reader, 'exit');
    expect(readFileSync(join(directory, 'read'), 'utf8')).toBe(text);
  });

  it('that nobody can read any more is an error', () => {
    const descriptor = openSync(join(temporaryDirectory(), 'file'), 'w');
    closeSync(descriptor);
    expect(() => writeAtOnce(descriptor, 'x')).toThrow('EBADF');
  });
});
