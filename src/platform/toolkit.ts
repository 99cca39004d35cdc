/*
 * The two parts of GitHub's toolkit that only a failing step needs. Both are chunks of their own, loaded when asked
 * for, and this file is apart from runner.ts so that `post` does not carry them at all.
 */

/** The parts of an event that tell whether a pull request comes from a fork. */
export interface EventPayload {
  readonly pull_request?: {
    readonly head?: { readonly repo?: { readonly full_name?: unknown } | null };
    readonly base?: { readonly repo?: { readonly full_name?: unknown } | null };
  };
}

/** The event that started the run. An unreadable event file throws. */
export async function readEvent(): Promise<EventPayload> {
  const { context } = await import('@actions/github');
  return context.payload as EventPayload;
}

/** Adds Markdown to the job's summary page. Throws on a runner that has no summary. */
export async function addToSummary(markdown: string): Promise<void> {
  const { summary } = await import('@actions/core');
  await summary.addRaw(markdown, true).write();
}
