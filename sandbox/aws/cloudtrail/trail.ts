import { randomUUID } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import type { Network } from '../accounts/network.js';
import { type CloudTrailEvent, isoSeconds, type TrailObject } from './event.js';
import { accountOf, foreignIdentity, type TrailIdentity, userIdentity } from './user-identity.js';

/** What a call was about. */
export interface TrailResource {
  readonly ARN: string;
  readonly accountId: string;
  /** Such as `AWS::IAM::Role`. */
  readonly type: string;
}

/** One call, as the service that answered it describes it. */
export interface TrailCall {
  readonly identity: TrailIdentity;
  /** Such as `sts.amazonaws.com`. */
  readonly eventSource: string;
  /** The action, such as `AssumeRole`. */
  readonly eventName: string;
  readonly awsRegion: string;
  readonly readOnly: boolean;
  readonly requestParameters: TrailObject | null;
  /** Null where nothing may be repeated, and for a refused call. */
  readonly responseElements: TrailObject | null;
  /** Why the call was refused. */
  readonly error?: { readonly code: string; readonly message: string };
  readonly requestId: string;
  /** Where the call came from. */
  readonly network: Network;
  readonly userAgent: string;
  /** The host that the client asked for. */
  readonly host: string;
  readonly resources: readonly TrailResource[];
  readonly additionalEventData?: TrailObject;
}

/**
 * CloudTrail for all accounts of the sandbox: management events in the form of
 * docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html, at once
 * instead of after minutes.
 */
export class Trail {
  readonly events: CloudTrailEvent[] = [];

  /**
   * @param now milliseconds since the epoch
   * @param file every event is also appended to it, as a line of JSON
   */
  constructor(
    private readonly now: () => number,
    private readonly file?: string,
  ) {}

  /**
   * Records a call in the caller's account, or for a token or an assertion in the role's; and, unless it was
   * refused, in every other account whose resources it was about. These events share an id.
   */
  record(call: TrailCall): void {
    const others = call.error === undefined ? call.resources.map(({ accountId }) => accountId) : [];
    const own = accountOf(call.identity) ?? call.resources[0]?.accountId;
    const recipients = [...new Set([...(own === undefined ? [] : [own]), ...others])];
    const sharedEventID = recipients.length > 1 ? randomUUID() : undefined;
    for (const recipient of recipients) this.#add(eventOf(call, recipient, sharedEventID, this.now()));
  }

  #add(event: CloudTrailEvent): void {
    this.events.push(event);
    if (this.file !== undefined) appendFileSync(this.file, `${JSON.stringify(event)}\n`, { mode: 0o600 });
  }
}

/** Events as JSON lines. */
export function jsonLines(events: readonly CloudTrailEvent[]): string {
  return events.map((event) => `${JSON.stringify(event)}\n`).join('');
}

function eventOf(
  call: TrailCall,
  recipient: string,
  sharedEventID: string | undefined,
  now: number,
): CloudTrailEvent {
  const isOwn = (accountOf(call.identity) ?? recipient) === recipient;
  return {
    eventVersion: '1.11',
    userIdentity: isOwn ? userIdentity(call.identity) : foreignIdentity(call.identity),
    eventTime: isoSeconds(now),
    eventSource: call.eventSource,
    eventName: call.eventName,
    awsRegion: call.awsRegion,
    sourceIPAddress: call.network.sourceIp,
    userAgent: call.userAgent,
    ...(call.error && { errorCode: call.error.code, errorMessage: call.error.message }),
    requestParameters: call.requestParameters,
    responseElements: call.error === undefined ? call.responseElements : null,
    ...(call.additionalEventData && { additionalEventData: call.additionalEventData }),
    requestID: call.requestId,
    eventID: randomUUID(),
    readOnly: call.readOnly,
    ...(call.resources.length > 0 && { resources: call.resources.map((resource) => ({ ...resource })) }),
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: recipient,
    ...(sharedEventID !== undefined && { sharedEventID }),
    ...(call.network.endpoint && { vpcEndpointId: call.network.endpoint.id }),
    eventCategory: 'Management',
    // AWS is always asked over TLS; the sandbox stands for what is behind it.
    tlsDetails: {
      tlsVersion: 'TLSv1.3',
      cipherSuite: 'TLS_AES_128_GCM_SHA256',
      clientProvidedHostHeader: call.host,
    },
  };
}
