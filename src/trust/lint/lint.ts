import type { TrustPolicy } from '../language/policy.js';
import { Openings } from './openings/find.js';
import type { Finding, LintFacts, Rule } from './rule.js';
import { anyBranch } from './rules/any-branch.js';
import { anyOwner } from './rules/any-owner.js';
import { anyTag } from './rules/any-tag.js';
import { claimNotEvaluated } from './rules/claim-not-evaluated.js';
import { duplicateSid } from './rules/duplicate-sid.js';
import { duplicateStatement } from './rules/duplicate-statement.js';
import { environmentWithoutRef } from './rules/environment-without-ref.js';
import { externalAccount } from './rules/external-account.js';
import { ifExistsInAllow } from './rules/if-exists-in-allow.js';
import { invalidProvider } from './rules/invalid-provider.js';
import { issuerDiffers } from './rules/issuer-differs.js';
import { negatedGuard } from './rules/negated-guard.js';
import { noAudience } from './rules/no-audience.js';
import { noIdentityPool } from './rules/no-identity-pool.js';
import { noStatement } from './rules/no-statement.js';
import { noSubject } from './rules/no-subject.js';
import { notPrincipal } from './rules/not-principal.js';
import { notPrincipalInDeny } from './rules/not-principal-in-deny.js';
import { openRepositoryName } from './rules/open-repository-name.js';
import { policySize } from './rules/policy-size.js';
import { policyTooLarge } from './rules/policy-too-large.js';
import { principalEveryone } from './rules/principal-everyone.js';
import { principalWildcard } from './rules/principal-wildcard.js';
import { pullRequest } from './rules/pull-request.js';
import { recyclableName } from './rules/recyclable-name.js';
import { setOperatorInAllow } from './rules/set-operator-in-allow.js';
import { shadowedStatement } from './rules/shadowed-statement.js';
import { starInEquals } from './rules/star-in-equals.js';
import { typeMismatch } from './rules/type-mismatch.js';
import { versionMissing } from './rules/version-missing.js';
import { webIdentityMissing } from './rules/web-identity-missing.js';
import { wholeOrganisation } from './rules/whole-organisation.js';
import { wideAction } from './rules/wide-action.js';

/** Every rule, in the order of docs/trust-rules.md. */
export const RULES: readonly Rule[] = [
  noSubject,
  anyOwner,
  openRepositoryName,
  wholeOrganisation,
  recyclableName,
  pullRequest,
  anyBranch,
  anyTag,
  environmentWithoutRef,
  noAudience,
  noIdentityPool,
  setOperatorInAllow,
  ifExistsInAllow,
  negatedGuard,
  starInEquals,
  claimNotEvaluated,
  issuerDiffers,
  typeMismatch,
  principalEveryone,
  notPrincipal,
  notPrincipalInDeny,
  principalWildcard,
  invalidProvider,
  externalAccount,
  webIdentityMissing,
  wideAction,
  versionMissing,
  noStatement,
  policySize,
  policyTooLarge,
  duplicateSid,
  duplicateStatement,
  shadowedStatement,
];

/** What a careful reader of a trust policy would object to, in the order of the document. */
export function lintTrust(policy: TrustPolicy, facts: LintFacts = {}): readonly Finding[] {
  const openings = (facts.openings ?? new Openings()).of(policy);
  const known = { ...facts, accountId: facts.accountId ?? accountOf(policy), openings };
  const findings = RULES.flatMap(({ id, severity, check }) =>
    check(policy, known).map((found) => ({ rule: id, severity, ...found })),
  );
  return findings.sort((a, b) => a.at.line - b.at.line || a.at.column - b.at.column);
}

/** A role trusts identity providers of its own account only, so one of those has it. */
function accountOf({ statements }: TrustPolicy): string | undefined {
  const providers = statements
    .flatMap(({ principals }) => principals)
    .filter(({ type }) => type === 'Federated');
  return providers.flatMap(({ text }) => /::(\d{12}):/.exec(text)?.[1] ?? [])[0];
}
