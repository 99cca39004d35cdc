import { type Claims, webIdentityContext } from '../trust/claims.js';
import { type Explanation, explainTrust } from '../trust/explain.js';
import { isBuiltIn, issuerOfProvider, providerArn, providerPath } from '../trust/issuer.js';
import { type Position, TrustSyntaxError } from '../trust/json.js';
import { lintTrust } from '../trust/lint.js';
import type { Finding } from '../trust/lint-rule.js';
import type { TrustPolicy } from '../trust/policy.js';
import { type FoundPolicy, findPolicies } from './documents.js';
import type { Expectation } from './expectations.js';

/** A file that may hold trust policies. */
export interface PolicyFile {
  /** As the user gave it, relative to where the check runs; `policy` for a text that is in no file. */
  readonly path: string;
  readonly text: string;
}

/** One expectation held against one policy. */
export interface Verdict {
  readonly expectation: Expectation;
  readonly explanation: Explanation;
  readonly isMet: boolean;
}

/** What one policy was found to be. */
export interface PolicyReport {
  readonly path: string;
  readonly role: string | undefined;
  readonly findings: readonly Finding[];
  readonly verdicts: readonly Verdict[];
  /** Where the policy begins. */
  readonly at: Position;
}

/** A file that cannot be read as what it should be. */
export interface FileProblem {
  readonly rule: 'syntax' | 'nothing-to-test';
  readonly path: string;
  readonly at: Position;
  readonly message: string;
}

export interface CheckReport {
  readonly policies: readonly PolicyReport[];
  readonly problems: readonly FileProblem[];
}

export type FailOn = 'error' | 'warning' | 'never';

/** Lints every trust policy of the files, and holds every expectation against each. */
export async function checkTrust(
  files: readonly PolicyFile[],
  expectations: readonly Expectation[],
): Promise<CheckReport> {
  const policies: PolicyReport[] = [];
  const problems: FileProblem[] = [];
  for (const { path, text } of files) {
    try {
      const found = await findPolicies(text);
      policies.push(...found.map((one) => checkPolicy(path, one, expectations)));
    } catch (error) {
      if (!(error instanceof TrustSyntaxError)) throw error;
      problems.push({ rule: 'syntax', path, at: error.at, message: error.problem });
    }
  }
  if (policies.length === 0 && problems.length === 0) problems.push(...files.map(nothingFound));
  return { policies, problems };
}

/** Where there is nothing to test, the test must not pass. */
function nothingFound({ path }: PolicyFile): FileProblem {
  const message = 'there is no role in it that trusts an identity provider';
  return { rule: 'nothing-to-test', path, at: { line: 1, column: 1 }, message };
}

function checkPolicy(
  path: string,
  { role, policy }: FoundPolicy,
  expectations: readonly Expectation[],
): PolicyReport {
  const verdicts = expectations.map((expectation): Verdict => {
    const explanation = explainTrust(policy, requestOf(policy, expectation.claims));
    // What depends on something that only AWS knows is neither let in nor kept out for certain.
    const isMet =
      expectation.expected === 'allow'
        ? explanation.decision === 'allow'
        : ['deny', 'none'].includes(explanation.decision);
    return { expectation, explanation, isMet };
  });
  return { path, role, at: policy.at, verdicts, findings: lintTrust(policy) };
}

/** The account of the role is not known, so the provider is the one that the policy itself names for the issuer. */
function requestOf(policy: TrustPolicy, claims: Claims): Parameters<typeof explainTrust>[1] {
  const issuer = typeof claims['iss'] === 'string' ? claims['iss'] : '';
  // AWS knows a built-in provider by its name alone, whatever ARN the policy has for it.
  const named = (isBuiltIn(issuer) ? [] : policy.statements)
    .flatMap(({ principals }) => principals.map(({ text }) => text))
    .find((text) => issuerOfProvider(text) === providerPath(issuer));
  const provider = named ?? providerArn(issuer, '000000000000');
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
    problems.length > 0 ||
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
