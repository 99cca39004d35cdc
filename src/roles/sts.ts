import {
  AssumeRoleCommand,
  AssumeRoleWithSAMLCommand,
  AssumeRoleWithWebIdentityCommand,
  GetCallerIdentityCommand,
  GetSessionTokenCommand,
  type PolicyDescriptorType,
  STSClient,
  type STSClientConfig,
  type Credentials as StsCredentials,
} from '@aws-sdk/client-sts';
import { defaultProvider } from '@aws-sdk/credential-provider-node';
import type { HttpRequest as SdkRequest } from '@smithy/types';
import type { Clock } from '../clock.js';
import { Credentials, type SamlIdentity } from '../credentials.js';
import { ActionError } from '../errors.js';
import type { Http, HttpResponse } from '../http.js';
import { oneLine } from '../text.js';
import { parseArn } from './arn.js';
import { stsError } from './sts-errors.js';
import type { Tag } from './tags.js';

/*
 * The only file that knows the AWS SDK. It is a chunk of its own and loads while GitHub mints the token.
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

/** Where STS is and how it is reached. */
export interface StsSettings {
  readonly region: string;
  readonly endpoint: URL | undefined;
  readonly useFips: boolean;
  readonly useDualstack: boolean;
  /** Name and value pairs for the user agent, which CloudTrail records. */
  readonly userAgent: readonly (readonly [string, string])[];
}

export function createSts(settings: StsSettings, http: Http, clock: Clock): Sts {
  const call = async <T>(
    name: string,
    credentials: Credentials | undefined,
    send: (client: STSClient) => Promise<T>,
  ): Promise<T> => {
    let answer: HttpResponse | undefined;
    const client = new STSClient({
      ...clientConfig(settings),
      // A web identity call is not signed, and must not make the SDK look for credentials.
      credentials: credentials ? sdkCredentials(credentials) : { accessKeyId: '', secretAccessKey: '' },
      requestHandler: sdkHandler(async (request) => {
        answer = await http.send({ ...plainRequest(request), purpose: `the call to STS ${name}` });
        return answer;
      }),
    });
    // AWS's endpoint variables are read with the inputs; its config file is not to have a say.
    client.config.serviceConfiguredEndpoint = async () => undefined;
    try {
      return await send(client);
    } catch (error) {
      throw error instanceof ActionError
        ? error
        : failure(error, answer, credentials === undefined, clock.now());
    }
  };

  return {
    assumeRoleWithWebIdentity: (hop, token) =>
      call('AssumeRoleWithWebIdentity', undefined, async (client) => {
        const command = new AssumeRoleWithWebIdentityCommand({
          ...commonParameters(hop),
          WebIdentityToken: token,
        });
        const { Credentials: credentials, AssumedRoleUser } = await client.send(command);
        return assumedRole(credentials, AssumedRoleUser?.Arn);
      }),
    assumeRoleWithSaml: (hop, { assertion, providerArn }) =>
      call('AssumeRoleWithSAML', undefined, async (client) => {
        // The session's name is the assertion's to say.
        const { RoleSessionName: _, ...parameters } = commonParameters(hop);
        const { Credentials: credentials, AssumedRoleUser } = await client.send(
          new AssumeRoleWithSAMLCommand({
            ...parameters,
            PrincipalArn: providerArn,
            SAMLAssertion: assertion,
          }),
        );
        return assumedRole(credentials, AssumedRoleUser?.Arn);
      }),
    assumeRole: (hop, source) =>
      call('AssumeRole', source, async (client) => {
        const { Credentials: credentials, AssumedRoleUser } = await client.send(
          new AssumeRoleCommand({
            ...commonParameters(hop),
            ...(hop.externalId !== undefined && { ExternalId: hop.externalId }),
            ...(hop.mfa && mfaParameters(hop.mfa)),
            ...(hop.sourceIdentity !== undefined && { SourceIdentity: hop.sourceIdentity }),
            ...(hop.tags.length > 0 && {
              Tags: hop.tags.map(({ key, value }) => ({ Key: key, Value: value })),
            }),
            ...(hop.transitiveTagKeys.length > 0 && { TransitiveTagKeys: [...hop.transitiveTagKeys] }),
          }),
        );
        return assumedRole(credentials, AssumedRoleUser?.Arn);
      }),
    getSessionToken: (source, durationSeconds, mfa) =>
      call('GetSessionToken', source, async (client) => {
        const command = new GetSessionTokenCommand({
          DurationSeconds: durationSeconds,
          ...mfaParameters(mfa),
        });
        return sessionCredentials((await client.send(command)).Credentials);
      }),
    getCallerIdentity: (credentials) =>
      call('GetCallerIdentity', credentials, async (client) => {
        const { Arn, Account } = await client.send(new GetCallerIdentityCommand({}));
        if (!Arn || !Account) throw incomplete('the caller');
        return { arn: Arn, accountId: Account };
      }),
  };
}

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
    return new Credentials(found);
  } catch (cause) {
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

/** The SDK's warnings are about the user's machine, in words for programmers. */
const SILENT = { trace() {}, debug() {}, info() {}, warn() {}, error() {} };

/** Everything the SDK would otherwise look up in the environment and in AWS's config file is said here. */
function clientConfig({ region, endpoint, useFips, useDualstack, userAgent }: StsSettings): STSClientConfig {
  return {
    region,
    ...(endpoint && { endpoint: endpoint.href }),
    useFipsEndpoint: endpoint ? false : useFips,
    useDualstackEndpoint: endpoint ? false : useDualstack,
    // Retries are ours (retry.ts): the SDK's would multiply them.
    maxAttempts: 1,
    retryMode: 'standard',
    defaultsMode: 'standard',
    authSchemePreference: [],
    userAgentAppId: async () => undefined,
    customUserAgent: [
      ['assume-aws-role'],
      ...userAgent.map(([name, value]): [string, string] => ['md', `${name}#${value}`]),
    ],
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

function sdkCredentials({ accessKeyId, secretAccessKey, sessionToken }: Credentials) {
  return { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) };
}

/** The SDK's requests go out through our own HTTP, with its time limits and proxy. */
function sdkHandler(send: (request: SdkRequest) => Promise<HttpResponse>) {
  return {
    metadata: { handlerProtocol: 'http/1.1' },
    async handle(request: SdkRequest) {
      const { status, headers, body } = await send(request);
      // A copy, since the SDK makes the bytes an object of a class of its own.
      return { response: { statusCode: status, headers: { ...headers }, body: Uint8Array.from(body) } };
    },
  };
}

function plainRequest(request: SdkRequest) {
  const { protocol, hostname, port, path, query, method, headers, body } = request;
  const url = new URL(`${protocol}//${hostname}${port ? `:${port}` : ''}${path}`);
  for (const [name, value] of Object.entries(query ?? {})) url.searchParams.set(name, String(value));
  return {
    url,
    method,
    headers,
    body: typeof body === 'string' || body instanceof Uint8Array ? body : undefined,
  };
}

function mfaParameters({ serialNumber, tokenCode }: Mfa) {
  return { SerialNumber: serialNumber, TokenCode: tokenCode };
}

function assumedRole(credentials: StsCredentials | undefined, arn: string | undefined): AssumedRole {
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

function failure(
  error: unknown,
  answer: HttpResponse | undefined,
  byToken: boolean,
  now: number,
): ActionError {
  if (answer === undefined) throw error;
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
