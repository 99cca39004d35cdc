import { quote } from '../../../core/text.js';
import { findInValues, isEvaluated, isPattern } from '../claim-values.js';
import { guardsOf, namingGuards } from '../guards.js';
import { statementRule } from '../rule.js';
import { trustsGithub } from '../statements.js';

const TAKEN = ': whoever takes the name after a rename or deletion gets in.';

export const recyclableName = statementRule('recyclable-name', 'warning', (statement) => {
  if (!trustsGithub(statement)) return [];
  if (namingGuards(statement, 'repository_id', 'repository_owner_id').length > 0) return [];
  const subjects = findInValues(statement, ['sub'], (text, condition) => {
    const ids = /^repo:[^@*?/]+(@\*)?\/[^@*?:/]+(@\*)?(?::|$)/.exec(text)?.slice(1);
    const { takesPatterns } = condition.operator;
    if (ids === undefined || (!takesPatterns && ids.some((id) => id !== undefined))) return undefined;
    const orId = isEvaluated('repository_id', condition) ? ', or add a condition on repository_id' : '';
    return `${quote(text)} has only names${TAKEN} Use the immutable form, repo:OWNER@ID/REPO@ID:…${orId}.`;
  });
  if (guardsOf(statement, 'sub').some(({ values }) => values.some(({ text }) => text.startsWith('repo:'))))
    return subjects;
  const repositories = findInValues(statement, ['repository'], (text, condition) =>
    isPattern(text, condition)
      ? undefined
      : `${quote(text)} is a name${TAKEN} Add a condition on repository_id.`,
  );
  return [...subjects, ...repositories];
});
