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
import type { StaticOperationSchema } from '@smithy/types';
import type { Clock } from '../clock.js';
import { Credentials, type SamlIdentity } from '../credentials.js';
import { ActionError } from '../errors.js';
import type { Http, HttpResponse } from '../http.js';
import { parseArn } from './arn.js';
import { plainRequest } from './sdk-http.js';
import { stsError } from './sts-errors.js';
import { type WireSettings, wireOf } from './sts-wire.js';
import type { Tag } from './tags.js';

/*
 * The calls of STS. With sts-wire.ts a chunk of its own, which loads while GitHub mints the token.
 */

/** One role to assume, in full: every default has been applied. */
export interface Hop {
  readonly roleArn: string;
  readonly sessionName: string;
  readonly durationSeconds: number;
  /** This and the next four are parameters of AssumeRole alone. */
  readonly externalId?: string | undefined;
  readonly mfa?: Mfa | undefined;
  readonly sourceIdentity?: string | undefined;
  readonly tags: readonly Tag[];
  readonly transitiveTagKeys: readonly string[];
  readonly policy?: string | undefined;
  readonly policyArns: readonly string[];
}

/** A device and the code it shows; STS takes each code once. */
export interface Mfa {
  readonly serialNumber: string;
  readonly tokenCode: string;
}

/** Whose credentials these are. */
export interface Caller {
  readonly arn: string;
  readonly accountId: string;
}

export interface AssumedRole extends Caller {
  readonly credentials: Credentials;
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

export function createSts(settings: StsSettings, http: Http, clock: Clock): Sts {
  const call = async <Output>(
    operation: StaticOperationSchema,
    input: object,
    credentials?: Credentials,
  ): Promise<Output> => {
    const wire = wireOf(operation, settings);
    const request = await wire.request(input, credentials, clock.now());
    const answer = await http.send({ ...plainRequest(request), purpose: `the call to STS ${operation[2]}` });
    try {
      return await wire.result<Output>(answer);
    } catch (error) {
      throw failure(error, answer, credentials === undefined, clock.now());
    }
  };

  return {
    async assumeRoleWithWebIdentity(hop, token) {
      const input: AssumeRoleWithWebIdentityCommandInput = {
        ...commonParameters(hop),
        WebIdentityToken: token,
      };
      return assumedRole(
        await call<AssumeRoleWithWebIdentityCommandOutput>(AssumeRoleWithWebIdentity$, input),
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
      return assumedRole(await call<AssumeRoleWithSAMLCommandOutput>(AssumeRoleWithSAML$, input));
    },
    async assumeRole(hop, source) {
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
      return assumedRole(await call<AssumeRoleCommandOutput>(AssumeRole$, input, source));
    },
    async getSessionToken(source, durationSeconds, mfa) {
      const input: GetSessionTokenCommandInput = { DurationSeconds: durationSeconds, ...mfaParameters(mfa) };
      return sessionCredentials(
        (await call<GetSessionTokenCommandOutput>(GetSessionToken$, input, source)).Credentials,
      );
    },
    async getCallerIdentity(credentials) {
      const { Arn, Account } = await call<GetCallerIdentityCommandOutput>(
        GetCallerIdentity$,
        {},
        credentials,
      );
      if (!Arn || !Account) throw incomplete('the caller');
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

function assumedRole({ Credentials: credentials, AssumedRoleUser }: AssumeRoleCommandOutput): AssumedRole {
  const arn = AssumedRoleUser?.Arn;
  const accountId = parseArn(arn ?? '')?.accountId;
  if (!arn || !accountId) throw incomplete("the assumed role's ARN");
  return { credentials: sessionCredentials(credentials), arn, accountId };
}

function sessionCredentials(sts: StsCredentials | undefined): Credentials {
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = sts ?? {};
  if (!AccessKeyId || !SecretAccessKey || !SessionToken || !Expiration) throw incomplete('credentials');
  return new Credentials({
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    sessionToken: SessionToken,
    expiration: Expiration,
  });
}

function incomplete(what: string): ActionError {
  return new ActionError('ANSWER_UNEXPECTED', `The answer is not one of STS's: it lacks ${what}.`, {
    hint: 'Something other than STS answers: a proxy, a captive portal, or a wrong sts-endpoint.',
  });
}

function failure(error: unknown, answer: HttpResponse, byToken: boolean, now: number): ActionError {
  if (error instanceof ActionError) return error;
  // The SDK makes an error of any answer, naming what is not STS's after the HTTP status.
  const isAwsError = error instanceof Error && answer.body.includes('<Code>');
  return stsError(
    {
      awsCode: isAwsError ? error.name : '',
      message: isAwsError ? error.message : '',
      status: answer.status,
      retryAfter: answer.headers['retry-after'],
      byToken,
      malformed: !isAwsError,
    },
    now,
  );
}
