/*
 * All that the analysis takes from the policy language and from the evaluator, so that a policy has one meaning here
 * and there, and so that this folder has one place where it touches the rest.
 */
import { evaluateCondition } from '../evaluate/condition.js';
import type { Context } from '../evaluate/context.js';
import type { Truth } from '../evaluate/decide.js';
import { type Decision, evaluateTrust, type StatementResult } from '../evaluate/evaluate.js';
import { variableNames } from '../evaluate/variables.js';
import type { Condition, PrincipalPattern, TrustPolicy } from '../language/policy.js';
import { type KnownText, withPlaceholders, withPlaceholdersBesideVariables } from '../language/text.js';
import { type Claims, evaluatedClaims } from '../oidc/claims.js';
import { isBuiltIn, isGithubIssuer, issuerOfProvider, providerArn, providerPath } from '../oidc/issuer.js';
import { webIdentityContext } from '../oidc/request-context.js';

export { isKnownOnlyToAws } from '../evaluate/aws-keys.js';
export { Context } from '../evaluate/context.js';
export { arnParts, type Piece } from '../evaluate/pattern.js';
export { substitute } from '../evaluate/variables.js';
export type { Operator } from '../language/operators.js';
export type { Condition, Statement, TrustPolicy } from '../language/policy.js';
export type { Located, Text, TextPart } from '../language/text.js';
export { type Claims, evaluatedClaims } from '../oidc/claims.js';
export { GITHUB_ISSUER, isGithubIssuer, issuerKind, issuerOfProvider, providerPath } from '../oidc/issuer.js';
export { escapeColons, formatSubject, parseSubject } from '../oidc/subject.js';

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
export function holds(condition: Condition, context: Context, version: TrustPolicy['version']): Truth {
  const { outcome } = evaluateCondition(condition, context, version);
  if (outcome === 'unknown-value') return 'unknown';
  return outcome === 'holds' ? 'yes' : 'no';
}

/** Whether a condition with this operator holds where one of its values matches, and where none does fails. */
export function isPositive({ operator }: Condition): boolean {
  return operator.kind !== 'null' && !operator.isNegated;
}

/** The variables in a condition's values; none where the policy's version or the operator has no variables. */
export function variablesOf(
  { operator, values }: Condition,
  version: TrustPolicy['version'],
): readonly string[] {
  if (version !== '2012-10-17' || !operator.takesVariables) return [];
  return values.flatMap(({ kind, text }) => (kind === 'known' ? variableNames(text) : []));
}

/**
 * A policy in which all is unknown that only a deployment knows, also where a plain file leaves room for it. A provider
 * that is unknown stays in the policy by what it is called there, so that the evaluator can be asked about it.
 */
export function withUnknownValues(policy: TrustPolicy): TrustPolicy {
  const statements = policy.statements.map((statement) => ({
    ...statement,
    principals: statement.principals.map((one) =>
      one.type === 'Federated' ? { ...asKnown(one), type: one.type } : one,
    ),
    conditions: statement.conditions.map((one) => ({
      ...one,
      values: one.values.map((value) =>
        value.kind === 'known' ? withPlaceholdersBesideVariables(value) : value,
      ),
    })),
  }));
  return { ...policy, statements };
}

const asKnown = ({ text, at }: PrincipalPattern): KnownText => ({ kind: 'known', text, at });

/** Whether the key of a condition has a part that only a deployment knows. */
export function isUnknownKey({ key }: Condition): boolean {
  return withPlaceholders(key).kind === 'unknown';
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
    // An account that only a deployment knows is the role's own.
    const loose = looseIssuer(arn);
    if (loose !== undefined) return loose === path ? [{ arn, isDoubtful: false }] : [];
    return isNoTokenProvider(arn) ? [] : [{ arn, isDoubtful: true }];
  });
  if (found.some(({ isDoubtful }) => !isDoubtful)) return found;
  const [, partition = 'aws', account = NOBODY] =
    [...texts].flatMap((text) => [/^arn:([^:]+):iam::(\d{12}):/.exec(text) ?? []]).find(([all]) => all) ?? [];
  const asked = federatedProviders(policy).filter((arn) => issuerOfProvider(arn) === path);
  const arns = new Set([...asked, providerArn(issuer, account, partition)]);
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

/** Whether a principal certainly is not an OIDC provider of an account. */
function isNoTokenProvider(text: string): boolean {
  return isBuiltIn(text) || /:saml-provider\//.test(text);
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
  const isActionOpen = actions.some(({ kind }) => kind === 'unknown') && (notAction || !coversAction);
  const isPrincipalOpen =
    (effect === 'Deny' || notPrincipal) &&
    principals.some(({ type, text }) => {
      const other = others.find(({ arn }) => type === 'Federated' && arn === text && arn !== provider);
      return other !== undefined && [other.arn, provider].some((arn) => issuerOfProvider(arn) === undefined);
    });
  if (!(coversAction || isActionOpen) || !(coversPrincipal || isPrincipalOpen)) return 'no';
  return isActionOpen || isPrincipalOpen ? 'unknown' : 'yes';
}
