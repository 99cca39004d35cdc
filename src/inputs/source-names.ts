/** What `identity-source` may name; src/identity/ has a file for each. */
export const SOURCE_NAMES = [
  'github-oidc',
  'web-identity-token-file',
  'access-keys',
  'environment',
  'cognito',
  'saml',
] as const;

export type SourceName = (typeof SOURCE_NAMES)[number];
