/** github.com's issuer. An enterprise may have its own below it. */
export const GITHUB_ISSUER = 'https://token.actions.githubusercontent.com';

/** What kind of issuer a token comes from. */
export type IssuerKind = 'github' | 'github-enterprise' | 'ghe-com' | 'ghes' | 'forgejo' | 'other';

const KINDS: readonly (readonly [RegExp, IssuerKind])[] = [
  [/^token\.actions\.githubusercontent\.com$/, 'github'],
  [/^token\.actions\.githubusercontent\.com\/[^/]+$/, 'github-enterprise'],
  [/^token\.actions\.[^./]+\.ghe\.com$/, 'ghe-com'],
  [/\/_services\/token$/, 'ghes'],
  [/\/api\/actions$/, 'forgejo'],
];

/** Tells issuers apart by their address or by the name they have in IAM. */
export function issuerKind(issuer: string): IssuerKind {
  const path = providerPath(issuer);
  return KINDS.find(([pattern]) => pattern.test(path))?.[1] ?? 'other';
}

/** Whether tokens of this issuer have GitHub's claims, which STS evaluates. */
export function isGithubIssuer(issuer: string): boolean {
  return !['forgejo', 'other'].includes(issuerKind(issuer));
}

/** An issuer's name in IAM: its address without scheme and trailing slash, which is also the prefix of its keys. */
export function providerPath(issuer: string): string {
  return issuer.replace(/^https?:\/\//, '').replace(/\/$/, '');
}

/**
 * The identity providers that AWS has built in. They are principals by their name, and no account has an OIDC provider
 * for them (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-federated-web-identity).
 */
const BUILT_IN = [
  'cognito-identity.amazonaws.com',
  'accounts.google.com',
  'www.amazon.com',
  'graph.facebook.com',
];

/** Whether AWS has the provider built in; by its address or its name in IAM. */
export function isBuiltIn(issuer: string): boolean {
  return BUILT_IN.includes(providerPath(issuer));
}

/** What a policy calls the provider for an issuer: its name where it is built in, else the ARN that an account has. */
export function providerArn(issuer: string, accountId: string, partition: string): string {
  if (isBuiltIn(issuer)) return providerPath(issuer);
  return `arn:${partition}:iam::${accountId}:oidc-provider/${providerPath(issuer)}`;
}

/** The issuer's name in a provider's ARN; undefined where it is not the ARN of an OIDC provider. */
export function issuerOfProvider(arn: string): string | undefined {
  return /^arn:[^:]+:iam::\d{12}:oidc-provider\/(.+)$/.exec(arn)?.[1];
}
