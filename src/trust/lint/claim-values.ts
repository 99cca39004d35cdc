import { type Condition, claimOf, prefixOf, type Statement } from '../language/policy.js';
import { evaluatedClaims } from '../oidc/claims.js';
import { type Rule, type StatementFinding, statementRule } from './rule.js';
import { trustsGithub } from './statements.js';

/** What a rule says about one value of a condition; undefined where it has no objection. */
type CheckValue = (text: string, condition: Condition) => string | undefined;

/** A rule about the values that claims of GitHub may have, by default the subject's. */
export function valueRule(
  id: string,
  severity: Rule['severity'],
  check: CheckValue,
  {
    claims = ['sub'],
    concerns = () => true,
  }: { readonly claims?: readonly string[]; readonly concerns?: (statement: Statement) => boolean } = {},
): Rule {
  return statementRule(id, severity, (statement) =>
    trustsGithub(statement) && concerns(statement) ? findInValues(statement, claims, check) : [],
  );
}

/** The findings about the values of conditions on some claims; a negated one has a rule of its own: negated-guard. */
export function findInValues(
  { conditions }: Statement,
  claims: readonly string[],
  check: CheckValue,
): readonly StatementFinding[] {
  return conditions
    .filter(
      (one) =>
        claims.includes(claimOf(one)) &&
        ['string', 'arn'].includes(one.operator.kind) &&
        !one.operator.isNegated,
    )
    .flatMap((condition) =>
      condition.values.flatMap(({ text, at }) => {
        const message = check(text, condition);
        return message === undefined ? [] : [{ at, message }];
      }),
    );
}

/** Where the operator takes no patterns, a star has a rule of its own: star-in-equals. */
export function isPattern(text: string, { operator }: Condition): boolean {
  return operator.takesPatterns && /[*?]/.test(text);
}

/** Whether STS evaluates a claim of the issuer that a condition is about. */
export function isEvaluated(claim: string, condition: Condition): boolean {
  return evaluatedClaims(prefixOf(condition)).includes(claim);
}
