import {
  AssumeRole$,
  type AssumeRoleCommandInput,
  type AssumeRoleCommandOutput,
  AssumeRoleWithSAML$,
  type AssumeRoleWithSAMLCommandInput,
  type AssumeRoleWithSAMLCommandOutput,
  AssumeRoleWithWebIdentity$,
  type AssumeRoleWithWebIdentityCommandInput,
  type AssumeRoleWithWebIdentityCommandOutput,
  GetCallerIdentity$,
  type GetCallerIdentityCommandOutput,
  GetSessionToken$,
  type GetSessionTokenCommandInput,
  type GetSessionTokenCommandOutput,
  type PolicyDescriptorType,
  type Credentials as StsCredentials,
} from '@aws-sdk/client-sts';
import type { HttpRequest as SdkRequest, StaticOperationSchema } from '@smithy/types';
import { isOfAws, parseArn } from '../core/arn.js';
import type { Clock } from '../core/clock.js';
import { Credentials, type SamlIdentity } from '../core/credentials.js';
import { ActionError } from '../core/errors.js';
import type { Http, HttpResponse } from '../platform/http.js';
import { type CallLog, logged } from './call-log.js';
import { readErrorAnswer } from './error-answer.js';
import { stsError } from './errors.js';
import type { Hop, Mfa } from './hop.js';
import { createProtocol, type WireSettings } from './protocol.js';
import { type PlainRequest, plainRequest } from './sdk-http.js';

export type { Hop, Mfa } from './hop.js';

/*
 * The calls of STS. Together with sts-wire.ts its own chunk, which loads while GitHub mints the token.
 */

/** Whose credentials these are. Servers other than AWS's may leave out either, which is empty then. */
export interface Caller {
  readonly arn: string;
  readonly accountId: string;
}

export interface AssumedRole extends Caller {
  readonly credentials: Credentials;
  /** `ROLE_ID:SESSION_NAME`, CloudTrail's `principalId`; undefined where the server does not give it. */
  readonly roleId?: string | undefined;
}

export interface Sts {
  /** All calls throw ActionError: one of the codes in sts-errors.ts, or those of {@link Http.send}. */
  assumeRoleWithWebIdentity(hop: Hop, token: string): Promise<AssumedRole>;
  assumeRoleWithSaml(hop: Hop, identity: SamlIdentity): Promise<AssumedRole>;
  assumeRole(hop: Hop, credentials: Credentials): Promise<AssumedRole>;
  /** A user's own short session, with MFA. */
  getSessionToken(credentials: Credentials, durationSeconds: number, mfa: Mfa): Promise<Credentials>;
  getCallerIdentity(credentials: Credentials): Promise<Caller>;
}

export type StsSettings = WireSettings;

/** @param log where each call is put down */
export function createSts(settings: StsSettings, http: Http, clock: Clock, log: CallLog = () => {}): Sts {
  const isAws = settings.endpoint === undefined;
  const call = async <Output>(
    operation: StaticOperationSchema,
    input: object,
    { credentials, hop }: { readonly credentials?: Credentials; readonly hop?: Hop },
  ): Promise<Answer<Output>> => {
    const wire = createProtocol(operation, settings);
    const purpose = `the call to STS ${operation[2]}`;
    const request = await written(() => wire.request(input, credentials, clock.now()), purpose);
    const planned = { operation: operation[2], host: request.url.host, region: settings.region, hop };
    return await logged(log, clock, planned, async (answered) => {
      const answer = await http.send({ ...request, purpose });
      answered(answer);
      if (answer.status >= 300) throw failure(answer, credentials === undefined, clock.now());
      try {
        const sentMs = Date.parse(answer.headers['date'] ?? '');
        return { output: await wire.result<Output>(answer), sentMs };
      } catch {
        // What the SDK says of an answer that it cannot read is about its parser.
        throw failure(answer, credentials === undefined, clock.now());
      }
    });
  };

  return {
    async assumeRoleWithWebIdentity(hop, token) {
      const input: AssumeRoleWithWebIdentityCommandInput = {
        ...commonParameters(hop),
        WebIdentityToken: token,
      };
      return assumedRole(
        await call<AssumeRoleWithWebIdentityCommandOutput>(AssumeRoleWithWebIdentity$, input, { hop }),
        isAws,
      );
    },
    async assumeRoleWithSaml(hop, { assertion, providerArn }) {
      // The session's name is the assertion's to say.
      const { RoleSessionName: _, ...parameters } = commonParameters(hop);
      const input: AssumeRoleWithSAMLCommandInput = {
        ...parameters,
        PrincipalArn: providerArn,
        SAMLAssertion: assertion,
      };
      return assumedRole(
        await call<AssumeRoleWithSAMLCommandOutput>(AssumeRoleWithSAML$, input, { hop }),
        isAws,
      );
    },
    async assumeRole(hop, credentials) {
      const input: AssumeRoleCommandInput = {
        ...commonParameters(hop),
        ...(hop.externalId !== undefined && { ExternalId: hop.externalId }),
        ...(hop.mfa && mfaParameters(hop.mfa)),
        ...(hop.sourceIdentity !== undefined && { SourceIdentity: hop.sourceIdentity }),
        ...(hop.tags.length > 0 && {
          Tags: hop.tags.map(({ key, value }) => ({ Key: key, Value: value })),
        }),
        ...(hop.transitiveTagKeys.length > 0 && { TransitiveTagKeys: [...hop.transitiveTagKeys] }),
      };
      return assumedRole(
        await call<AssumeRoleCommandOutput>(AssumeRole$, input, { credentials, hop }),
        isAws,
      );
    },
    async getSessionToken(credentials, durationSeconds, mfa) {
      const input: GetSessionTokenCommandInput = { DurationSeconds: durationSeconds, ...mfaParameters(mfa) };
      const { output, sentMs } = await call<GetSessionTokenCommandOutput>(GetSessionToken$, input, {
        credentials,
      });
      return sessionCredentials(output.Credentials, sentMs);
    },
    async getCallerIdentity(credentials) {
      const { output } = await call<GetCallerIdentityCommandOutput>(GetCallerIdentity$, {}, { credentials });
      const { Arn, Account = '' } = output;
      if (!Arn || (isAws && Account === '')) throw incomplete('does not name the caller');
      return { arn: Arn, accountId: Account };
    },
  };
}

function commonParameters(hop: Hop) {
  return {
    RoleArn: hop.roleArn,
    RoleSessionName: hop.sessionName,
    DurationSeconds: hop.durationSeconds,
    ...(hop.policy !== undefined && { Policy: hop.policy }),
    ...(hop.policyArns.length > 0 && {
      PolicyArns: hop.policyArns.map((arn): PolicyDescriptorType => ({ arn })),
    }),
  };
}

function mfaParameters({ serialNumber, tokenCode }: Mfa) {
  return { SerialNumber: serialNumber, TokenCode: tokenCode };
}

/** What a call gave. */
interface Answer<Output> {
  readonly output: Output;
  /** When, by the server's clock; NaN where it does not say. */
  readonly sentMs: number;
}

function assumedRole({ output, sentMs }: Answer<AssumeRoleCommandOutput>, isAws: boolean): AssumedRole {
  const { Arn: arn = '', AssumedRoleId: roleId } = output.AssumedRoleUser ?? {};
  // Other servers, such as MinIO, may leave out whose session it is; their accounts need not be AWS's.
  if (isAws && !isOfAws(arn)) throw incomplete('does not name the assumed role');
  const { accountId = '' } = parseArn(arn) ?? {};
  return { credentials: sessionCredentials(output.Credentials, sentMs), arn, accountId, roleId };
}

function sessionCredentials(sts: StsCredentials | undefined, sentMs: number): Credentials {
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

/** The request, or one clear error where something in it cannot be written or signed. */
async function written(write: () => Promise<SdkRequest>, purpose: string): Promise<PlainRequest> {
  try {
    return plainRequest(await write());
  } catch (cause) {
    if (cause instanceof ActionError) throw cause;
    throw new ActionError('REQUEST_INVALID', `These values do not make a valid request (${purpose}).`, {
      hint: 'Was a key, a token or a name copied with something invisible in it?',
      cause,
    });
  }
}

function incomplete(why: string): ActionError {
  return new ActionError('ANSWER_UNEXPECTED', `The response did not come from STS: it ${why}.`, {
    hint: 'Something else answers in its place: a proxy, a captive portal, or a wrong sts-endpoint.',
  });
}

function failure({ status, headers, body }: HttpResponse, byToken: boolean, now: number): ActionError {
  const error = readErrorAnswer(body.toString('utf8'));
  return stsError(
    {
      awsCode: error?.code ?? '',
      message: error?.message ?? '',
      status,
      retryAfter: headers['retry-after'],
      byToken,
      malformed: error === undefined,
    },
    now,
  );
}
