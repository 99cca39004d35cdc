import { defaultProvider } from '@aws-sdk/credential-provider-node';
import type { HttpRequest as SdkRequest } from '@smithy/types';
import { Credentials } from '../credentials.js';
import { ActionError } from '../errors.js';
import type { Http } from '../http.js';
import { oneLine } from '../text.js';
import { plainRequest, sdkHandler } from './sdk-http.js';

/**
 * The credentials the AWS SDK finds by itself: environment, shared files, web identity, container, instance.
 * @param isLikely false where there are probably none: instance metadata then gets 0.3 s instead of 1 s
 * @throws ActionError CREDENTIALS_NOT_FOUND
 */
export async function resolveAmbientCredentials(
  region: string,
  http: Http,
  isLikely: boolean,
): Promise<Credentials> {
  const send = (request: SdkRequest) =>
    http.send({ ...plainRequest(request), purpose: "the AWS SDK's call for credentials" });
  try {
    const found = await defaultProvider({
      logger: SILENT,
      // For profiles and token files that name a role: the calls to STS go the same way as all others.
      clientConfig: { region, requestHandler: sdkHandler(send) },
      ...(!isLikely && { timeout: 300 }),
    })();
    refuseUnknownEnd(found.expiration);
    return usable(new Credentials(found));
  } catch (cause) {
    if (cause instanceof ActionError && cause.code === 'CREDENTIALS_NOT_FOUND') throw cause;
    const why = cause instanceof Error ? oneLine(cause.message) : 'unknown';
    throw new ActionError(
      'CREDENTIALS_NOT_FOUND',
      `No AWS credentials were found in the environment (${why}).`,
      {
        hint: "Give role-to-assume and permissions: id-token: write to use GitHub's token, or aws-access-key-id, or set up the runner (environment, shared files, instance role).",
        cause,
      },
    );
  }
}

/** The SDK makes a date of whatever AWS_CREDENTIAL_EXPIRATION holds. Throws where it is not one. */
function refuseUnknownEnd(expiration: Date | undefined): void {
  if (expiration !== undefined && Number.isNaN(expiration.getTime()))
    throw new RangeError('AWS_CREDENTIAL_EXPIRATION is not a time, such as 2031-01-01T00:00:00Z');
}

/** Keys go into headers, where a line break or something invisible cannot stand. */
function usable(credentials: Credentials): Credentials {
  if (credentials.secrets.every((secret) => /^[\x21-\x7e]+$/.test(secret))) return credentials;
  throw new ActionError(
    'CREDENTIALS_NOT_FOUND',
    'The AWS credentials in the environment are not used: a key or the session token holds a blank, a line break or something invisible.',
    {
      hint: 'Set the secret or the variable again. The printable characters of ASCII are all that keys are made of.',
    },
  );
}

/** The SDK's warnings are about the user's machine, in words for programmers. */
const SILENT = { trace() {}, debug() {}, info() {}, warn() {}, error() {} };
