import { quote } from '../text.js';
import {
  claimOf,
  guardsOf,
  hasPatterns,
  perStatement,
  type Remark,
  type Rule,
  trustsGithub,
} from './lint-rule.js';
import { matchesPattern } from './pattern.js';
import type { Condition, Statement, Text } from './policy.js';

/** Claims that say which repository a token belongs to, or which workflow file it runs. */
const REPOSITORY_CLAIMS = ['sub', 'repository', 'repository_id', 'job_workflow_ref'];

/** Rules about who at GitHub is let in. */
export const SUBJECT_RULES: readonly Rule[] = [
  perStatement('no-subject', 'error', (statement) => {
    if (
      !trustsGithub(statement) ||
      guardsOf(statement, ...REPOSITORY_CLAIMS, 'repository_owner_id').length > 0
    ) {
      return [];
    }
    return [
      {
        at: statement.at,
        message:
          'No condition says which repository may use this role: every repository on GitHub may. Add a condition on the subject (sub).',
      },
    ];
  }),
  subjects('any-owner', 'error', (text, condition) =>
    isPattern(text, condition) && /^(\*|repo:\*)/.test(text)
      ? `${quote(text)} matches repositories of any owner. Name the owner and the repository.`
      : undefined,
  ),
  subjects('open-repository-name', 'error', (text, condition) => {
    const name = /^repo:([^/]*)(?:\/([^:]*))?/.exec(text);
    if (!isPattern(text, condition) || name === null) return undefined;
    const [, owner = '', repository = ''] = name;
    const ownerIsOpen = /[*?]/.test(owner.replace(/@\*$/, '')) && !/^\*$/.test(owner);
    const nameIsOpen = /[*?]/.test(repository.replace(/@\*$/, '')) && repository !== '*';
    if (!ownerIsOpen && !nameIsOpen) return undefined;
    const evil = text.replace(/([^*?]*)[*?].*$/s, '$1');
    return `The wildcard in ${quote(text)} stands inside a name, and does not stop at the colon: ${quote(`${evil}-evil…`)} matches, too. Write the name out.`;
  }),
  subjects('whole-organisation', 'warning', (text, condition) =>
    isPattern(text, condition) && /^repo:[^/*?]+(@\*)?\/\*/.test(text)
      ? `${quote(text)} lets every repository of the owner in, also those made tomorrow. Name the repositories.`
      : undefined,
  ),
  subjects(
    'recyclable-name',
    'warning',
    (text) =>
      /^repo:[^@*?/]+\/[^@*?:/]+(:|$)/.test(text)
        ? `${quote(text)} has names alone: who takes the name after a rename or deletion gets in. Use the immutable form, repo:OWNER@ID/REPO@ID:…, or add a condition on repository_id.`
        : undefined,
    (statement) => guardsOf(statement, 'repository_id', 'repository_owner_id').length === 0,
  ),
  subjects('pull-request', 'warning', (text, condition) =>
    text.endsWith(':pull_request') || (isPattern(text, condition) && reachesPullRequest(text))
      ? `${quote(text)} lets pull requests in: code that nobody has reviewed runs with this role. Keep it for roles that only read.`
      : undefined,
  ),
  subjects('any-branch', 'warning', (text, condition) =>
    isPattern(text, condition) && /:ref:(refs\/(heads\/[^*?]*)?)?[*?]|:\*$/.test(text)
      ? `${quote(text)} lets branches in by a pattern, and whoever may push can make one that fits. Name the branch, or use an environment with rules.`
      : undefined,
  ),
  subjects(
    'environment-without-ref',
    'note',
    (text) =>
      /:environment:[^*]+$/.test(text)
        ? `${quote(text)} says nothing of the branch: the environment's own rules must. Limit its deployment branches, or add a condition on the key ref.`
        : undefined,
    (statement) => guardsOf(statement, 'ref', 'job_workflow_ref').length === 0,
  ),
];

/** A rule about the values that the subject may have. */
function subjects(
  id: string,
  severity: Rule['severity'],
  check: (text: string, condition: Condition) => string | undefined,
  concerns: (statement: Statement) => boolean = () => true,
): Rule {
  return perStatement(id, severity, (statement) => {
    if (!trustsGithub(statement) || !concerns(statement)) return [];
    return statement.conditions
      .filter((one) => claimOf(one) === 'sub' && !/Not/.test(one.operator.name))
      .flatMap((condition) =>
        condition.values.flatMap((value) => remarkOn(value, check(value.text, condition))),
      );
  });
}

function remarkOn({ at }: Text, message: string | undefined): readonly Omit<Remark, 'statement'>[] {
  return message === undefined ? [] : [{ at, message }];
}

/** Where the operator takes no patterns, a star has a rule of its own: star-in-equals. */
function isPattern(text: string, condition: Condition): boolean {
  return hasPatterns(condition) && /[*?]/.test(text);
}

function reachesPullRequest(pattern: string): boolean {
  const context = /^repo:[^:]*:(.*)$/s.exec(pattern)?.[1];
  return context === undefined ? pattern.endsWith('*') : matchesPattern(context, 'pull_request');
}
