import {
  type PrincipalPattern,
  prefixOf,
  type Statement,
  type TrustPolicy,
} from '../../trust/language/policy.js';
import type { Text } from '../../trust/language/text.js';
import { GITHUB_ISSUER, providerArn } from '../../trust/oidc/issuer.js';

/**
 * A policy in which a federated principal that only a deployment knows is the OIDC provider whose claims the conditions
 * ask for, otherwise GitHub's: an unknown provider trusts no token, and every rule would be silent.
 */
export function withLikelyProviders(policy: TrustPolicy): TrustPolicy {
  return { ...policy, statements: policy.statements.map(withLikelyProvider) };
}

function withLikelyProvider(statement: Statement): Statement {
  const isSaml =
    statement.conditions.some(({ key }) => /^saml:/i.test(key.text)) ||
    statement.actions.some(({ text }) => /WithSAML$/i.test(text));
  if (isSaml) return statement;
  const principals = statement.principals.map((one) =>
    one.type === 'Federated' && isUnknown(one) ? likelyProvider(one, statement) : one,
  );
  if (!principals.some(({ type }) => type === 'Federated')) return { ...statement, principals };
  const actions = statement.actions.map(
    (one): Text =>
      one.kind === 'unknown' ? { kind: 'known', text: 'sts:AssumeRoleWithWebIdentity', at: one.at } : one,
  );
  return { ...statement, principals, actions };
}

/** A parameter's default may be empty, for the real value to be given at the deployment. */
function isUnknown({ kind, text }: Text): boolean {
  return kind === 'unknown' || text === '';
}

function likelyProvider(principal: PrincipalPattern, statement: Statement): PrincipalPattern {
  const { type, text, at } = principal;
  if (text.includes(':saml-provider/')) return principal;
  const issuer = issuerIn(principal) ?? issuerOfKeys(statement);
  const account = /^arn:[^:]+:iam::(\d{12}):/.exec(text)?.[1] ?? '000000000000';
  return { type, kind: 'known', text: providerArn(issuer, account), at };
}

/** The issuer, where all of its name is known. */
function issuerIn(principal: Text): string | undefined {
  const last = principal.kind === 'unknown' ? principal.parts.at(-1) : undefined;
  return last !== undefined && 'known' in last ? /:oidc-provider\/(.+)$/.exec(last.known)?.[1] : undefined;
}

/** Keys of AWS's own have no dot before their colon. */
function issuerOfKeys({ conditions }: Statement): string {
  return conditions.map(prefixOf).find((prefix) => /^[^:]+\.[^:]/.test(prefix)) ?? GITHUB_ISSUER;
}
