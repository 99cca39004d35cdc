import {
  type PrincipalPattern,
  prefixOf,
  type Statement,
  type TrustPolicy,
} from '../../trust/language/policy.js';
import type { Text } from '../../trust/language/text.js';
import { GITHUB_ISSUER, issuerOfProvider, providerArn } from '../../trust/oidc/issuer.js';
import { UNDEPLOYED } from './undeployed.js';

/**
 * A policy in which a federated principal that only a deployment knows is the OIDC provider whose claims the conditions
 * ask for, otherwise GitHub's: an unknown provider trusts no token, and every rule would be silent.
 */
export function withLikelyProviders(policy: TrustPolicy): TrustPolicy {
  return { ...policy, statements: policy.statements.map(withLikelyProvider).map(withLikelyKeys) };
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
  return kind === 'unknown' || text === '' || text.endsWith(':oidc-provider/');
}

function likelyProvider(principal: PrincipalPattern, statement: Statement): PrincipalPattern {
  const { type, text, at } = principal;
  if (text.includes(':saml-provider/')) return principal;
  const issuer = issuerIn(principal) ?? issuerOfKeys(statement) ?? issuerOfValues(principal, statement);
  const [, partition = UNDEPLOYED.partition, account = UNDEPLOYED.accountId] =
    /^arn:([a-z0-9-]+):iam::(?:(\d{12}):)?/.exec(text) ?? [];
  return { type, kind: 'known', text: providerArn(issuer, account, partition), at };
}

/** The issuer, where all of its name is known. */
function issuerIn(principal: Text): string | undefined {
  const last = principal.kind === 'unknown' ? principal.parts.at(-1) : undefined;
  return last !== undefined && 'known' in last ? /:oidc-provider\/(.+)$/.exec(last.known)?.[1] : undefined;
}

/** Keys of AWS's own have no dot before their colon; a key may be unknown itself. */
function issuerOfKeys({ conditions }: Statement): string | undefined {
  return conditions.map(prefixOf).find((prefix) => /^[^:$]+\.[^:$]/.test(prefix));
}

const EKS = 'oidc.eks.us-east-1.amazonaws.com/id/UNKNOWN';

/** What the subjects of issuers begin with, as far as it is theirs alone. */
const SUBJECTS: readonly (readonly [RegExp, string])[] = [
  [/^system:serviceaccount:/, EKS],
  [/^project_path:/, 'https://gitlab.com'],
  [/^organization:[^:]*:project:/, 'https://app.terraform.io'],
];

/** GitHub's, unless the name of what is unknown, or a subject, says another. */
function issuerOfValues({ text }: Text, { conditions }: Statement): string {
  const values = conditions.flatMap((one) => one.values);
  const [, bySubject] = SUBJECTS.find(([pattern]) => values.some((one) => pattern.test(one.text))) ?? [];
  return bySubject ?? (/eks|irsa|cluster/i.test(text) && !/github/i.test(text) ? EKS : GITHUB_ISSUER);
}

/** A key such as `${OIDC_URL}:sub`, or `:sub` where that is empty, is one of the provider that the statement trusts. */
function withLikelyKeys(statement: Statement): Statement {
  const [issuer] = statement.principals.flatMap((one) =>
    one.type === 'Federated' ? (issuerOfProvider(one.text) ?? []) : [],
  );
  if (issuer === undefined) return statement;
  const conditions = statement.conditions.map((one) => {
    const [, claim] = /^(?:\$\{.*\}[^:]*)?:([^:]+)$/.exec(one.key.text) ?? [];
    return claim === undefined ? one : { ...one, key: { ...one.key, text: `${issuer}:${claim}` } };
  });
  return { ...statement, conditions };
}
