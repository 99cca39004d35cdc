import { quote } from '../../../core/text.js';
import { findInValues, isPattern } from '../claim-values.js';
import { namingGuards } from '../guards.js';
import { statementRule } from '../rule.js';
import { trustsGithub } from '../statements.js';

export const wholeOrganisation = statementRule('whole-organisation', 'warning', (statement) => {
  if (!trustsGithub(statement)) return [];
  const message = (text: string): string =>
    `${text} lets in every repository of the owner, including future ones. Name the repositories.`;
  const everyRepository = findInValues(statement, ['sub', 'repository'], (text, condition) =>
    isPattern(text, condition) && /^(repo:)?[^:/*?]+(@\*)?\/\*/.test(text) ? message(quote(text)) : undefined,
  );
  if (namingGuards(statement).length > 0) return everyRepository;
  const owners = namingGuards(statement, 'repository_owner_id').map(({ key: { at, text } }) => ({
    at,
    message: message(`${quote(text)} alone`),
  }));
  return [...everyRepository, ...owners];
});
