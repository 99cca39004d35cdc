import { quote } from '../core/text.js';
import type { Run } from './context.js';

/** What each guard that is set compared, in one line of the log. Each has let the run pass. */
export function logGuards({ runner, journal }: Pick<Run, 'runner' | 'journal'>): void {
  const { guards } = journal;
  if (guards.length === 0) return;
  runner.info(
    `Guards passed: ${guards.map(({ name, compared = '' }) => `${name} (${quote(compared)})`).join(', ')}.`,
  );
}
