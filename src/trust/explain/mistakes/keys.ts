import { listed, quote } from '../../../text.js';
import { issuerKind, providerPath } from '../../oidc/issuer.js';
import type { Classic } from '../failure.js';

/** AWS's own keys, which no token brings. */
const AWS_PREFIXES = ['aws', 'sts', 'iam', 'saml'];

/** Why the request does not have a key at all. */
export const KEY_CLASSICS: readonly Classic[] = [
  otherIssuer,
  issuerClaim,
  notEvaluated,
  noEnvironment,
  claimMissing,
];

function otherIssuer(...[{ prefix, outcome, claim }, situation]: Parameters<Classic>): ReturnType<Classic> {
  const own = providerPath(situation.issuer);
  const isOwn = prefix.toLowerCase() === own.toLowerCase();
  if (outcome !== 'absent' || isOwn || isAwsKey(prefix)) return undefined;
  return {
    id: 'other-issuer',
    why: `The key is one of the issuer ${quote(prefix)}, but the token comes from ${quote(own)}${kindOf(own)}. To AWS those are two different keys.`,
    fix: `Use the key ${quote(`${own}:${claim}`)}, and as principal the OIDC provider of the same name.`,
  };
}

const KIND_NOTES = {
  github: '',
  'github-enterprise': ' (the issuer of one enterprise, with its name at the end)',
  'ghe-com': ' (GHE.com has an issuer for each tenant)',
  ghes: ' (GitHub Enterprise Server issues its own tokens)',
  forgejo: '',
  other: '',
} as const;

function kindOf(issuer: string): string {
  return KIND_NOTES[issuerKind(issuer)];
}

function issuerClaim(...[{ outcome, claim, prefix }]: Parameters<Classic>): ReturnType<Classic> {
  if (outcome !== 'absent' || claim.toLowerCase() !== 'iss' || isAwsKey(prefix)) return undefined;
  return {
    id: 'not-evaluated',
    why: 'AWS does not evaluate the claim "iss", so that the condition never finds a value.',
    fix: 'Remove the condition: the OIDC provider in the Principal says it already.',
  };
}

function notEvaluated(...[{ outcome, claim, prefix }, situation]: Parameters<Classic>): ReturnType<Classic> {
  const isEvaluated = situation.evaluated.includes(claim.toLowerCase());
  if (outcome !== 'absent' || isEvaluated || isAwsKey(prefix)) return undefined;
  const inToken = Object.hasOwn(situation.claims, claim) ? 'The token has this claim, but ' : '';
  return {
    id: 'not-evaluated',
    why: `${inToken}AWS does not evaluate the claim ${quote(claim)} of this issuer, so that the condition never finds a value.`,
    fix: `Use one of ${listed(situation.evaluated, 'or')}, or put the claim into the subject (GitHub's include_claim_keys).`,
  };
}

function noEnvironment(...[{ outcome, claim, prefix }]: Parameters<Classic>): ReturnType<Classic> {
  if (outcome !== 'absent' || claim.toLowerCase() !== 'environment' || isAwsKey(prefix)) return undefined;
  return {
    id: 'no-environment',
    why: 'The job names no environment, and then its token has no such claim.',
    fix: 'Give the job environment: NAME.',
  };
}

function claimMissing(...[{ outcome, claim, prefix }]: Parameters<Classic>): ReturnType<Classic> {
  if (outcome !== 'absent') return undefined;
  const isAws = isAwsKey(prefix);
  return {
    id: 'absent',
    why: isAws
      ? 'The request does not have this key: nothing in a call with this token sets it.'
      : `The token has no claim ${quote(claim)}, and an absent key matches nothing.`,
    ...(isAws && { fix: fixForAbsent(`${prefix}:${claim}`) }),
  };
}

/** What to do about a key that the request does not have. */
export function fixForAbsent(key: string): string {
  const [, tag] = /^aws:RequestTag\/(.+)$/i.exec(key) ?? [];
  if (tag !== undefined) return `Send the session tag ${quote(tag)}, or take the condition out.`;
  return key.toLowerCase() === 'sts:externalid'
    ? 'Send the external id that the policy wants (input role-external-id), or take the condition out.'
    : 'Use a key that the request has instead, or take the condition out.';
}

function isAwsKey(prefix: string): boolean {
  return AWS_PREFIXES.includes(prefix.toLowerCase());
}
