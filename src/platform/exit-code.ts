/** What of a process its end needs; the real one is `process`. */
export interface EndingProcess {
  exitCode?: number | string | null | undefined;
  once(event: 'beforeExit', listener: () => void): unknown;
}

/**
 * Runs an entry point so that only its success ends as one. A promise that never settles leaves Node with nothing to
 * do, and Node would then end with 0, as if all was well.
 * @param work what has to be through; it sets another exit code than 0 by itself where it has failed
 * @param onStranded called where there is nothing left that could end `work`
 */
export async function untilDone(
  host: EndingProcess,
  work: () => Promise<number>,
  onStranded: (why: string) => void,
): Promise<void> {
  let isDone = false;
  host.exitCode = 1;
  host.once('beforeExit', () => {
    if (!isDone) onStranded('It waited for something that can no longer come.');
  });
  const exitCode = await work();
  isDone = true;
  host.exitCode = exitCode;
}
