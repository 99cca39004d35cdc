/** JSON as it stands in an event. */
export type TrailValue =
  | string
  | number
  | boolean
  | null
  | readonly TrailValue[]
  | { readonly [name: string]: TrailValue | undefined };

/** An object of an event; undefined fields are left out. */
export interface TrailObject {
  readonly [name: string]: TrailValue | undefined;
}

/** An event as CloudTrail delivers it. */
export interface CloudTrailEvent extends TrailObject {
  readonly eventName: string;
  readonly eventSource: string;
  readonly eventTime: string;
  readonly eventID: string;
  readonly requestID: string;
  readonly recipientAccountId: string;
  readonly sourceIPAddress: string;
  readonly userAgent: string;
  readonly userIdentity: TrailObject;
  readonly requestParameters: TrailObject | null;
  readonly responseElements: TrailObject | null;
}

/** As CloudTrail writes times: without milliseconds. */
export function isoSeconds(time: number): string {
  return new Date(time).toISOString().replace(/\.\d+/, '');
}
