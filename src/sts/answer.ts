import type { Credentials as StsCredentials } from '@aws-sdk/client-sts';
import { isOfAws, parseArn } from '../core/arn.js';
import { Credentials } from '../core/credentials.js';
import { ActionError } from '../core/errors.js';

/*
 * What makes an answer of STS one that can be used.
 */

/** Whose credentials these are. Servers other than AWS's may leave out either, which is empty then. */
export interface Caller {
  readonly arn: string;
  readonly accountId: string;
}

/** A session, and whose it is. */
export interface Session extends Caller {
  readonly credentials: Credentials;
}

/**
 * A session out of an answer. Servers other than AWS's, such as MinIO, may leave out whose it is; their accounts need not
 * be AWS's.
 * @param arn whose session it is
 * @param anonymous what is wrong with an answer that does not say
 * @param sentMs when, by the server's clock; NaN where it does not say
 * @throws ActionError ANSWER_UNEXPECTED
 */
export function sessionOf(
  arn = '',
  anonymous: string,
  credentials: StsCredentials | undefined,
  sentMs: number,
  isAws: boolean,
): Session {
  if (isAws && !isOfAws(arn)) throw incomplete(anonymous);
  const { accountId = '' } = parseArn(arn) ?? {};
  return { credentials: sessionCredentials(credentials, sentMs), arn, accountId };
}

/** @throws ActionError ANSWER_UNEXPECTED */
export function sessionCredentials(sts: StsCredentials | undefined, sentMs: number): Credentials {
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = sts ?? {};
  if (!AccessKeyId || !SecretAccessKey || !SessionToken || !Expiration)
    throw incomplete('has no credentials');
  // They go into headers, files and variables, where a line break would end them.
  if (![AccessKeyId, SecretAccessKey, SessionToken].every((part) => /^[\x21-\x7e]+$/.test(part)))
    throw incomplete('has blanks or line breaks in its credentials');
  if (Expiration.getTime() <= sentMs) throw endedBefore(Expiration);
  return new Credentials({
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    sessionToken: SessionToken,
    expiration: Expiration,
  });
}

function endedBefore(expiration: Date): ActionError {
  const end = expiration.toISOString();
  return new ActionError(
    'ANSWER_UNEXPECTED',
    `The credentials in STS's response expired at ${end}, before it was sent.`,
    {
      hint: 'Does something between this runner and STS repeat an old answer (a cache, a recorded test server)?',
    },
  );
}

export function incomplete(why: string): ActionError {
  return new ActionError('ANSWER_UNEXPECTED', `The response did not come from STS: it ${why}.`, {
    hint: 'Something else answers in its place: a proxy, a captive portal, or a wrong sts-endpoint.',
  });
}
