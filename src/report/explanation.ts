import type { ErrorCode, RefusedCall } from '../core/errors.js';
import { formatList, oneLine } from '../core/text.js';
import { type ReadRefusal, readRefusal } from '../trust/authorize/words.js';
import { Context } from '../trust/evaluate/context.js';
import { type Explanation, explainTrust } from '../trust/explain/explain.js';
import type { Failure } from '../trust/explain/failure.js';
import { failureText } from '../trust/explain/failure-text.js';
import { suggestForCaller, suggestForToken } from '../trust/explain/suggest.js';
import { parseTrustPolicy } from '../trust/language/parse.js';
import { statementName, type TrustPolicy } from '../trust/language/policy.js';
import { type Claims, evaluatedClaims, GITHUB_CLAIMS, issuerOf } from '../trust/oidc/claims.js';
import { issuerKind, providerArn, providerPath } from '../trust/oidc/issuer.js';
import { webIdentityContext } from '../trust/oidc/request-context.js';
import { explainCaller } from './caller-side.js';
import {
  type ExplainedCall,
  type ExplanationMarkdown,
  explanationMarkdown,
  missingPolicies,
  type RequestFacts,
} from './explanation-page.js';
import { escapeMarkdown } from './markdown.js';
import { policyProblem, readPolicyText } from './policy-text.js';

/** Why AWS refused a call: short for the log, long for the job's summary. */
export interface DenialDiagnosis extends ExplanationMarkdown {
  readonly lines: readonly string[];
  /** The claims that the summary's list of condition keys shows already. */
  readonly listedClaims: ReadonlySet<string>;
  /** The policies were evaluated, so there is no need to compare their conditions by hand; what AWS said is not more. */
  readonly isAnswer: boolean;
}

/** Where the role's trust policy may be found. */
export interface PolicySource {
  /** The input: a path in the workspace, JSON, or empty. */
  readonly trustPolicy: string;
  /** The input: JSON or lines of paths, or empty. */
  readonly callerPolicy?: string;
  /** What AWS said. */
  readonly message?: string;
  readonly workspace: string;
  /** What the call was refused with. */
  readonly code: ErrorCode;
  /** Takes out what the log must not show. */
  readonly redact: (text: string) => string;
}

/** Why AWS refused a call, as far as it can be worked out here. */
export function diagnoseDenial(call: RefusedCall, source: PolicySource): DenialDiagnosis {
  const known = factsOf(call);
  const { explanation, problem, trust } = explanationOf(known, source);
  const { redact, trustPolicy, callerPolicy = '', code, message = '' } = source;
  const named = explanation && withExternalIdInput(explanation, call);
  const said = code === 'ACCESS_DENIED' ? readRefusal(message) : undefined;
  const caller = explainCaller(call, known, { ...source, callerPolicy, said, trust });
  const page: ExplainedCall = {
    call,
    code,
    known,
    explanation: named,
    problem,
    redact,
    hasPolicy: trustPolicy !== '',
    hasCallerPolicy: callerPolicy !== '',
    said,
  };
  const markdown = explanationMarkdown(page);
  const isRefusedByCaller = caller?.isRefusal ?? false;
  const missing = isRefusedByCaller ? [] : missingPolicies(page);
  // The caller's own policy decides a signed call as well, which is what the general advice is about.
  const answers = call.claims === undefined ? ['deny', 'none'] : ['deny', 'none', 'allow'];
  return {
    ...markdown,
    why: [
      ...markdown.why,
      ...(caller?.section ?? []),
      ...missing.flatMap((line) => [escapeMarkdown(line, 500), '']),
    ],
    lines: [...linesOf(page), ...(caller?.lines ?? []), ...missing].map(redact),
    listedClaims: new Set(['iss', ...[...known.keys.keys()].map((key) => key.replace(/^.*:/, ''))]),
    isAnswer:
      said === undefined
        ? isRefusedByCaller || (explanation !== undefined && answers.includes(explanation.decision))
        : said.kind === 'trust' && ['deny', 'none'].includes(explanation?.decision ?? ''),
  };
}

/** Which input sends an external ID depends on the call: one with a token cannot send any. */
function withExternalIdInput(explanation: Explanation, { claims }: RefusedCall): Explanation {
  const input =
    claims === undefined
      ? 'The input role-external-id sends it, or external-id of the role in role-chain.'
      : 'A call with a token cannot send one: assume this role through role-chain, with external-id.';
  const named = (failure: Failure): Failure =>
    failure.key?.toLowerCase() === 'sts:externalid' && failure.fix !== undefined
      ? { ...failure, fix: `${failure.fix} ${input}` }
      : failure;
  return { ...explanation, failures: explanation.failures.map(named) };
}

/** What follows from the call alone. */
function factsOf(call: RefusedCall): RequestFacts {
  return call.claims === undefined ? factsOfCaller(call) : factsOfToken(call, call.claims);
}

function factsOfToken(call: RefusedCall, claims: Claims): RequestFacts {
  const [, partition = 'aws', , , accountId = ''] = call.roleArn.split(':');
  const issuer = issuerOf(claims);
  const prefix = providerPath(issuer);
  const provider = providerArn(issuer, accountId, partition);
  const isOther = !call.isGithub || ['ghes', 'ghe-com'].includes(issuerKind(issuer));
  const evaluated = isOther ? evaluatedClaims(issuer) : ['sub', 'aud', ...GITHUB_CLAIMS];
  const context = webIdentityContext(claims, { providerArn: provider, keys: call.keys, evaluated });
  const keys = new Map(
    evaluated.map((name) => [`${prefix}:${name}`, context.get(`${prefix}:${name}`)?.join(', ')]),
  );
  const actions = [call.action, ...call.otherActions];
  const principal = { type: 'Federated', provider } as const;
  return {
    actions,
    keys,
    provider,
    suggestion: suggestForToken(claims, { provider, prefix, evaluated, actions }),
    request: { actions, principal, context, claims, evaluated },
  };
}

/** Who has signed is known of a role on the way, or from AWS's answer. Nothing is known of a SAML assertion. */
function factsOfCaller({ action, otherActions, callerArn, callerRoleArn, keys }: RefusedCall): RequestFacts {
  const actions = [action, ...otherActions];
  const known = { actions, keys: new Map(), provider: undefined };
  if (action !== 'sts:AssumeRole' || callerArn === undefined) {
    return { ...known, suggestion: undefined, request: undefined };
  }
  const isSession = callerArn.includes(':assumed-role/');
  const principalArn = isSession ? callerRoleArn : callerArn;
  const context = new Context([
    ...keys,
    ['aws:PrincipalArn', principalArn],
    ['aws:PrincipalAccount', callerArn.split(':')[4]],
    ['aws:PrincipalType', isSession ? 'AssumedRole' : undefined],
    ['aws:username', isSession ? undefined : callerArn.split('/').at(-1)],
  ]);
  const principal = { type: 'AWS', arn: callerArn, roleArn: callerRoleArn } as const;
  return {
    ...known,
    suggestion: suggestForCaller(principalArn, actions, context.get('sts:ExternalId')?.[0]),
    request: { actions, principal, context, claims: {} },
  };
}

function explanationOf(
  { request }: RequestFacts,
  { trustPolicy, workspace }: PolicySource,
): Pick<ExplainedCall, 'explanation' | 'problem'> & { readonly trust: TrustPolicy | undefined } {
  const nothing = { explanation: undefined, problem: undefined, trust: undefined };
  if (trustPolicy === '' || request === undefined) return nothing;
  try {
    const trust = parseTrustPolicy(readPolicyText(trustPolicy, workspace));
    return { explanation: explainTrust(trust, request), problem: undefined, trust };
  } catch (error) {
    return { ...nothing, problem: policyProblem('trust-policy', trustPolicy, error) };
  }
}

const MAX_FAILURES = 3;

/** The short answer. */
function linesOf(page: ExplainedCall): readonly string[] {
  const { explanation, problem, call, code, said } = page;
  if (problem !== undefined) return [oneLine(problem)];
  if (explanation === undefined) return [];
  const { decision, statement, action } = explanation;
  if (statement === undefined) return ['trust-policy allows nothing: it has no Allow statement.'];
  const where = `${statementName(statement)}, line ${statement.at.line}`;
  switch (decision) {
    case 'allow':
      return [allowedText(call, code, where, said)];
    case 'deny': {
      const because = explanation.held.length === 0 ? '.' : ', because all its conditions match:';
      return [`trust-policy denies ${action}: ${where}${because}`, ...failureLines(explanation.held)];
    }
    case 'unknown':
      return [
        `Only AWS can tell whether trust-policy allows ${action}. It depends on ${where}:`,
        ...failureLines(explanation.failures),
      ];
    default:
      return [
        `trust-policy does not allow ${action}. Closest match: ${where}:`,
        ...failureLines(explanation.failures),
      ];
  }
}

function failureLines(failures: readonly Failure[]): readonly string[] {
  const more = failures.length - MAX_FAILURES;
  return [
    ...failures.slice(0, MAX_FAILURES).map((failure) => `- line ${failure.at.line}: ${failureText(failure)}`),
    ...(more > 0 ? [`- and ${more} more, listed in the job summary.`] : []),
  ];
}

function allowedText(
  { claims }: RefusedCall,
  code: ErrorCode,
  where: string,
  said: ReadRefusal | undefined,
): string {
  const allowed = `This trust policy would allow this ${claims === undefined ? 'caller' : 'token'} (${where})`;
  if (code === 'TOKEN_REJECTED') return `${allowed}; STS rejected the token before it evaluated any policy.`;
  if (said !== undefined && said.kind !== 'trust') return `${allowed}.`;
  const causes = [
    'the role has a different policy from this one',
    'the role does not exist (check the ARN)',
    ...(claims === undefined ? ["the caller's own policy does not allow the call"] : []),
    'an SCP, an RCP or a permissions boundary denies it',
    'the role was created only moments ago',
  ];
  return `${allowed}, so the cause is elsewhere. Most likely first: ${formatList(causes, 'or')}.`;
}
