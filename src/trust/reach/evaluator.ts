/*
 * All that the analysis takes from the policy language and from the evaluator, so that a policy has one meaning here
 * and there, and so that this folder has one place where it touches the rest.
 */
import { type Claims, evaluatedClaims, webIdentityContext } from '../claims.js';
import { OPERATORS } from '../compare.js';
import { evaluateCondition } from '../condition.js';
import type { Context } from '../context.js';
import { type Decision, evaluateTrust, type StatementResult } from '../evaluate.js';
import { isGithubIssuer, issuerOfProvider, providerArn, providerPath } from '../issuer.js';
import type { Condition, TrustPolicy } from '../policy.js';
import { unknownKeys } from '../unknown-key.js';
import { variablesIn } from '../variables.js';

export type { Claims } from '../claims.js';
export { evaluatedClaims } from '../claims.js';
export { Context } from '../context.js';
export { GITHUB_ISSUER, isGithubIssuer, issuerKind, issuerOfProvider, providerPath } from '../issuer.js';
export type { OperatorName } from '../operator-name.js';
export { arnParts, type Piece } from '../pattern.js';
export type { Condition, Statement, TrustPolicy } from '../policy.js';
export { escapeColons, formatSubject, parseSubject } from '../subject.js';
export { substitute, variablesIn } from '../variables.js';

/** The action that a token needs. */
const ACTION = 'sts:AssumeRoleWithWebIdentity';

/** Values of condition keys beside a token's claims. */
export type Keys = readonly (readonly [string, string])[];

/** What the evaluator says of a token that comes through a provider. */
export function decide(policy: TrustPolicy, provider: string, claims: Claims, keys: Keys = []): Decision {
  return evaluateTrust(policy, {
    action: ACTION,
    principal: { type: 'Federated', provider },
    context: contextOf(provider, claims, keys),
  });
}

/** The condition keys of a token. */
export function contextOf(provider: string, claims: Claims, keys: Keys = []): Context {
  return webIdentityContext(claims, { providerArn: provider, keys });
}

/** Whether a condition holds, by the evaluator. */
export function holds(condition: Condition, context: Context, version: TrustPolicy['version']): boolean {
  return evaluateCondition(condition, context, version).outcome === 'holds';
}

/** Whether a key is one that only AWS knows. */
export function isOnlyKnownToAws(key: string, like: Condition): boolean {
  const condition = { ...like, key: { ...like.key, text: key } };
  return unknownKeys({ condition, actual: undefined, outcome: 'absent' }).length > 0;
}

/** Whether a condition with this operator holds where one of its values matches, and where none does fails. */
export function isPositive({ operator: { name } }: Condition): boolean {
  return name !== 'Null' && !OPERATORS[name].isNegated;
}

/** The variables in a condition's values; none where the policy's version or the operator has no variables. */
export function variablesOf(condition: Condition, version: TrustPolicy['version']): readonly string[] {
  const { operator, values } = condition;
  if (version !== '2012-10-17' || operator.name === 'Null' || !OPERATORS[operator.name].hasVariables)
    return [];
  return values.flatMap(({ text }) => variablesIn(text));
}

/** The names of the claims of an issuer's tokens that AWS evaluates. */
export function claimKeys(issuer: string): ReadonlyMap<string, string> {
  const prefix = providerPath(issuer);
  return new Map(evaluatedClaims(issuer).map((claim) => [`${prefix}:${claim}`.toLowerCase(), claim]));
}

/** The issuers of GitHub's kinds whose providers a policy names. */
export function githubIssuers({ statements }: TrustPolicy): readonly string[] {
  const texts = statements.flatMap(({ principals }) => principals.map(({ text }) => text));
  const found = texts.flatMap((text) => issuerOfProvider(text) ?? looseIssuer(text) ?? []);
  return [...new Set(found.filter(isGithubIssuer))].map((path) => `https://${path}`);
}

/** A provider that a token may come through. */
export interface Provider {
  /** As the policy writes it. */
  readonly arn: string;
  /** It is written so that nobody can say whether it is the issuer's provider. */
  readonly isDoubtful: boolean;
}

/** An account of zeros is nobody's. */
const NOBODY = '000000000000';

/**
 * The providers for an issuer that a policy names. Which account the role is in is not known, beyond what the policy
 * says; where it names no provider for the issuer, one of that account.
 */
export function providersOf(policy: TrustPolicy, issuer: string): readonly Provider[] {
  const principals = policy.statements.flatMap((statement) => statement.principals);
  const texts = new Set(principals.flatMap(({ type, text }) => (type === 'Federated' ? [text] : [])));
  const path = providerPath(issuer);
  const found = [...texts].flatMap((arn): readonly Provider[] => {
    if (issuerOfProvider(arn) === path) return [{ arn, isDoubtful: false }];
    if (issuerOfProvider(arn) !== undefined) return [];
    // An account that only a deployment tells is the role's own.
    const loose = looseIssuer(arn);
    if (loose !== undefined) return loose === path ? [{ arn, isDoubtful: false }] : [];
    return isPlaceholder(arn) || arn.toLowerCase().includes(path.toLowerCase())
      ? [{ arn, isDoubtful: true }]
      : [];
  });
  if (found.some(({ isDoubtful }) => !isDoubtful)) return found;
  const account =
    [...texts].flatMap((text) => /^arn:[^:]+:iam::(\d{12}):/.exec(text)?.[1] ?? [])[0] ?? NOBODY;
  const asked = federatedProviders(policy).filter((arn) => issuerOfProvider(arn) === path);
  const arns = new Set([...asked, providerArn(issuer, account)]);
  return [...found, ...[...arns].map((arn) => ({ arn, isDoubtful: false }))];
}

/** What conditions compare the provider itself with. */
function federatedProviders({ statements }: TrustPolicy): readonly string[] {
  const conditions = statements.flatMap((statement) => statement.conditions);
  return conditions
    .filter(({ key }) => key.text.toLowerCase() === 'aws:federatedprovider')
    .flatMap(({ values }) => values.map(({ text }) => text));
}

/** The issuer in a provider's ARN whose account is a placeholder: it has not the twelve digits of an account. */
function looseIssuer(arn: string): string | undefined {
  const match = /^arn:[^:]+:iam::(.*):oidc-provider\/([^:{}<>$]+)$/.exec(arn);
  return match === null || /^\d{12}$/.test(match[1] ?? '') ? undefined : match[2];
}

/**
 * What a template or a deployment puts something else for: `UNKNOWN-Name`, `${name}` (policy variables have a colon in
 * their names), `{{ name }}`, `<NAME>`.
 */
const PLACEHOLDER = /UNKNOWN(?:-[\w.]+(?:::\w+)*)?|\$\{(?![*?$]\})[^}:]*\}|\{\{[^}]*\}\}|<[A-Za-z][\w .-]*>/g;

/** Whether a text has a part that only a deployment tells. */
export function isPlaceholder(text: string): boolean {
  return text.search(PLACEHOLDER) !== -1;
}

/** The text with another in place of every part that only a deployment tells. */
export function replacePlaceholders(text: string, by: string): string {
  return text.replace(PLACEHOLDER, () => by);
}

/** Whether a statement is about a provider's tokens, as far as its actions and principals say. */
export type Coverage = 'yes' | 'no' | 'unknown';

/** `others` are all providers that the token might come through; an Allow for one of them is asked about with that. */
export function coverage(
  { statement, coversAction, coversPrincipal }: StatementResult,
  provider: string,
  others: readonly Provider[],
): Coverage {
  const { actions, principals, effect, notAction, notPrincipal } = statement;
  const isActionOpen = actions.some(({ text }) => isPlaceholder(text)) && (notAction || !coversAction);
  const isPrincipalOpen =
    (effect === 'Deny' || notPrincipal) &&
    principals.some(({ type, text }) => {
      const other = others.find(({ arn }) => type === 'Federated' && arn === text && arn !== provider);
      return other?.isDoubtful || (other !== undefined && (isPlaceholder(text) || isPlaceholder(provider)));
    });
  if (!(coversAction || isActionOpen) || !(coversPrincipal || isPrincipalOpen)) return 'no';
  return isActionOpen || isPrincipalOpen ? 'unknown' : 'yes';
}
