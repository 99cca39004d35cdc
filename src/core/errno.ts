/** The system's code of a failure, such as `ENOENT`; undefined if it has no code. */
export function errnoOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}
