import { isObject, type JsonObject, listAt, objectAt, textAt } from '../../core/json.js';
import type { CloudTrailEvent } from './event.js';

/** What LookupEvents is asked for. */
export interface Lookup {
  /** At most one, as AWS has it. */
  readonly attribute: { readonly key: LookupKey; readonly value: string } | undefined;
  /** Seconds since the epoch. */
  readonly from: number;
  readonly to: number;
  readonly maxResults: number;
  /** How many events of the result are skipped. */
  readonly skipped: number;
}

/** How an event answers to an attribute. */
const ATTRIBUTES = {
  EventId: (event: CloudTrailEvent) => [event.eventID],
  EventName: (event: CloudTrailEvent) => [event.eventName],
  EventSource: (event: CloudTrailEvent) => [event.eventSource],
  ReadOnly: (event: CloudTrailEvent) => [String(event['readOnly'])],
  AccessKeyId: ({ userIdentity }: CloudTrailEvent) => texts(userIdentity['accessKeyId']),
  Username: (event: CloudTrailEvent) => texts(usernameOf(event)),
  ResourceName: (event: CloudTrailEvent) => resourcesOf(event).map(({ ResourceName }) => ResourceName),
  ResourceType: (event: CloudTrailEvent) => resourcesOf(event).map(({ ResourceType }) => ResourceType),
} as const;

type LookupKey = keyof typeof ATTRIBUTES;

/**
 * Reads the parameters of docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html. Throws an Error
 * for what is wrong with them.
 */
export function readLookup(input: JsonObject): Lookup {
  const [attribute, ...others] = listAt(input.LookupAttributes ?? [], 'LookupAttributes');
  if (others.length > 0) throw new Error('You can specify only one attribute');
  const maxResults = input.MaxResults === undefined ? 50 : Number(input.MaxResults);
  if (!(maxResults >= 1 && maxResults <= 50)) throw new Error('MaxResults must be between 1 and 50');
  return {
    attribute:
      attribute === undefined ? undefined : readAttribute(objectAt(attribute, 'LookupAttributes[0]')),
    from: input.StartTime === undefined ? 0 : Number(input.StartTime),
    to: input.EndTime === undefined ? Number.POSITIVE_INFINITY : Number(input.EndTime),
    maxResults,
    skipped: input.NextToken === undefined ? 0 : Number(textAt(input.NextToken, 'NextToken')),
  };
}

function readAttribute({ AttributeKey, AttributeValue }: JsonObject): Lookup['attribute'] {
  const key = Object.keys(ATTRIBUTES).find((name): name is LookupKey => name === AttributeKey);
  if (key === undefined) throw new Error('AttributeKey is not one of those that can be looked up');
  return { key, value: textAt(AttributeValue, 'AttributeValue') };
}

/** The answer of LookupEvents from the events of an account and a Region, which are oldest first. */
export function lookUp(events: readonly CloudTrailEvent[], lookup: Lookup): JsonObject {
  const { attribute, from, to, maxResults, skipped } = lookup;
  const found = events
    .filter((event) => {
      const time = secondsOf(event);
      const isMeant = attribute === undefined || ATTRIBUTES[attribute.key](event).includes(attribute.value);
      return isMeant && time >= from && time <= to;
    })
    .reverse();
  const end = skipped + maxResults;
  return {
    Events: found.slice(skipped, end).map(asFound),
    ...(found.length > end && { NextToken: String(end) }),
  };
}

function asFound(event: CloudTrailEvent): JsonObject {
  const [accessKeyId] = texts(event.userIdentity['accessKeyId']);
  const username = usernameOf(event);
  return {
    EventId: event.eventID,
    EventName: event.eventName,
    ReadOnly: String(event['readOnly']),
    ...(accessKeyId !== undefined && { AccessKeyId: accessKeyId }),
    EventTime: secondsOf(event),
    EventSource: event.eventSource,
    ...(username !== undefined && { Username: username }),
    Resources: resourcesOf(event),
    CloudTrailEvent: JSON.stringify(event),
  };
}

/** The session's name, or the user's. */
function usernameOf({ userIdentity }: CloudTrailEvent): string | undefined {
  const { type, principalId, userName } = userIdentity;
  const [name] = texts(userName);
  if (type !== 'AssumedRole' || typeof principalId !== 'string') return name;
  return principalId.slice(principalId.indexOf(':') + 1);
}

function resourcesOf(event: CloudTrailEvent): readonly { ResourceType: string; ResourceName: string }[] {
  return listAt(event['resources'] ?? [], 'resources').flatMap((resource) =>
    isObject(resource) ? [{ ResourceType: String(resource.type), ResourceName: String(resource.ARN) }] : [],
  );
}

function secondsOf({ eventTime }: CloudTrailEvent): number {
  return Date.parse(eventTime) / 1000;
}

function texts(value: unknown): readonly string[] {
  return typeof value === 'string' ? [value] : [];
}
