import type { ParsedInputs } from '../inputs/inputs.js';
import type { SourceName } from '../inputs/source-names.js';
import { accessKeyFacts, accessKeys } from './access-keys.js';
import { cognitoFacts, cognitoToken } from './cognito.js';
import { environmentCredentials, environmentFacts } from './environment.js';
import { githubOidc, githubOidcFacts } from './github-oidc.js';
import { samlAssertion, samlFacts } from './saml.js';
import type { IdentitySource, SourceContext, SourceFacts } from './source.js';
import { tokenFile, tokenFileFacts } from './token-file.js';

/** Every identity source, in the order in which `identity-source: auto` asks them. */
const TABLE = {
  'access-keys': accessKeyFacts,
  'web-identity-token-file': tokenFileFacts,
  saml: samlFacts,
  environment: environmentFacts,
  cognito: cognitoFacts,
  'github-oidc': githubOidcFacts,
} as const satisfies { readonly [Name in SourceName]: SourceFacts & { readonly name: Name } };

export const SOURCES: Readonly<Record<SourceName, SourceFacts>> = TABLE;

/** The chosen identity source, with the values that it needs and no others. */
export type Identification = NonNullable<ReturnType<(typeof TABLE)[SourceName]['read']>>;

/** What the inputs say to that source; undefined where one that it requires is missing. */
export const readSource = (source: SourceName, inputs: ParsedInputs): Identification | undefined =>
  TABLE[source].read(inputs);

/** The source, ready to be asked. */
export function openSource(chosen: Identification, context: SourceContext): IdentitySource {
  switch (chosen.source) {
    case 'access-keys':
      return accessKeys(chosen.credentials);
    case 'web-identity-token-file':
      return tokenFile(context, chosen.path);
    case 'saml':
      return samlAssertion(chosen.assertion, chosen.providerArn);
    case 'environment':
      return environmentCredentials(chosen, context);
    case 'cognito': {
      const github = githubOidc(context, chosen.audience);
      return cognitoToken(context, chosen.poolId, github, chosen.usesVariables);
    }
    case 'github-oidc':
      return githubOidc(context, chosen.audience);
  }
}
