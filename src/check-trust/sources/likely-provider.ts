import type { PrincipalPattern, Statement, TrustPolicy } from '../../trust/language/policy.js';
import { prefixOf } from '../../trust/lint/rule.js';
import { GITHUB_ISSUER, providerArn } from '../../trust/oidc/issuer.js';

/**
 * A policy in which a federated principal that only a deployment knows is the OIDC provider whose claims the conditions
 * ask for, else GitHub's: as a provider of nobody's, nothing would match it, and every rule would be silent.
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
    one.type === 'Federated' && isUnknown(one.text) ? likelyProvider(one, statement) : one,
  );
  if (!principals.some(({ type }) => type === 'Federated')) return { ...statement, principals };
  const actions = statement.actions.map((one) =>
    one.text.startsWith('UNKNOWN') ? { ...one, text: 'sts:AssumeRoleWithWebIdentity' } : one,
  );
  return { ...statement, principals, actions };
}

/** A parameter's default may be empty, for the real value to be given at the deployment. */
function isUnknown(text: string): boolean {
  return text === '' || text.includes('UNKNOWN');
}

function likelyProvider(principal: PrincipalPattern, statement: Statement): PrincipalPattern {
  const { text } = principal;
  if (text.includes(':saml-provider/')) return principal;
  const written = /:oidc-provider\/(.+)$/.exec(text)?.[1];
  const issuer = written === undefined || written.includes('UNKNOWN') ? issuerOfKeys(statement) : written;
  const account = /^arn:[^:]+:iam::(\d{12}):/.exec(text)?.[1] ?? '000000000000';
  return { ...principal, text: providerArn(issuer, account) };
}

/** Keys of AWS's own have no dot before their colon. */
function issuerOfKeys({ conditions }: Statement): string {
  return conditions.map(prefixOf).find((prefix) => /^[^:]+\.[^:]/.test(prefix)) ?? GITHUB_ISSUER;
}
