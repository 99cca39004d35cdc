import type { Claims, Identity } from '../credentials.js';
import type { ActionError } from '../errors.js';
import { listed, oneLine } from '../text.js';

/** What a failed call was about, for the person who has to find out why. */
export interface RefusalContext {
  readonly roleArn: string;
  /** Counted from 1. */
  readonly hop: number;
  readonly hops: number;
  readonly identity: Identity;
  readonly source: string;
  readonly reason: string;
}

/** The claims that trust policies are about. */
const TOLD_CLAIMS = ['iss', 'sub', 'aud', 'ref', 'environment'] as const;

/**
 * A failed AssumeRole call, told with its hop, its role, where the identity came from, and what the token claims.
 * Claims are public knowledge to whoever sees the log's run; the token itself never appears.
 */
export function explainRefusal(error: ActionError, context: RefusalContext): ActionError {
  const { roleArn, hop, hops, identity, source, reason } = context;
  const facts = new Map([
    ['Role', roleArn],
    ['Hop', `${hop} of ${hops}`],
    ['Identity source', `${source} (${reason})`],
    ...claimFacts(identity),
  ]);
  if (error.awsCode !== undefined) facts.set('AWS code', error.awsCode);
  const told = [...facts].filter(([name]) => name !== 'Role' && name !== 'Hop' && name !== 'AWS code');
  const seen = told.map(([name, value]) => `${name}: ${oneLine(value)}`).join('\n');
  const message = `Could not assume ${oneLine(roleArn)} (hop ${hop} of ${hops}). ${error.message}`;
  return error.with(message, { hint: [advice(error, identity), seen].filter(Boolean).join('\n'), facts });
}

function claimFacts(identity: Identity): readonly (readonly [string, string])[] {
  if (identity.kind !== 'web-identity' || identity.claims === undefined) return [];
  const { claims } = identity;
  return TOLD_CLAIMS.map((name) => [name, shownClaim(claims, name)] as const);
}

function shownClaim(claims: Claims, name: string): string {
  const value = claims[name];
  if (value === undefined) return '(absent)';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function advice(error: ActionError, identity: Identity): string {
  if (error.code !== 'ACCESS_DENIED') return error.hint ?? '';
  if (identity.kind === 'web-identity') {
    return `STS does not say which condition failed. Either the role does not exist, or its trust policy does not allow this token: compare its conditions with the ${listed(TOLD_CLAIMS)} below.`;
  }
  return "Both sides must agree: the caller's own policy must allow sts:AssumeRole on this role (and sts:TagSession, unless role-skip-session-tagging is true), and the role's trust policy must allow this caller (with its external id, if it asks for one).";
}
