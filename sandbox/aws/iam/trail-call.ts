import { lowerFirst, trailElements } from '../cloudtrail/elements.js';
import type { TrailObject } from '../cloudtrail/event.js';
import type { TrailCall } from '../cloudtrail/trail.js';
import type { SignedCall } from '../services/signed-call.js';
import type { StsError } from '../sts/errors.js';
import type { Parameters } from '../sts/parameter-values.js';
import type { Elements } from '../sts/xml.js';

/** A call to IAM as CloudTrail records it. IAM is global, so its events are those of us-east-1. */
export function iamTrailCall(
  { call, caller, circumstances }: SignedCall,
  { params, accessKeyId, requestId }: IamRequest,
  outcome: Outcome,
): TrailCall {
  const { Action: eventName = '' } = params;
  const readOnly = /^(?:Get|List)/.test(eventName);
  const common = {
    identity: { kind: 'signed', caller, accessKeyId },
    eventSource: 'iam.amazonaws.com',
    eventName,
    awsRegion: 'us-east-1',
    readOnly,
    requestParameters: requestParameters(params),
    requestId,
    network: circumstances.network,
    userAgent: call.headers['user-agent'] ?? '',
    host: call.headers.host ?? '',
    resources: [],
  } as const;
  if ('error' in outcome) {
    const { code, message } = outcome.error;
    return { ...common, responseElements: null, error: { code, message } };
  }
  const { result } = outcome;
  return { ...common, responseElements: readOnly || result === undefined ? null : trailElements(result) };
}

/** How a call ended. */
export type Outcome = { readonly result: Elements | undefined } | { readonly error: StsError };

/** What identifies a request to IAM. */
interface IamRequest {
  readonly params: Parameters;
  readonly accessKeyId: string;
  readonly requestId: string;
}

// Lists are left out.
function requestParameters(params: Parameters): TrailObject | null {
  const sent = Object.entries(params).filter(([name]) => /^(?!Action$|Version$)\w+$/.test(name));
  return sent.length === 0
    ? null
    : Object.fromEntries(sent.map(([name, value]) => [lowerFirst(name), value]));
}
