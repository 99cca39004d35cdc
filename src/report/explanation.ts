import { readFileSync, realpathSync, statSync } from 'node:fs';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { errnoOf } from '../core/errno.js';
import type { ErrorCode, RefusedCall } from '../core/errors.js';
import { formatList, oneLine, quote } from '../core/text.js';
import { Context } from '../trust/evaluate/context.js';
import { type Explanation, explainTrust } from '../trust/explain/explain.js';
import type { Failure } from '../trust/explain/failure.js';
import { failureText } from '../trust/explain/failure-text.js';
import { suggestForCaller, suggestForToken } from '../trust/explain/suggest.js';
import { TrustSyntaxError } from '../trust/language/json.js';
import { parseTrustPolicy } from '../trust/language/parse.js';
import { statementName } from '../trust/language/policy.js';
import { type Claims, evaluatedClaims, GITHUB_CLAIMS, issuerOf } from '../trust/oidc/claims.js';
import { issuerKind, providerArn, providerPath } from '../trust/oidc/issuer.js';
import { webIdentityContext } from '../trust/oidc/request-context.js';
import {
  type ExplainedCall,
  type ExplanationMarkdown,
  explanationMarkdown,
  type RequestFacts,
} from './explanation-page.js';

/** Why AWS refused a call: short for the log, long for the job's summary. */
export interface DenialDiagnosis extends ExplanationMarkdown {
  readonly lines: readonly string[];
  /** The claims that the summary's list of condition keys shows already. */
  readonly listedClaims: ReadonlySet<string>;
  /** The trust policy was evaluated, so there is no need to compare its conditions by hand. */
  readonly isAnswer: boolean;
}

/** Where the role's trust policy may be found. */
export interface PolicySource {
  /** The input: a path in the workspace, JSON, or empty. */
  readonly trustPolicy: string;
  readonly workspace: string;
  /** What the call was refused with. */
  readonly code: ErrorCode;
  /** Takes out what the log must not show. */
  readonly redact: (text: string) => string;
}

/** Why AWS refused a call, as far as it can be worked out here. */
export function diagnoseDenial(call: RefusedCall, source: PolicySource): DenialDiagnosis {
  const known = factsOf(call);
  const { explanation, problem } = explanationOf(known, source);
  const { redact, trustPolicy, code } = source;
  const named = explanation && withExternalIdInput(explanation, call);
  const page = { call, code, known, explanation: named, problem, redact, hasPolicy: trustPolicy !== '' };
  // The caller's own policy decides a signed call as well, which is what the general advice is about.
  const answers = call.claims === undefined ? ['deny', 'none'] : ['deny', 'none', 'allow'];
  return {
    ...explanationMarkdown(page),
    lines: linesOf(page).map(redact),
    listedClaims: new Set(['iss', ...[...known.keys.keys()].map((key) => key.replace(/^.*:/, ''))]),
    isAnswer: explanation !== undefined && answers.includes(explanation.decision),
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
  source: PolicySource,
): Pick<ExplainedCall, 'explanation' | 'problem'> {
  if (source.trustPolicy === '' || request === undefined)
    return { explanation: undefined, problem: undefined };
  try {
    return { explanation: explainTrust(parseTrustPolicy(readPolicy(source)), request), problem: undefined };
  } catch (error) {
    const isSyntax = error instanceof TrustSyntaxError;
    const problem = isSyntax ? `trust-policy, ${error.message}` : unreadable(source.trustPolicy, error);
    return { explanation: undefined, problem };
  }
}

function unreadable(trustPolicy: string, error: unknown): string {
  const path = quote(trustPolicy, 200);
  return errnoOf(error) === 'ENOENT'
    ? `trust-policy could not be read: there is no file ${path} in the workspace. Was the repository checked out before this step (actions/checkout)?`
    : `trust-policy could not be read: ${path} is not a file in the workspace; a path there, or JSON, is expected.`;
}

/** A trust policy has at most 4096 characters; white space does not count. */
const MAX_BYTES = 200_000;

/** Throws where there is no such file in the workspace. */
function readPolicy({ trustPolicy, workspace }: PolicySource): string {
  if (trustPolicy.startsWith('{')) return trustPolicy;
  const root = realpathSync(workspace);
  const path = realpathSync(resolve(root, trustPolicy));
  const way = relative(root, path);
  // From one drive of Windows to another there is no relative way.
  const isInside = !isAbsolute(way) && !way.split(sep).includes('..');
  const stats = statSync(path);
  // A named pipe would be waited for.
  if (!isInside || !stats.isFile() || stats.size > MAX_BYTES)
    throw new RangeError('not a file in the workspace');
  return readFileSync(path, 'utf8');
}

const MAX_FAILURES = 3;

/** The short answer. */
function linesOf({ explanation, problem, hasPolicy, call, code, known }: ExplainedCall): readonly string[] {
  if (problem !== undefined) return [oneLine(problem)];
  if (explanation === undefined) {
    const wouldHelp = code === 'ACCESS_DENIED' && !hasPolicy && known.request !== undefined;
    return wouldHelp
      ? [
          "Set the input trust-policy to the role's trust policy (a path or JSON), and this step reports which condition failed and why.",
        ]
      : [];
  }
  const { decision, statement, action } = explanation;
  if (statement === undefined) return ['trust-policy allows nothing: it has no Allow statement.'];
  const where = `${statementName(statement)}, line ${statement.at.line}`;
  switch (decision) {
    case 'allow':
      return [allowedText(call, code, where)];
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
    ...(more > 0 ? [`- and ${more} more, formatList in the job summary.`] : []),
  ];
}

function allowedText({ claims }: RefusedCall, code: ErrorCode, where: string): string {
  const allowed = `This trust policy would allow this ${claims === undefined ? 'caller' : 'token'} (${where})`;
  if (code === 'TOKEN_REJECTED') return `${allowed}; STS rejected the token before it evaluated any policy.`;
  const causes = [
    'the role has a different policy from this one',
    'the role does not exist (check the ARN)',
    ...(claims === undefined ? ["the caller's own policy does not allow the call"] : []),
    'an SCP, an RCP or a permissions boundary denies it',
    'the role was created only moments ago',
  ];
  return `${allowed}, so the cause is elsewhere. Most likely first: ${formatList(causes, 'or')}.`;
}
