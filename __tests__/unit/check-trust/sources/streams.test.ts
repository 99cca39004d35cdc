import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { readStreams } from '../../../../src/check-trust/sources/streams.js';
import { temporaryDirectory } from '../../../support/files.js';

/** The two ends of a pipe. */
function openPipe(): { readonly reader: number; readonly writer: number } {
  const path = join(temporaryDirectory(), 'pipe');
  execFileSync('mkfifo', [path]);
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  return { reader, writer: openSync(path, constants.O_WRONLY) };
}

const LIMITS = { ms: 20_000, bytes: 1000 };

it('reads a pipe that is open, once, by each name that it has', async () => {
  const { reader, writer } = openPipe();
  writeSync(writer, 'text');
  closeSync(writer);
  const names = [`/dev/fd/${reader}`, `/proc/self/fd/${reader}`];
  const texts = await readStreams(['a.json', ...names, '/dev/fd/x', './-'], LIMITS);
  expect([...texts]).toEqual(names.map((name) => [name, 'text']));
});

it('reads a file that is open', async () => {
  const path = join(temporaryDirectory(), 'file');
  writeFileSync(path, 'text');
  const descriptor = openSync(path, 'r');
  expect((await readStreams([`/dev/fd/${descriptor}`])).get(`/dev/fd/${descriptor}`)).toBe('text');
  closeSync(descriptor);
});

it('ends with a pipe that has too much, or no end', async () => {
  const large = openPipe();
  writeSync(large.writer, 'x'.repeat(1001));
  const path = `/dev/fd/${large.reader}`;
  await expect(readStreams([path], LIMITS)).rejects.toThrow(`${path} has more than 1000 bytes`);
  closeSync(large.writer);
  const open = openPipe();
  const other = `/dev/fd/${open.reader}`;
  await expect(readStreams([other], { ...LIMITS, ms: 50 })).rejects.toThrow(
    `${other} has no end after 0.05 seconds`,
  );
  closeSync(open.writer);
});

it('refuses a device, a directory, and what is not open', async () => {
  for (const path of ['/dev/null', temporaryDirectory()]) {
    const descriptor = openSync(path, 'r');
    await expect(readStreams([`/dev/fd/${descriptor}`])).rejects.toThrow('is not a file and not a pipe');
    closeSync(descriptor);
  }
  await expect(readStreams(['/dev/fd/987'])).rejects.toThrow('/dev/fd/987 cannot be read');
});
