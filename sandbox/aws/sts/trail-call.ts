import type { Call } from '../../http/loopback.js';
import type { Network } from '../accounts/network.js';
import { trailElements } from '../cloudtrail/elements.js';
import type { TrailObject } from '../cloudtrail/event.js';
import type { TrailCall, TrailResource } from '../cloudtrail/trail.js';
import type { TrailIdentity } from '../cloudtrail/user-identity.js';
import type { StsError } from './errors.js';
import { members, type Parameters } from './parameter-values.js';
import type { TagParameter } from './parameters.js';
import type { TokenSession } from './token-session.js';
import type { Elements } from './xml.js';

/** What a call has turned out to be so far. */
export interface Sighting {
  /** Who made it, as soon as that was verified. */
  identity?: TrailIdentity;
  /** The Region that was signed for. */
  region?: string;
  /** What the token or the assertion says about the session. */
  session?: TokenSession & { readonly sessionName?: string };
}

/** How a call ended. */
export type Outcome = { readonly result: Elements } | { readonly error: StsError };

/** A call to STS that was answered. */
export interface AnsweredCall {
  readonly call: Call;
  readonly network: Network;
  readonly requestId: string;
  readonly action: string;
  readonly params: Parameters;
  readonly seen: Sighting;
}

/**
 * The call as CloudTrail records it; undefined where nobody knows who called. CloudTrail records authenticated
 * calls, and of the others those that are valid enough: docs.aws.amazon.com/IAM/latest/UserGuide/cloudtrail-integration.html.
 */
export function trailCall(answered: AnsweredCall, outcome: Outcome): TrailCall | undefined {
  const { call, network, requestId, action, params, seen } = answered;
  const { identity } = seen;
  if (identity === undefined) return undefined;
  return {
    identity,
    eventSource: 'sts.amazonaws.com',
    eventName: action,
    awsRegion: seen.region ?? regionOf(call.headers.host ?? ''),
    readOnly: action !== 'GetSessionToken' && action !== 'GetFederationToken',
    requestParameters: requestParameters(params, seen),
    ...('result' in outcome
      ? { responseElements: action === 'GetCallerIdentity' ? null : trailElements(outcome.result) }
      : { responseElements: null, error: errorOf(identity, outcome.error) }),
    requestId,
    network,
    userAgent: call.headers['user-agent'] ?? '',
    host: call.headers.host ?? '',
    resources: resourcesOf(params),
    ...(identity.kind === 'web-identity' && {
      additionalEventData: { identityProviderConnectionVerificationMethod: 'IAMTrustStore' },
    }),
  };
}

// Only a signature says which Region is meant, but the host of a regional endpoint does as well.
function regionOf(host: string): string {
  return /^sts\.([a-z0-9-]+)\./.exec(host)?.[1] ?? 'us-east-1';
}

// CloudTrail has no more to say of a token that a trust policy refuses than STS itself.
function errorOf(identity: TrailIdentity, { code, message }: StsError): { code: string; message: string } {
  const isVague = identity.kind !== 'signed' && code === 'AccessDenied';
  return { code, message: isVague ? 'An unknown error occurred' : message };
}

function requestParameters(params: Parameters, { identity, session }: Sighting): TrailObject | null {
  const caller = identity?.kind === 'signed' ? identity.caller : undefined;
  const calling = caller?.kind === 'session' ? caller.session : undefined;
  const isAssuming = params.RoleArn !== undefined;
  const parameters = {
    name: params.Name,
    roleArn: params.RoleArn,
    roleSessionName: params.RoleSessionName ?? session?.sessionName,
    principalArn: params.PrincipalArn,
    durationSeconds: params.DurationSeconds === undefined ? undefined : Number(params.DurationSeconds),
    externalId: params.ExternalId,
    serialNumber: params.SerialNumber,
    policy: params.Policy,
    policyArns: orNothing(members(params, 'PolicyArns').map(({ arn = '' }) => ({ arn }))),
    sourceIdentity:
      params.SourceIdentity ?? session?.sourceIdentity ?? (isAssuming ? calling?.sourceIdentity : undefined),
    tags: orNothing(members(params, 'Tags').map(({ Key = '', Value = '' }) => ({ key: Key, value: Value }))),
    incomingTransitiveTags: isAssuming
      ? byKey((calling?.tags ?? []).filter(({ transitive }) => transitive))
      : undefined,
    principalTags: byKey(session?.tags ?? []),
    transitiveTagKeys: orNothing([
      ...members(params, 'TransitiveTagKeys').map((member) => member[''] ?? ''),
      ...(session?.transitiveTagKeys ?? []),
    ]),
  };
  const sent = Object.entries(parameters).filter(([, value]) => value !== undefined);
  return sent.length === 0 ? null : Object.fromEntries(sent);
}

function orNothing<Item>(items: readonly Item[]): readonly Item[] | undefined {
  return items.length === 0 ? undefined : items;
}

function byKey(tags: readonly TagParameter[]): TrailObject | undefined {
  return tags.length === 0 ? undefined : Object.fromEntries(tags.map(({ key, value }) => [key, value]));
}

function resourcesOf({ RoleArn, PrincipalArn }: Parameters): readonly TrailResource[] {
  const resource = (ARN: string | undefined, type: string): readonly TrailResource[] => {
    const accountId = ARN?.split(':')[4];
    return ARN === undefined || !accountId ? [] : [{ accountId, type, ARN }];
  };
  return [...resource(RoleArn, 'AWS::IAM::Role'), ...resource(PrincipalArn, 'AWS::IAM::SAMLProvider')];
}
