import type { ActionError } from '../errors.js';
import { escapeMarkdown, table } from './markdown.js';

/** A failure as Markdown for the job's summary page. */
export function failureSummary(
  error: ActionError,
  { advice, page }: { readonly advice: string; readonly page: string | undefined },
): string {
  const lines = ['### Assume AWS Role: no credentials', '', escapeMarkdown(error.message, 2000), ''];
  if (error.facts.size > 0) lines.push(table(['What', 'Value'], error.facts), '');
  if (advice !== '') lines.push(escapeMarkdown(advice, 2000), '');
  lines.push(page === undefined ? `Code: \`${error.code}\`` : `Code: [\`${error.code}\`](${page})`, '');
  return lines.join('\n');
}

/** A success as Markdown for the job's summary page, for `summary: always`. */
export function successSummary(facts: ReadonlyMap<string, string>): string {
  return ['### Assume AWS Role', '', table(['What', 'Value'], facts), ''].join('\n');
}
