/** What a condition may ask about. */
export interface ConditionContext {
  readonly jobFailed: boolean;
  readonly env: Readonly<Record<string, string>>;
}

const COMPARISON = /^env\.([A-Za-z_][\w-]*)\s*(==|!=)\s*'((?:[^']|'')*)'$/;

/**
 * Decides an `if` or `post-if` made of `always()`, `success()`, `failure()`, `cancelled()` and comparisons of
 * `env.NAME` with a literal, each possibly negated by `!` where it is a call, joined by `&&`.
 *
 * @throws Error for any other form: a condition that is not understood must not pass for true.
 */
export function evaluateCondition(condition: string, context: ConditionContext): boolean {
  const bare = condition.trim().replace(/^\$\{\{([\s\S]*)\}\}$/, '$1');
  return bare
    .split('&&')
    .map((term) => evaluateTerm(term.trim(), context))
    .every((value) => value);
}

function evaluateTerm(term: string, context: ConditionContext): boolean {
  switch (term) {
    case 'always()':
    case '!cancelled()':
      return true;
    case 'cancelled()':
      return false;
    case 'success()':
    case '!failure()':
      return !context.jobFailed;
    case 'failure()':
    case '!success()':
      return context.jobFailed;
    default: {
      const [, name, operator, literal] = COMPARISON.exec(term) ?? [];
      if (name === undefined) throw new Error(`This runner cannot evaluate the condition: ${term}`);
      // Strings compare without regard to case in GitHub's expressions, and a missing variable is ''.
      const equal = (context.env[name] ?? '').toLowerCase() === literal?.replaceAll("''", "'").toLowerCase();
      return operator === '==' ? equal : !equal;
    }
  }
}
