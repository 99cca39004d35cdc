import type { Credentials } from '../core/credentials.js';
import { quote } from '../core/text.js';
import type { Inputs } from '../inputs/inputs.js';
import { checkCredentialFiles } from '../sts/default-credential-files.js';
import type {
  IdentitySource,
  RenewalContext,
  RenewalObstacle,
  SourceContext,
  SourceFacts,
} from './source.js';

/** Where the runner offers a container's credentials. */
const CONTAINER_VARIABLES = ['AWS_CONTAINER_CREDENTIALS_FULL_URI', 'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI'];

export const environmentFacts = {
  name: 'environment',
  kind: 'aws',
  token: undefined,
  requestsGithubToken: false,
  isUser: false,
  requires: [],
  renewal: renewalObstacles,
  // Which credentials the AWS SDK finds. The token for a container's is secret, and stays the process's own.
  variables: [
    'AWS_PROFILE',
    'AWS_DEFAULT_PROFILE',
    'AWS_CONFIG_FILE',
    'AWS_SHARED_CREDENTIALS_FILE',
    'AWS_WEB_IDENTITY_TOKEN_FILE',
    'AWS_ROLE_ARN',
    'AWS_ROLE_SESSION_NAME',
    ...CONTAINER_VARIABLES,
    'AWS_EC2_METADATA_DISABLED',
    'AWS_EC2_METADATA_SERVICE_ENDPOINT',
  ],
  // Where no source fits, it is taken for other reasons: see select.ts.
  whyChosen: (inputs) => (inputs['role-chaining'] ? 'role-chaining is set' : undefined),
  read: ({ 'aws-region': region, 'sts-endpoint': endpoint }) =>
    region === undefined ? undefined : ({ source: 'environment', region, endpoint } as const),
} as const satisfies SourceFacts;

function renewalObstacles({ env, clearsKeys, profile }: RenewalContext): readonly RenewalObstacle[] {
  const hasKeys = Boolean(env['AWS_ACCESS_KEY_ID']) && !clearsKeys;
  // The process of a profile would be asked for the credentials that it is asked for.
  const isOwnSource = profile === (env['AWS_PROFILE'] || env['AWS_DEFAULT_PROFILE'] || 'default');
  const reason = `its profile cannot be ${quote(profile)}, which is where the environment's own credentials come from. Give aws-profile another name.`;
  return [
    ...(hasKeys ? [{ secret: 'access keys in the environment' }] : []),
    ...(isOwnSource ? [{ reason }] : []),
  ];
}

/** The credentials that are there already. */
export function environmentCredentials(
  place: Parameters<typeof findCredentials>[0],
  context: SourceContext,
): IdentitySource {
  return { obtain: async () => ({ kind: 'aws', credentials: await findCredentials(place, context) }) };
}

/**
 * The credentials the environment holds, masked, as the AWS SDK finds them: environment variables, shared files, web
 * identity, container and instance metadata.
 * @throws ActionError CREDENTIALS_NOT_FOUND
 */
export async function findCredentials(
  place: { readonly region: Inputs['aws-region']; readonly endpoint: Inputs['sts-endpoint'] },
  { runner, http, tokenMissing }: Pick<SourceContext, 'runner' | 'http' | 'tokenMissing'>,
): Promise<Credentials> {
  checkCredentialFiles(runner);
  const { resolveDefaultCredentials } = await import('../sts/default-credentials.js');
  // A job that only lacks a permission should hear so within a second; only a container's credentials are certain.
  const isLikely = !tokenMissing || CONTAINER_VARIABLES.some((name) => runner.env[name]);
  const credentials = await resolveDefaultCredentials(place, http, isLikely);
  for (const secret of credentials.secrets) runner.mask(secret);
  return credentials;
}
