import { defaultProvider } from '@aws-sdk/credential-provider-node';
import type { HttpRequest as SdkRequest } from '@smithy/types';
import { Credentials } from '../core/credentials.js';
import { ActionError } from '../core/errors.js';
import { formatList, oneLine } from '../core/text.js';
import type { Http } from '../platform/http.js';
import { plainRequest, sdkHandler } from './sdk-http.js';

/**
 * The credentials the AWS SDK finds by itself: environment, shared files, web identity, container, instance.
 * @param isLikely false where there are probably none: instance metadata then gets 0.3 s instead of 1 s
 * @throws ActionError CREDENTIALS_NOT_FOUND
 */
export async function resolveDefaultCredentials(
  sts: { readonly region: string; readonly endpoint: URL | undefined },
  http: Http,
  isLikely: boolean,
): Promise<Credentials> {
  const send = (request: SdkRequest) =>
    http.send({ ...plainRequest(request), purpose: "the AWS SDK's call for credentials" });
  const found = await findCredentials({
    logger: SILENT,
    // For profiles and token files that name a role: the calls to STS go the same way as all others.
    clientConfig: {
      region: sts.region,
      ...(sts.endpoint && { endpoint: sts.endpoint.href }),
      requestHandler: sdkHandler(send),
    },
    ...(!isLikely && { timeout: 300 }),
  });
  return usable(found, sts.endpoint !== undefined);
}

async function findCredentials(settings: Parameters<typeof defaultProvider>[0]): Promise<Credentials> {
  try {
    return new Credentials(await defaultProvider(settings)());
  } catch (cause) {
    if (cause instanceof ActionError && cause.code === 'CREDENTIALS_NOT_FOUND') throw cause;
    const why = cause instanceof Error ? oneLine(cause.message) : 'unknown';
    throw new ActionError('CREDENTIALS_NOT_FOUND', `Found no AWS credentials in the environment (${why}).`, {
      hint: "To use GitHub's token, set role-to-assume and grant the job the permission id-token: write. Otherwise set aws-access-key-id, or provide credentials on the runner (environment, shared files, instance role).",
      cause,
    });
  }
}

/** Which variable holds a part of the credentials, where they come from the environment. */
const PARTS = [
  ['accessKeyId', 'AWS_ACCESS_KEY_ID'],
  ['secretAccessKey', 'AWS_SECRET_ACCESS_KEY'],
  ['sessionToken', 'AWS_SESSION_TOKEN'],
] as const;

/** Credentials that a request can be signed with. The SDK takes whatever a variable or a file holds. */
function usable(credentials: Credentials, isOtherServer: boolean): Credentials {
  const unsendable = PARTS.filter(([part]) => /[^\x21-\x7e]/.test(credentials[part] ?? ''));
  if (unsendable.length > 0) {
    const names = unsendable.map(([, variable]) => variable);
    throw unusable(`${formatList(names)} has blanks, line breaks or invisible characters`);
  }
  if (!isOtherServer && credentials.accessKeyId.startsWith('ASIA') && !credentials.sessionToken) {
    throw unusable('the access key id is a temporary one (ASIA…), and AWS_SESSION_TOKEN is empty');
  }
  // The SDK makes a date of any text in AWS_CREDENTIAL_EXPIRATION.
  if (Number.isNaN(credentials.expiration?.getTime())) {
    throw unusable('AWS_CREDENTIAL_EXPIRATION is not a time, such as 2031-01-01T00:00:00Z');
  }
  return credentials;
}

function unusable(why: string): ActionError {
  return new ActionError(
    'CREDENTIALS_NOT_FOUND',
    `The AWS credentials in the environment are not usable: ${why}.`,
    {
      hint: 'They come from variables, shared files, or what these name. Set them again, all parts of them.',
    },
  );
}

/** The SDK's warnings are about the user's machine, in words for programmers. */
const SILENT = { trace() {}, debug() {}, info() {}, warn() {}, error() {} };
