import { type Explanation, explainTrust } from '../trust/explain/explain.js';
import { TrustSyntaxError } from '../trust/language/json.js';
import type { TrustPolicy } from '../trust/language/policy.js';
import { lintTrust } from '../trust/lint/lint.js';
import { type Claims, issuerOf } from '../trust/oidc/claims.js';
import { isBuiltIn, issuerOfProvider, providerArn, providerPath } from '../trust/oidc/issuer.js';
import { webIdentityContext } from '../trust/oidc/request-context.js';
import type {
  CheckReport,
  Expectation,
  FailOn,
  FileProblem,
  PolicyReport,
  Verdict,
} from './output/report.js';
import type { PolicyFile } from './sources/files.js';
import { findPolicies } from './sources/find-policies.js';
import type { FoundPolicy } from './sources/found.js';

/** Lints every trust policy of the files, and holds every expectation against each. */
export async function checkTrust(
  files: readonly PolicyFile[],
  expectations: readonly Expectation[],
): Promise<CheckReport> {
  const policies: PolicyReport[] = [];
  const problems: FileProblem[] = [];
  for (const file of files) {
    const { path } = file;
    try {
      const found = await findPolicies(file);
      policies.push(...found.policies.map((one) => checkPolicy(path, one, expectations)));
      problems.push(...found.problems.map((one) => ({ ...one, path: one.path ?? path })));
      // A role that no token can get into is read by the rules, but there is nothing to expect of it.
      const tested = found.policies.filter((one) => one.trustsProvider || expectations.length === 0);
      const isEmpty = tested.length + found.problems.length === 0;
      if (isEmpty && !file.fromPattern) problems.push(nothingFound(file));
    } catch (error) {
      if (!(error instanceof TrustSyntaxError)) throw error;
      const { at, problem: message } = error;
      problems.push({ rule: 'syntax', severity: 'error', path, role: undefined, at, message });
    }
  }
  // A check that has tested nothing at all must not pass.
  const isIdle = policies.length === 0 && problems.every(({ severity }) => severity !== 'error');
  if (isIdle) problems.push(...files.map(nothingFound));
  return { policies, problems };
}

function nothingFound({ path }: PolicyFile): FileProblem {
  const message = 'no role in this file trusts an identity provider';
  const at = { line: 1, column: 1 };
  return { rule: 'nothing-to-test', severity: 'error', path, role: undefined, at, message };
}

function checkPolicy(
  path: string,
  { role, policy, path: own, accountId, trustsProvider }: FoundPolicy,
  expectations: readonly Expectation[],
): PolicyReport {
  const expected = trustsProvider ? expectations : [];
  const verdicts = expected.map((expectation) => verdictOf(policy, expectation));
  return { path: own ?? path, role, at: policy.at, verdicts, findings: lintTrust(policy, { accountId }) };
}

/** The role may be one of several accounts: a token must be kept out by all of the providers, or let in by one. */
function verdictOf(policy: TrustPolicy, expectation: Expectation): Verdict {
  const { claims, expected } = expectation;
  const [provider, ...others] = providersOf(policy, claims);
  const explain = (one: string): Explanation => explainTrust(policy, requestOf(one, claims));
  const first = explain(provider);
  const all = [first, ...others.map(explain)];
  const isAllowed = ({ decision }: Explanation): boolean => decision === 'allow';
  // What depends on something that only AWS knows is neither let in nor kept out for certain.
  const isRefused = ({ decision }: Explanation): boolean => decision === 'deny' || decision === 'none';
  if (expected === 'allow') {
    const found = all.find(isAllowed);
    return { expectation, explanation: found ?? first, isMet: found !== undefined };
  }
  const found = all.find(isAllowed) ?? all.find((one) => !isRefused(one));
  return { expectation, explanation: found ?? first, isMet: found === undefined };
}

/** An account of zeros is nobody's. */
const NOBODY = '000000000000';

/** The account of the role is not known, so the providers are those that the policy itself names for the issuer. */
function providersOf({ statements }: TrustPolicy, claims: Claims): readonly [string, ...string[]] {
  const issuer = issuerOf(claims);
  // AWS knows a built-in provider by its name alone, whatever ARN the policy has for it.
  const texts = (isBuiltIn(issuer) ? [] : statements).flatMap(({ principals }) =>
    principals.map(({ text }) => text),
  );
  const named = texts.filter((text) => issuerOfProvider(text) === providerPath(issuer));
  const [first = providerArn(issuer, NOBODY), ...others] = new Set(named);
  return [first, ...others];
}

function requestOf(provider: string, claims: Claims): Parameters<typeof explainTrust>[1] {
  return {
    actions: ['sts:AssumeRoleWithWebIdentity'],
    principal: { type: 'Federated', provider },
    context: webIdentityContext(claims, { providerArn: provider }),
    claims,
  };
}

/** Whether the check fails, by what the user wants it to fail on. */
export function isFailure({ policies, problems }: CheckReport, failOn: FailOn): boolean {
  if (failOn === 'never') return false;
  const severities = failOn === 'warning' ? ['error', 'warning'] : ['error'];
  return (
    problems.some(({ severity }) => severities.includes(severity)) ||
    policies.some(
      ({ findings, verdicts }) =>
        findings.some(({ severity }) => severities.includes(severity)) ||
        verdicts.some(({ isMet }) => !isMet),
    )
  );
}

/** One of the values of `fail-on`. */
export function parseFailOn(text: string): FailOn | undefined {
  return text === 'error' || text === 'warning' || text === 'never' ? text : undefined;
}
