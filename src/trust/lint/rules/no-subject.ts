import { formatList, quote } from '../../../core/text.js';
import { type Condition, claimOf, prefixOf, type Statement } from '../../language/policy.js';
import { isClosedGuard } from '../guards.js';
import type { Blame } from '../openings/blame.js';
import { strangerRule } from '../openings/rule.js';
import type { Rule } from '../rule.js';
import { isCompanion, issuersOf, trustsGithub } from '../statements.js';

const ofGithub = strangerRule('no-subject', 'error', messageFor);

export const noSubject: Rule = {
  id: 'no-subject',
  severity: 'error',
  check: (policy, facts) => [
    ...ofGithub.check(policy, facts),
    ...policy.statements.flatMap((statement) => ofOtherIssuer(statement)),
  ],
};

function messageFor({ condition, value }: Blame): string {
  if (condition === undefined || value === undefined) {
    return 'No condition limits which repository may use this role, so every repository on GitHub may. Add a condition on the subject (sub).';
  }
  const text = quote(value.text);
  if (isOwnVariable(value.text, condition)) {
    return `${text} is the value of the key itself, so every token has it. Name the repository.`;
  }
  return claimOf(condition) === 'job_workflow_ref' || value.text.startsWith('job_workflow_ref:')
    ? `${text} names a workflow, and any repository on GitHub may call a public one. Add a condition on the repository as well: sub, repository or repository_id.`
    : `${text} does not name a repository: any repository on GitHub can get a token with it. Add a condition on repository_id, or name the repository.`;
}

function isOwnVariable(text: string, { key }: Condition): boolean {
  return text.toLowerCase() === `\${${key.text.toLowerCase()}}`;
}

/** The name of what a subject begins with, and a wildcard in place of its value: `project_path:*`, `organization:*`. */
const OPEN_FIRST_PART = /^[a-z][a-z_-]*:[*?]/;

/** Of providers other than GitHub's no more is known than that the subject says who is who. */
function ofOtherIssuer(statement: Statement): ReturnType<Rule['check']> {
  const issuers = statement.effect === 'Allow' && !trustsGithub(statement) ? issuersOf(statement) : [];
  const isAboutCaller = (one: Condition): boolean =>
    prefixOf(one).includes('.') && !['aud', 'amr'].includes(claimOf(one));
  const isOpen = (text: string, one: Condition): boolean =>
    isOwnVariable(text, one) ||
    (claimOf(one) === 'sub' && one.operator.takesPatterns && OPEN_FIRST_PART.test(text));
  const isGuarded = statement.conditions.some(
    (one) => isClosedGuard(one) && isAboutCaller(one) && !one.values.some(({ text }) => isOpen(text, one)),
  );
  if (issuers.length === 0 || isCompanion(statement) || isGuarded) return [];
  const subject = statement.conditions.find((one) => claimOf(one) === 'sub' && !one.operator.isNegated);
  const open = subject?.values.find(({ text }) => isOpen(text, subject));
  const at = open?.at ?? subject?.key.at ?? statement.at;
  const who = formatList(issuers.map((one) => quote(one)));
  const message =
    open === undefined
      ? `No condition limits whose tokens of ${who} may use this role, so all may. Add a condition on the subject (sub).`
      : `${quote(open.text)} does not limit whose tokens of ${who} may use this role. Name the project, or whatever the subject begins with.`;
  return [{ statement: statement.number, at, message }];
}
