import type { Claims } from '../core/credentials.js';
import type { ActionError, ErrorCode, RefusedCall } from '../core/errors.js';
import { oneLine } from '../core/text.js';
import { adviceFor } from './advice.js';
import type { CallContext } from './call-context.js';

/** The claims that every token has. */
const STANDARD_CLAIMS = ['iss', 'sub', 'aud'] as const;
/** The claims of GitHub's token that trust policies test most. */
const SHOWN_CLAIMS = ['ref', 'environment', 'job_workflow_ref'] as const;

/**
 * A failed call with its hop, its role, and what AWS saw of the caller. Claims are not secret to whoever may see the
 * run; the token itself never appears.
 */
export function withCallContext(error: ActionError, context: CallContext): ActionError {
  const { roleArn, hop, hops, callerArn, source, reason } = context;
  const seen = new Map([
    ...(callerArn === undefined ? [] : [['Caller', callerArn] as const]),
    ['Identity source', `${source} (${reason})`],
    ...(CODES_ABOUT_CLAIMS.includes(error.code) ? claimFacts(context) : []),
  ]);
  const refusal = refusedCall({ ...context, callerArn: callerArn ?? callerIn(error.message) });
  return error.within(`Could not assume ${oneLine(roleArn)} (hop ${hop} of ${hops}).`, {
    hint: adviceFor(error, context, refusal),
    // Who called matters where AWS answered, not where the network failed.
    facts: error.awsCode === undefined ? error.facts : seen,
    refusal,
  });
}

/** STS names a caller it has refused, whose keys say nothing of themselves. */
function callerIn(message: string): string | undefined {
  return /\bUser: (arn:[^\s]+) is not authorized to perform/.exec(message)?.[1];
}

const ACTIONS = {
  aws: 'sts:AssumeRole',
  saml: 'sts:AssumeRoleWithSAML',
  'web-identity': 'sts:AssumeRoleWithWebIdentity',
} as const;

/** What the explanation (explanation.ts) needs, which is loaded only when it is wanted. */
function refusedCall(context: CallContext): RefusedCall {
  const { caller, callerArn, callerRoleArn, callerSessionPolicy, roleArn, extras, token, keys } = context;
  const claims = caller.kind === 'web-identity' ? caller.claims : undefined;
  const hasTags =
    claims?.['https://aws.amazon.com/tags'] !== undefined || extras.tags + extras.inheritedTags > 0;
  const hasIdentity =
    claims?.['https://aws.amazon.com/source_identity'] !== undefined || extras.sourceIdentity;
  const otherActions = [
    ...(hasTags ? ['sts:TagSession'] : []),
    ...(hasIdentity ? ['sts:SetSourceIdentity'] : []),
  ];
  return {
    action: ACTIONS[caller.kind],
    roleArn,
    claims,
    isGithub: token?.isGithub ?? false,
    callerArn,
    callerRoleArn,
    ...(callerSessionPolicy !== undefined && { callerSessionPolicy }),
    otherActions,
    keys,
  };
}

/** The codes of failures that a token's claims may explain. */
const CODES_ABOUT_CLAIMS: readonly ErrorCode[] = [
  'ACCESS_DENIED',
  'TOKEN_REJECTED',
  'TOKEN_EXPIRED',
  'IDENTITY_PROVIDER_UNREACHABLE',
];

/** An absent claim is worth a line in GitHub's own token, whose form is known. */
function claimFacts({ caller, token }: CallContext): readonly (readonly [string, string])[] {
  if (caller.kind !== 'web-identity') return [];
  const { claims, origin } = caller;
  return [
    ...(claims ? factsOf(claims, '', token?.isGithub ?? false) : []),
    ...(origin ? factsOf(origin, "GitHub's ", true) : []),
  ];
}

function factsOf(claims: Claims, prefix: string, isGithub: boolean): readonly (readonly [string, string])[] {
  const present = SHOWN_CLAIMS.filter((name) => isGithub || claims[name] !== undefined);
  return [...STANDARD_CLAIMS, ...present].map((name) => [`${prefix}${name}`, claimText(claims, name)]);
}

function claimText(claims: Claims, name: string): string {
  const value = claims[name];
  if (value === undefined) return '(absent)';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
