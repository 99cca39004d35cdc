import type { Claims, Identity } from '../credentials.js';
import type { ActionError, RefusedCall, RequestKeys } from '../errors.js';
import { listed, oneLine } from '../text.js';

/** What a failed call was about, for the person who has to find out why. */
export interface RefusalContext {
  readonly roleArn: string;
  /** Counted from 1. */
  readonly hop: number;
  readonly hops: number;
  /** Who made the call. */
  readonly caller: Identity;
  /** The caller's ARN, where an earlier answer told it. */
  readonly callerArn: string | undefined;
  /** The ARN of that session's role. */
  readonly callerRoleArn: string | undefined;
  /** What the call asked for beside the role itself. */
  readonly asked: Asked;
  /** The largest things the session is made of, in words; told when it is too large. */
  readonly largest: readonly string[];
  readonly source: string;
  readonly reason: string;
  /** The condition keys that the call brings by itself. */
  readonly keys: RequestKeys;
}

/** What makes a call need more than sts:AssumeRole. */
export interface Asked {
  readonly tags: number;
  /** Transitive tags of earlier hops, which need the permission again. */
  readonly inheritedTags: number;
  /** Set by this call or an earlier one. */
  readonly sourceIdentity: boolean;
  readonly externalId: boolean;
  readonly mfa: boolean;
}

/** The claims that trust policies are about. */
const TOLD_CLAIMS = ['iss', 'sub', 'aud', 'ref', 'environment'] as const;

/**
 * A failed call, told with its hop, its role, who made it, and what the token claims. Claims are no secret to whoever
 * may see the run; the token itself never appears.
 */
export function explainRefusal(error: ActionError, context: RefusalContext): ActionError {
  const { roleArn, hop, hops, callerArn, source, reason } = context;
  const seen = new Map([
    ...(callerArn === undefined ? [] : [['Caller', callerArn] as const]),
    ['Identity source', `${source} (${reason})`],
    ...claimFacts(context.caller),
  ]);
  const facts = new Map([['Role', roleArn], ['Hop', `${hop} of ${hops}`], ...seen]);
  if (error.awsCode !== undefined) facts.set('AWS code', error.awsCode);
  // Who asked matters where AWS answered, not where the network failed.
  const told = error.awsCode === undefined ? [] : [...seen];
  const lines = told.map(([name, value]) => `${name}: ${oneLine(value)}`);
  return error.with(`Could not assume ${oneLine(roleArn)} (hop ${hop} of ${hops}). ${error.message}`, {
    hint: [advice(error, context), ...lines].filter((line) => line !== '').join('\n'),
    facts,
    refusal: refusedCall({ ...context, callerArn: callerArn ?? callerIn(error.message) }),
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
function refusedCall(context: RefusalContext): RefusedCall {
  const { caller, callerArn, callerRoleArn, roleArn, asked, source, keys } = context;
  const claims = caller.kind === 'web-identity' ? caller.claims : undefined;
  const hasTags =
    claims?.['https://aws.amazon.com/tags'] !== undefined || asked.tags + asked.inheritedTags > 0;
  const hasIdentity =
    claims?.['https://aws.amazon.com/source_identity'] !== undefined || asked.sourceIdentity;
  const otherActions = [
    ...(hasTags ? ['sts:TagSession'] : []),
    ...(hasIdentity ? ['sts:SetSourceIdentity'] : []),
  ];
  return {
    action: ACTIONS[caller.kind],
    roleArn,
    claims,
    isGithub: source === 'github-oidc',
    callerArn,
    callerRoleArn,
    otherActions,
    keys,
  };
}

function claimFacts(identity: Identity): readonly (readonly [string, string])[] {
  if (identity.kind !== 'web-identity') return [];
  const { claims, origin } = identity;
  const told = (of: Claims, prefix: string) =>
    TOLD_CLAIMS.map((name) => [`${prefix}${name}`, shownClaim(of, name)] as const);
  return [...(claims ? told(claims, '') : []), ...(origin ? told(origin, "GitHub's ") : [])];
}

function shownClaim(claims: Claims, name: string): string {
  const value = claims[name];
  if (value === undefined) return '(absent)';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function advice(error: ActionError, context: RefusalContext): string {
  if (error.code === 'SESSION_TOO_LARGE')
    return `${error.hint ?? ''} The largest are ${listed(context.largest)}.`;
  if (error.code !== 'ACCESS_DENIED') return error.hint ?? '';
  switch (context.caller.kind) {
    case 'web-identity':
      return `STS does not say which condition failed. Either the role does not exist, or its trust policy does not allow this token: compare its conditions with the ${listed(TOLD_CLAIMS)} below.`;
    case 'saml':
      return "STS does not say which condition failed. The role's trust policy must allow sts:AssumeRoleWithSAML to this SAML provider, and the assertion must name the pair of role and provider.";
    case 'aws':
      return bothSides(context);
  }
}

/** Assuming a role takes a yes from both sides; STS does not say whose is missing. */
function bothSides({ roleArn, asked }: RefusalContext): string {
  const tags = [
    ...(asked.tags > 0 ? [`the call has ${asked.tags} tag${asked.tags === 1 ? '' : 's'}`] : []),
    ...(asked.inheritedTags > 0 ? [`the session inherits ${asked.inheritedTags}`] : []),
  ];
  const actions = [
    'sts:AssumeRole',
    ...(tags.length > 0 ? [`sts:TagSession (${listed(tags)})`] : []),
    ...(asked.sourceIdentity ? ['sts:SetSourceIdentity'] : []),
  ];
  const sent = [
    asked.externalId ? 'an external id' : 'no external id',
    asked.mfa ? 'an MFA code' : 'no MFA code',
  ];
  return `Both sides must agree: the caller's own policy must allow ${listed(actions)} on ${oneLine(roleArn)}, and the role's trust policy must allow the same to this caller. The call had ${listed(sent)}.`;
}
