/** What of a process is needed when nothing else works; the real one is `process`. */
interface FailingProcess {
  readonly stdout: { write(text: string): unknown };
}

/**
 * Reports what an entry point's own catch could not: the runner port cannot be made, or the report of a failure fails
 * itself. Only the kind of the fault is named, since nothing is there that would take secrets out. Never throws.
 */
export function reportLastResort(
  { stdout }: FailingProcess,
  level: 'error' | 'warning',
  thrown: unknown,
): void {
  const kind = /^\w{1,60}$/.exec(thrown instanceof Error ? thrown.name : typeof thrown)?.[0] ?? 'unknown';
  try {
    stdout.write(`::${level} title=assume-aws-role::The action cannot report what went wrong (${kind}).\n`);
  } catch {
    // Nobody is listening.
  }
}
