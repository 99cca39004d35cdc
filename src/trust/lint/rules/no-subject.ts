import { formatList, quote } from '../../../core/text.js';
import { claimOf, prefixOf, type Statement } from '../../language/policy.js';
import { guardsOf, isClosedGuard, namesSomeOwner, openValues } from '../guards.js';
import { type StatementFinding, statementRule } from '../rule.js';
import { isCompanion, issuersOf, trustsGithub } from '../statements.js';

export const noSubject = statementRule('no-subject', 'error', (statement) => {
  if (isCompanion(statement)) return [];
  if (!trustsGithub(statement)) return ofOtherIssuer(statement);
  if (namesSomeOwner(statement)) return [];
  const open = openValues(statement);
  if (open.length > 0) {
    return open.map(({ text, at }) => ({
      at,
      message: `${quote(text)} does not name a repository: any repository on GitHub can get a token with it. Add a condition on repository_id, or name the repository.`,
    }));
  }
  return 'No condition limits which repository may use this role, so every repository on GitHub may. Add a condition on the subject (sub).';
});

/** Of providers other than GitHub's no more is known than that the subject says who is who. */
function ofOtherIssuer(statement: Statement): readonly StatementFinding[] {
  const issuers = statement.effect === 'Allow' ? issuersOf(statement) : [];
  const isGuarded = statement.conditions.some(
    (one) => isClosedGuard(one) && prefixOf(one).includes('.') && !['aud', 'amr'].includes(claimOf(one)),
  );
  if (issuers.length === 0 || isGuarded) return [];
  const at = guardsOf(statement, 'sub')[0]?.key.at ?? statement.at;
  const message = `No condition limits whose tokens of ${formatList(issuers.map((one) => quote(one)))} may use this role, so all may. Add a condition on the subject (sub).`;
  return [{ at, message }];
}
