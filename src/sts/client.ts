import type {
  AssumeRoleCommandInput,
  AssumeRoleCommandOutput,
  AssumeRoleWithSAMLCommandInput,
  AssumeRoleWithSAMLCommandOutput,
  AssumeRoleWithWebIdentityCommandInput,
  AssumeRoleWithWebIdentityCommandOutput,
  GetCallerIdentityCommandOutput,
  GetFederationTokenCommandInput,
  GetFederationTokenCommandOutput,
  GetSessionTokenCommandInput,
  GetSessionTokenCommandOutput,
  PolicyDescriptorType,
} from '@aws-sdk/client-sts';
import type { Clock } from '../core/clock.js';
import type { Credentials, SamlIdentity } from '../core/credentials.js';
import { ActionError } from '../core/errors.js';
import type { Http, HttpResponse } from '../platform/http.js';
import { type Caller, incomplete, type Session, sessionCredentials, sessionOf } from './answer.js';
import { type CallLog, logged } from './call-log.js';
import { readErrorAnswer } from './error-answer.js';
import { stsError } from './errors.js';
import type { Federation, Hop, Mfa } from './hop.js';
import { createProtocol, type WireRequest, type WireSettings } from './protocol.js';

export type { Caller, Session } from './answer.js';
export type { Federation, Hop, Mfa } from './hop.js';

export interface AssumedRole extends Session {
  /** `ROLE_ID:SESSION_NAME`, CloudTrail's `principalId`; undefined where the server does not give it. */
  readonly roleId?: string | undefined;
}

export interface Sts {
  /** All calls throw ActionError: one of the codes in errors.ts, or those of {@link Http.send}. */
  assumeRoleWithWebIdentity(hop: Hop, token: string): Promise<AssumedRole>;
  assumeRoleWithSaml(hop: Hop, identity: SamlIdentity): Promise<AssumedRole>;
  assumeRole(hop: Hop, credentials: Credentials): Promise<AssumedRole>;
  /** A user's own session. */
  getSessionToken(
    credentials: Credentials,
    durationSeconds: number,
    mfa: Mfa | undefined,
  ): Promise<Credentials>;
  /** A session that may do what both the user and the session policy allow. */
  getFederationToken(credentials: Credentials, federation: Federation): Promise<Session>;
  getCallerIdentity(credentials: Credentials): Promise<Caller>;
}

export type StsSettings = WireSettings;

/** @param log where each call is put down */
export function createSts(settings: StsSettings, http: Http, clock: Clock, log: CallLog = () => {}): Sts {
  const isAws = settings.endpoint === undefined;
  const call = async <Output>(
    action: string,
    input: object,
    { credentials, hop }: { readonly credentials?: Credentials; readonly hop?: Hop },
  ): Promise<Answer<Output>> => {
    const wire = createProtocol(action, settings);
    const purpose = `the call to STS ${action}`;
    const request = await written(() => wire.request(input, credentials, clock.now()), purpose);
    const planned = { operation: action, host: request.url.host, region: settings.region, hop };
    return await logged(log, clock, planned, async (answered) => {
      const answer = await http.send({ ...request, purpose });
      answered(answer);
      if (answer.status >= 300) throw failure(answer, credentials === undefined, clock.now());
      try {
        const sentMs = Date.parse(answer.headers['date'] ?? '');
        return { output: await wire.result<Output>(answer), sentMs };
      } catch {
        // What the parser says of an answer that it cannot read is about the parser.
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
        await call<AssumeRoleWithWebIdentityCommandOutput>('AssumeRoleWithWebIdentity', input, { hop }),
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
        await call<AssumeRoleWithSAMLCommandOutput>('AssumeRoleWithSAML', input, { hop }),
        isAws,
      );
    },
    async assumeRole(hop, credentials) {
      const input: AssumeRoleCommandInput = {
        ...commonParameters(hop),
        ...(hop.externalId !== undefined && { ExternalId: hop.externalId }),
        ...(hop.mfa && mfaParameters(hop.mfa)),
        ...(hop.sourceIdentity !== undefined && { SourceIdentity: hop.sourceIdentity }),
        ...tagParameters(hop),
        ...(hop.transitiveTagKeys.length > 0 && { TransitiveTagKeys: [...hop.transitiveTagKeys] }),
      };
      return assumedRole(
        await call<AssumeRoleCommandOutput>('AssumeRole', input, { credentials, hop }),
        isAws,
      );
    },
    async getSessionToken(credentials, durationSeconds, mfa) {
      const input: GetSessionTokenCommandInput = {
        DurationSeconds: durationSeconds,
        ...(mfa && mfaParameters(mfa)),
      };
      const { output, sentMs } = await call<GetSessionTokenCommandOutput>('GetSessionToken', input, {
        credentials,
      });
      return sessionCredentials(output.Credentials, sentMs);
    },
    async getFederationToken(keys, federation) {
      const input: GetFederationTokenCommandInput = {
        Name: federation.name,
        DurationSeconds: federation.durationSeconds,
        ...policyParameters(federation),
        ...tagParameters(federation),
      };
      const answer = await call<GetFederationTokenCommandOutput>('GetFederationToken', input, {
        credentials: keys,
      });
      const { FederatedUser: user, Credentials: credentials } = answer.output;
      return sessionOf(user?.Arn, 'does not name the federated user', credentials, answer.sentMs, isAws);
    },
    async getCallerIdentity(credentials) {
      const { output } = await call<GetCallerIdentityCommandOutput>('GetCallerIdentity', {}, { credentials });
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
    ...policyParameters(hop),
  };
}

function policyParameters({ policy, policyArns }: Pick<Hop, 'policy' | 'policyArns'>) {
  return {
    ...(policy !== undefined && { Policy: policy }),
    ...(policyArns.length > 0 && {
      PolicyArns: policyArns.map((arn): PolicyDescriptorType => ({ arn })),
    }),
  };
}

function tagParameters({ tags }: Pick<Hop, 'tags'>) {
  return tags.length > 0 && { Tags: tags.map(({ key, value }) => ({ Key: key, Value: value })) };
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
  const { AssumedRoleUser: user, Credentials: credentials } = output;
  const session = sessionOf(user?.Arn, 'does not name the assumed role', credentials, sentMs, isAws);
  return { ...session, roleId: user?.AssumedRoleId };
}

/** The request, or one clear error where something in it cannot be written or signed. */
async function written(write: () => Promise<WireRequest>, purpose: string): Promise<WireRequest> {
  try {
    return await write();
  } catch (cause) {
    if (cause instanceof ActionError) throw cause;
    throw new ActionError('REQUEST_INVALID', `These values do not make a valid request (${purpose}).`, {
      hint: 'Was a key, a token or a name copied with something invisible in it?',
      cause,
    });
  }
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
