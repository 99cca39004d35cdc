import type { TrustPolicy } from '../language/policy.js';
import { CONDITION_RULES } from './conditions.js';
import { PRINCIPAL_RULES } from './principals.js';
import type { Finding, LintFacts, Rule } from './rule.js';
import { STRUCTURE_RULES } from './structure.js';
import { SUBJECT_RULES } from './subjects.js';

/** Every rule, in the order of docs/trust-rules.md. */
export const RULES: readonly Rule[] = [
  ...SUBJECT_RULES,
  ...CONDITION_RULES,
  ...PRINCIPAL_RULES,
  ...STRUCTURE_RULES,
];

/** What a careful reader of a trust policy would object to, in the order of the document. */
export function lintTrust(policy: TrustPolicy, facts: LintFacts = {}): readonly Finding[] {
  const known = { accountId: facts.accountId ?? accountOf(policy) };
  const findings = RULES.flatMap(({ id, severity, check }) =>
    check(policy, known).map((remark) => ({ rule: id, severity, ...remark })),
  );
  return findings.sort((a, b) => a.at.line - b.at.line || a.at.column - b.at.column);
}

/** A role trusts identity providers of its own account only, so one of those tells it. */
function accountOf({ statements }: TrustPolicy): string | undefined {
  const providers = statements
    .flatMap(({ principals }) => principals)
    .filter(({ type }) => type === 'Federated');
  return providers.flatMap(({ text }) => /::(\d{12}):/.exec(text)?.[1] ?? [])[0];
}
