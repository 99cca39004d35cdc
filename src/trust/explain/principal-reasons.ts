import { formatList, quote } from '../../core/text.js';
import type { StatementResult, TrustRequest } from '../evaluate/evaluate.js';
import type { Principal } from '../evaluate/principals.js';
import type { PrincipalPattern } from '../language/policy.js';
import { isBuiltIn, issuerOfProvider } from '../oidc/issuer.js';
import type { Failure, Reason } from './failure.js';

/** Why a statement is not about the caller. */
export function explainPrincipal({ statement }: StatementResult, { principal }: TrustRequest): Failure {
  const wanted = statement.principals.map(({ type, text }) => (type === '*' ? '*' : `${type}: ${text}`));
  return {
    ...(statement.notPrincipal ? excepted() : reasonFor(principal, statement.principals)),
    part: 'principal',
    at: statement.principals[0]?.at ?? statement.at,
    operator: undefined,
    key: undefined,
    wanted,
    got: [nameOf(principal)],
  };
}

function nameOf(principal: Principal): string {
  switch (principal.type) {
    case 'Federated':
      return principal.provider;
    case 'AWS':
      return principal.arn;
    case 'Service':
      return principal.name;
    case 'CanonicalUser':
      return principal.id;
  }
}

function excepted(): Reason {
  return { id: 'not-principal', why: 'NotPrincipal leaves this caller out.' };
}

function reasonFor(principal: Principal, patterns: readonly PrincipalPattern[]): Reason {
  if (principal.type === 'Federated') {
    const texts = patterns.map(({ text }) => text);
    return isBuiltIn(principal.provider)
      ? forBuiltIn(principal.provider, texts)
      : forToken(principal.provider, texts);
  }
  const texts = patterns.filter(({ type }) => type === principal.type).map(({ text }) => text);
  if (principal.type !== 'AWS')
    return { id: 'other-principal', why: 'The statement names other principals.' };
  const fix = `Add ${quote(nameInPolicy(principal))} to the Principal.`;
  if (texts.length === 0)
    return { id: 'other-principal', why: 'The statement does not name any AWS principals.', fix };
  const [, , , , account = ''] = principal.arn.split(':');
  const isElsewhere = texts.every((text) => !text.includes(account));
  return {
    id: isElsewhere ? 'other-account' : 'other-principal',
    why: isElsewhere
      ? `The caller is in the account ${account}, and the statement names only principals of other accounts.`
      : 'The statement names other principals of the account.',
    fix,
  };
}

/** A session by its role, with the role's path where that is known: the session's own ARN has lost it. */
function nameInPolicy({ arn, roleArn }: Extract<Principal, { type: 'AWS' }>): string {
  return roleArn ?? arn.replace(/^(arn:[^:]+):sts:(.*):assumed-role\/([^/]+)\/.*$/, '$1:iam:$2:role/$3');
}

/** A built-in provider is named as such, and belongs to no account. */
function forBuiltIn(provider: string, texts: readonly string[]): Reason {
  const fix = `Use "Principal": { "Federated": ${quote(provider)} }.`;
  const isByArn = texts.some((text) => issuerOfProvider(text) === provider);
  return isByArn
    ? {
        id: 'provider-built-in',
        why: `The statement names an OIDC provider in an account, but ${quote(provider)} is built into AWS: name it without an ARN.`,
        fix,
      }
    : {
        id: 'provider-issuer',
        why: `The token comes from ${quote(provider)}, which is built into AWS, and the statement trusts other providers.`,
        fix,
      };
}

/** For a token the principal is the OIDC provider in the role's own account. */
function forToken(provider: string, texts: readonly string[]): Reason {
  const fix = `Use "Principal": { "Federated": ${quote(provider)} }.`;
  const issuer = issuerOfProvider(provider);
  const sameIssuer = texts.find((text) => issuer !== undefined && issuerOfProvider(text) === issuer);
  if (sameIssuer !== undefined) {
    const [, , , , account = ''] = sameIssuer.split(':');
    return {
      id: 'provider-account',
      why: `The statement names an OIDC provider in the account ${account}; it must be the provider in the role's own account and partition.`,
      fix,
    };
  }
  const others = texts.flatMap((text) => (isBuiltIn(text) ? text : (issuerOfProvider(text) ?? [])));
  if (others.length > 0) {
    return {
      id: 'provider-issuer',
      why: `The token's issuer is ${quote(issuer ?? provider)}, and the statement trusts the OIDC provider of ${formatList(others.map((one) => quote(one)))}.`,
      fix,
    };
  }
  return {
    id: 'provider-missing',
    why: "The statement does not name an OIDC provider by its ARN. A web identity has no principal ARN; name the account's OIDC provider.",
    fix,
  };
}
