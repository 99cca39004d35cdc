import { writeSync } from 'node:fs';
import { errnoOf } from '../core/errno.js';
import type { ProcessPort } from './runner.js';

/**
 * The process for the runner port, with a standard output that is written at once. `process.stdout` is a stream, for
 * which Node loads its network code: a tenth of the whole time of `post`.
 */
export function thisProcess(host: NodeJS.Process): ProcessPort {
  return {
    env: host.env,
    execPath: host.execPath,
    argv: host.argv,
    get exitCode() {
      return host.exitCode;
    },
    set exitCode(code) {
      host.exitCode = code;
    },
    stdout: { write: (text) => writeAtOnce(1, text) },
  };
}

/** Writes all of it before it returns. Throws where nobody reads any more, or a disk is full. */
export function writeAtOnce(descriptor: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let written = 0; written < bytes.length; ) {
    try {
      written += writeSync(descriptor, bytes, written);
    } catch (error) {
      // A pipe that somebody has made non-blocking and that is full at the moment.
      if (errnoOf(error) !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }
  }
}
