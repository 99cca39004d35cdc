import { readFileSync, realpathSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import type { RefusedCall } from '../errors.js';
import { oneLine } from '../text.js';
import { evaluatedClaims, GITHUB_CLAIMS, webIdentityContext } from '../trust/claims.js';
import { Context } from '../trust/context.js';
import { type Explanation, explainTrust } from '../trust/explain.js';
import { failureText } from '../trust/failure-text.js';
import { providerArn, providerPath } from '../trust/issuer.js';
import { TrustSyntaxError } from '../trust/json.js';
import { parseTrustPolicy } from '../trust/parse.js';
import { statementName } from '../trust/policy.js';
import { suggestForToken } from '../trust/suggest.js';
import { type ExplainedCall, explanationMarkdown } from './explanation-page.js';

/** A refusal explained: short for the log, long for the job's summary. */
export interface RefusalExplanation {
  readonly lines: readonly string[];
  readonly markdown: string;
  /** The trust policy itself is the reason, so that nothing need be guessed. */
  readonly isAnswer: boolean;
}

/** Where the role's trust policy may be found. */
export interface PolicySource {
  /** The input: a path in the workspace, JSON, or empty. */
  readonly trustPolicy: string;
  readonly workspace: string;
  /** Takes out what the log must not show. */
  readonly redact: (text: string) => string;
}

/** Says why AWS refused a call, as far as that can be told from here. */
export function explainRefusedCall(call: RefusedCall, source: PolicySource): RefusalExplanation {
  const known = knownOf(call);
  const { explanation, problem } = explanationOf(call, known, source);
  const { redact, trustPolicy } = source;
  const page = { call, known, explanation, problem, redact, hasPolicy: trustPolicy !== '' };
  const isAnswer = explanation !== undefined && explanation.decision !== 'allow';
  return { lines: linesOf(page).map(redact), markdown: explanationMarkdown(page), isAnswer };
}

/** What follows from the call alone. */
function knownOf(call: RefusedCall): ExplainedCall['known'] {
  const { claims, roleArn, sessionName, otherActions } = call;
  const [, partition = 'aws', , , accountId = ''] = roleArn.split(':');
  if (claims === undefined) {
    return {
      actions: ['sts:AssumeRole', ...otherActions],
      keys: new Map(),
      provider: undefined,
      suggestion: undefined,
    };
  }
  const issuer = typeof claims['iss'] === 'string' ? claims['iss'] : '';
  const prefix = providerPath(issuer);
  const provider = providerArn(issuer, accountId, partition);
  const evaluated = call.isGithub ? ['sub', 'aud', ...GITHUB_CLAIMS] : evaluatedClaims(issuer);
  const context = webIdentityContext(claims, { providerArn: provider, sessionName, evaluated });
  const keys = new Map(
    evaluated.map((name) => [`${prefix}:${name}`, context.get(`${prefix}:${name}`)?.join(', ')]),
  );
  const actions = ['sts:AssumeRoleWithWebIdentity', ...otherActions];
  const suggestion = suggestForToken(claims, { provider, prefix, evaluated, actions });
  return { actions, keys, provider, suggestion };
}

function explanationOf(
  call: RefusedCall,
  { actions, provider }: ExplainedCall['known'],
  source: PolicySource,
): Pick<ExplainedCall, 'explanation' | 'problem'> {
  if (source.trustPolicy === '') return { explanation: undefined, problem: undefined };
  try {
    return { explanation: explainWith(readPolicy(source), call, actions, provider), problem: undefined };
  } catch (error) {
    const isSyntax = error instanceof TrustSyntaxError;
    const problem = isSyntax
      ? `trust-policy, ${error.message}`
      : 'trust-policy cannot be read: a path in the workspace, or JSON, is expected.';
    return { explanation: undefined, problem };
  }
}

function explainWith(
  text: string,
  call: RefusedCall,
  actions: readonly string[],
  provider: string | undefined,
): Explanation | undefined {
  const policy = parseTrustPolicy(text);
  const { claims, callerArn, sessionName, externalId } = call;
  if (claims !== undefined && provider !== undefined) {
    const issuer = typeof claims['iss'] === 'string' ? claims['iss'] : '';
    const evaluated = call.isGithub ? ['sub', 'aud', ...GITHUB_CLAIMS] : evaluatedClaims(issuer);
    const context = webIdentityContext(claims, { providerArn: provider, sessionName, evaluated });
    return explainTrust(policy, {
      actions,
      principal: { type: 'Federated', provider },
      context,
      claims,
      evaluated,
    });
  }
  // Keys that were given do not say whose they are, and the first call is the one that failed.
  if (callerArn === undefined) return undefined;
  const context = new Context([
    ['sts:ExternalId', externalId],
    ['sts:RoleSessionName', sessionName],
    ['aws:PrincipalAccount', callerArn.split(':')[4]],
  ]);
  return explainTrust(policy, { actions, principal: { type: 'AWS', arn: callerArn }, context, claims: {} });
}

/** A trust policy has at most 4096 characters; white space does not count. */
const MAX_BYTES = 200_000;

/** Throws where there is no such file in the workspace. */
function readPolicy({ trustPolicy, workspace }: PolicySource): string {
  if (trustPolicy.startsWith('{')) return trustPolicy;
  const root = realpathSync(workspace);
  const path = realpathSync(join(root, trustPolicy));
  const isInside = !relative(root, path).split(sep).includes('..');
  if (!isInside || statSync(path).size > MAX_BYTES) throw new RangeError('not a file in the workspace');
  return readFileSync(path, 'utf8');
}

const MAX_FAILURES = 3;

/** The short answer. */
function linesOf({ explanation, problem, hasPolicy, call }: ExplainedCall): readonly string[] {
  if (problem !== undefined) return [oneLine(problem)];
  if (explanation === undefined) {
    const canTell = call.claims !== undefined || call.callerArn !== undefined;
    return hasPolicy || !canTell
      ? []
      : [
          "With the role's trust policy in the input trust-policy (a path or JSON), this step says which condition failed and why.",
        ];
  }
  const { decision, statement, failures, action } = explanation;
  if (statement === undefined) return ['trust-policy allows nothing: it has no Allow statement.'];
  const where = `${statementName(statement)}, line ${statement.at.line}`;
  if (decision === 'allow') {
    return [
      `This trust policy would allow this ${call.claims === undefined ? 'caller' : 'token'} (${where}). Then, most likely first: the role has another policy than this one, an SCP or RCP of the organisation denies the call, the OIDC provider is missing or has other client ids, or the role was made only moments ago.`,
    ];
  }
  if (decision === 'deny') return [`trust-policy denies ${action}: ${where}.`];
  return [
    `trust-policy does not allow ${action}. Closest is ${where}:`,
    ...failures.slice(0, MAX_FAILURES).map((failure) => `- line ${failure.at.line}: ${failureText(failure)}`),
    ...(failures.length > MAX_FAILURES
      ? [`- and ${failures.length - MAX_FAILURES} more: see the job's summary.`]
      : []),
  ];
}
