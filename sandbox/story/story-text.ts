import { oneLine } from '../../src/core/text.js';
import type { Event } from './story.js';

/** Claims that a reader looks for first; the rest is on the page. */
const SHOWN = ['sub', 'environment', 'event_name', 'actor', 'job_workflow_ref'] as const;

/** What happened as lines of a log, the first with the time. */
export function eventLines(event: Event): readonly string[] {
  const time = event.at.slice(11, 19);
  const more = [...details(event), ...event.why];
  return [`${time}  ${headline(event)}`, ...more.map((line) => `          ${line}`)].map((line) =>
    oneLine(line, 1000),
  );
}

function headline({ action, who, what, decision, status, session, refusal }: Event): string {
  const outcome =
    decision === 'allowed'
      ? session === undefined
        ? 'answered'
        : `allowed for ${session.seconds} s, as ${session.arn}`
      : decision === 'refused'
        ? `refused, ${refusal === undefined ? `HTTP ${status}` : `${refusal.code}: ${refusal.message}`}`
        : 'not answered';
  if (action === 'token') {
    const asked = `${who === undefined ? 'somebody' : `job ${who}`} asked for a token`;
    return decision === 'allowed' ? `${asked} for ${what}: given` : `${asked}: ${outcome}`;
  }
  const target = what === undefined ? '' : ` of ${what}`;
  return `${action}${target} by ${who ?? 'an unknown caller'}: ${outcome}`;
}

function details({ action, claims }: Event): readonly string[] {
  if (action !== 'token' || claims === undefined) return [];
  return SHOWN.flatMap((name) => (typeof claims[name] === 'string' ? [`${name}: ${claims[name]}`] : []));
}
