import { Credentials } from '../core/credentials.js';
import { known } from '../core/errors.js';
import type { SourceName } from '../inputs/source-names.js';
import { checkAmbientFiles } from '../sts/default-credential-files.js';
import { accessKeys } from './access-keys.js';
import { COGNITO_AUDIENCE, cognitoToken } from './cognito.js';
import { environmentCredentials } from './environment.js';
import { githubOidc } from './github-oidc.js';
import { samlAssertion } from './saml.js';
import type { IdentitySource, SourceContext } from './source.js';
import { tokenFile } from './token-file.js';

/** The inputs the sources read. */
export interface SourceInputs {
  readonly 'aws-region': string | undefined;
  readonly audience: string | undefined;
  readonly 'web-identity-token-file': string | undefined;
  readonly 'aws-access-key-id': string | undefined;
  readonly 'aws-secret-access-key': string | undefined;
  readonly 'aws-session-token': string | undefined;
  readonly 'cognito-identity-pool-id': string | undefined;
  readonly 'saml-assertion': string | undefined;
  readonly 'saml-provider-arn': string | undefined;
  readonly 'sts-endpoint': URL | undefined;
  readonly 'translate-env-variables': boolean | undefined;
}

/** The source of that name. The inputs it needs have been checked (incompatibleInputs in select.ts). */
export function openSource(name: SourceName, inputs: SourceInputs, context: SourceContext): IdentitySource {
  const { runner } = context;
  switch (name) {
    case 'github-oidc':
      return githubOidc(context, inputs.audience);
    case 'web-identity-token-file':
      return tokenFile(context, known(inputs['web-identity-token-file']));
    case 'access-keys':
      return accessKeys(givenKeys(inputs));
    case 'environment':
      return environmentCredentials(runner, () => defaultCredentials(inputs, context));
    case 'cognito': {
      const github = githubOidc(context, inputs.audience ?? COGNITO_AUDIENCE);
      const usesVariables = inputs['translate-env-variables'] ?? true;
      return cognitoToken(context, known(inputs['cognito-identity-pool-id']), github, usesVariables);
    }
    case 'saml':
      return samlAssertion(known(inputs['saml-assertion']), known(inputs['saml-provider-arn']));
  }
}

/** The credentials the environment holds, as the AWS SDK finds them. */
export async function defaultCredentials(
  inputs: Pick<SourceInputs, 'aws-region' | 'sts-endpoint'>,
  { runner, http, tokenMissing }: Pick<SourceContext, 'runner' | 'http' | 'tokenMissing'>,
): Promise<Credentials> {
  checkAmbientFiles(runner);
  const { resolveDefaultCredentials } = await import('../sts/default-credentials.js');
  // A job that only lacks a permission should hear so within a second; a container's credentials are no guess.
  const isLikely = !tokenMissing || CONTAINER_VARIABLES.some((name) => runner.env[name]);
  const endpoint = inputs['sts-endpoint'];
  return await resolveDefaultCredentials({ region: known(inputs['aws-region']), endpoint }, http, isLikely);
}

const CONTAINER_VARIABLES = ['AWS_CONTAINER_CREDENTIALS_FULL_URI', 'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI'];

function givenKeys(inputs: SourceInputs): Credentials {
  return new Credentials({
    accessKeyId: known(inputs['aws-access-key-id']),
    secretAccessKey: known(inputs['aws-secret-access-key']),
    sessionToken: inputs['aws-session-token'],
  });
}
