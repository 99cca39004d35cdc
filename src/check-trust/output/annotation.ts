import { oneLine } from '../../core/text.js';
import type { Finding, Severity } from '../../trust/lint/rule.js';
import type { PolicyReport } from './report.js';

/** One thing to say about one place in a file. */
export interface Annotation {
  readonly severity: Severity;
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly title: string;
  readonly message: string;
}

/** A message about a role at its place. */
export function annotation(
  { path, role }: Pick<PolicyReport, 'path' | 'role'>,
  { severity, at, rule, message }: Omit<Finding, 'statement'>,
): Annotation {
  // A file may have many roles: a message about one of them begins with its name.
  const whole = role === undefined ? message : `${oneLine(role)}: ${message}`;
  return { severity, path, ...at, title: rule, message: whole };
}
