import type { ActionError } from '../core/errors.js';
import type { DenialDiagnosis } from './explanation.js';
import { adviceOf, type FailureContext } from './failure-text.js';
import { code, escapeMarkdown, prose, table } from './markdown.js';

/** A failure as Markdown for the job's summary page: what failed, why, what to do, and only then what is known. */
export function failureSummary(error: ActionError, { diagnosis, page }: FailureContext): string {
  const advice = adviceOf(error, diagnosis);
  const link = page === undefined ? `\`${error.code}\`` : `[\`${error.code}\`](${page})`;
  return [
    '### Assume AWS Role failed',
    '',
    ...failedPart(error),
    ...(error.problems.length > 0 ? [...error.problems.map((problem) => `- ${show(problem)}`), ''] : []),
    ...(advice === undefined ? [] : [prose(advice), '']),
    ...(diagnosis?.why ?? []),
    ...factsPart(error, diagnosis),
    ...(diagnosis?.details ?? []),
    `Error code: ${link}`,
    '',
  ].join('\n');
}

/** The reason, quoted from AWS or GitHub, gets its own line. */
function failedPart({ headline, reason, attempts }: ActionError): readonly string[] {
  const tried = attempts > 1 ? ` ${show(`(${attempts} attempts)`)}` : '';
  return reason === undefined
    ? [`**${show(headline)}**${tried}`, '']
    : [`**${show(headline)}**`, '', `${show(reason)}${tried}`, ''];
}

function factsPart({ facts }: ActionError, diagnosis?: DenialDiagnosis): readonly string[] {
  const rest = [...facts].filter(([name]) => !diagnosis?.listedClaims.has(name));
  if (rest.length === 0) return [];
  return ['#### The caller', '', ...rest.map(([name, value]) => `- ${show(name)}: ${code(value)}`), ''];
}

const show = (text: string): string => escapeMarkdown(text, 2000);

/** A success as Markdown for the job's summary page, for `summary: always`. */
export function successSummary(facts: ReadonlyMap<string, string>): string {
  return ['### Assume AWS Role', '', table(['What', 'Value'], facts, code), ''].join('\n');
}
