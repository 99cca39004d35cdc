import type { Position } from '../language/json.js';
import type { Condition, Statement, TrustPolicy } from '../language/policy.js';
import { isGithubIssuer, issuerOfProvider } from '../oidc/issuer.js';

/** `error`: it does not protect, or does not work. `warning`: it is wider than it seems. `note`: worth a thought. */
export type Severity = 'error' | 'warning' | 'note';

/** What one rule says about one place. */
export interface Remark {
  /** Counted from 1; undefined where it is the whole policy's. */
  readonly statement: number | undefined;
  readonly at: Position;
  readonly message: string;
}

export interface Finding extends Remark {
  readonly rule: string;
  readonly severity: Severity;
}

/** What is known beside the document. */
export interface LintFacts {
  /** The account of the role. */
  readonly accountId?: string | undefined;
}

/** One rule, with an entry of the same id in docs/trust-rules.md. */
export interface Rule {
  readonly id: string;
  readonly severity: Severity;
  check(policy: TrustPolicy, facts: LintFacts): readonly Remark[];
}

/** A rule that looks at one statement at a time. */
export function perStatement(
  id: string,
  severity: Severity,
  check: (statement: Statement, facts: LintFacts) => readonly Omit<Remark, 'statement'>[],
): Rule {
  return {
    id,
    severity,
    check: ({ statements }, facts) =>
      statements.flatMap((one) => check(one, facts).map((remark) => ({ statement: one.number, ...remark }))),
  };
}

/** The issuers whose OIDC providers a statement trusts, by their names in IAM. */
export function issuersOf({ principals, notPrincipal }: Statement): readonly string[] {
  if (notPrincipal) return [];
  return principals.flatMap(({ type, text }) => (type === 'Federated' ? (issuerOfProvider(text) ?? []) : []));
}

/** Whether a statement lets tokens of GitHub's in. */
export function trustsGithub(statement: Statement): boolean {
  return statement.effect === 'Allow' && issuersOf(statement).some(isGithubIssuer);
}

/** The claim a condition is about: its key after the last colon, in lower case. */
export function claimOf({ key }: Condition): string {
  return key.text.slice(key.text.lastIndexOf(':') + 1).toLowerCase();
}

/** The issuer a condition's key belongs to: the key before its last colon. */
export function prefixOf({ key }: Condition): string {
  return key.text.slice(0, Math.max(key.text.lastIndexOf(':'), 0));
}

/** Whether a condition is only true of a request that has the key, with a value that is listed. */
export function isGuard({ operator }: Condition): boolean {
  const isPositive = /^(String(Equals|EqualsIgnoreCase|Like)|Arn(Equals|Like)|Numeric|Date|Bool|Ip)/.test(
    operator.name,
  );
  return isPositive && !/Not/.test(operator.name) && !operator.ifExists && operator.set !== 'ForAllValues';
}

/** The conditions of a statement that guard a claim. */
export function guardsOf(statement: Statement, ...claims: readonly string[]): readonly Condition[] {
  return statement.conditions.filter((one) => isGuard(one) && claims.includes(claimOf(one)));
}

/** Whether a condition's values are patterns. */
export function hasPatterns({ operator }: Condition): boolean {
  return /Like$/.test(operator.name) || /^Arn/.test(operator.name);
}
