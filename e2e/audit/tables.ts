import type { CloudTrailEvent } from '../../sandbox/cloud.js';
import { isObject } from '../../sandbox/core/json.js';

/** A table of events for a database: its columns with their types, and its rows. */
export interface EventTable {
  readonly columns: Readonly<Record<string, string>>;
  readonly rows: readonly Readonly<Record<string, unknown>>[];
}

const SESSION_ISSUER =
  'STRUCT(type VARCHAR, principalid VARCHAR, arn VARCHAR, accountid VARCHAR, username VARCHAR)';

/** The columns of docs.aws.amazon.com/athena/latest/ug/create-cloudtrail-table.html that events of the sandbox have. */
export const ATHENA_COLUMNS = {
  eventversion: 'VARCHAR',
  useridentity: `STRUCT(type VARCHAR, principalid VARCHAR, arn VARCHAR, accountid VARCHAR, invokedby VARCHAR,
    accesskeyid VARCHAR, username VARCHAR, sessioncontext STRUCT(attributes STRUCT(mfaauthenticated VARCHAR,
    creationdate VARCHAR), sessionissuer ${SESSION_ISSUER}, ec2roledelivery VARCHAR,
    webidfederationdata STRUCT(federatedprovider VARCHAR, attributes MAP(VARCHAR, VARCHAR))))`,
  eventtime: 'VARCHAR',
  eventsource: 'VARCHAR',
  eventname: 'VARCHAR',
  awsregion: 'VARCHAR',
  sourceipaddress: 'VARCHAR',
  useragent: 'VARCHAR',
  errorcode: 'VARCHAR',
  errormessage: 'VARCHAR',
  requestparameters: 'VARCHAR',
  responseelements: 'VARCHAR',
  additionaleventdata: 'VARCHAR',
  requestid: 'VARCHAR',
  eventid: 'VARCHAR',
  readonly: 'VARCHAR',
  resources: 'STRUCT(arn VARCHAR, accountid VARCHAR, type VARCHAR)[]',
  eventtype: 'VARCHAR',
  recipientaccountid: 'VARCHAR',
  sharedeventid: 'VARCHAR',
  eventcategory: 'VARCHAR',
  tlsdetails: 'STRUCT(tlsversion VARCHAR, ciphersuite VARCHAR, clientprovidedhostheader VARCHAR)',
} as const;

/**
 * The same of CloudTrail Lake: docs.aws.amazon.com/awscloudtrail/latest/userguide/query-supported-event-schemas.html.
 * What is nested in a map is JSON text.
 */
export const LAKE_COLUMNS = {
  eventversion: 'VARCHAR',
  useridentity: `STRUCT(type VARCHAR, principalid VARCHAR, arn VARCHAR, accountid VARCHAR, accesskeyid VARCHAR,
    username VARCHAR, sessioncontext STRUCT(attributes STRUCT(creationdate TIMESTAMP, mfaauthenticated VARCHAR),
    sessionissuer ${SESSION_ISSUER}, webidfederationdata STRUCT(federatedprovider VARCHAR,
    attributes MAP(VARCHAR, VARCHAR)), sourceidentity VARCHAR), invokedby VARCHAR, identityprovider VARCHAR)`,
  eventtime: 'TIMESTAMP',
  eventsource: 'VARCHAR',
  eventname: 'VARCHAR',
  awsregion: 'VARCHAR',
  sourceipaddress: 'VARCHAR',
  useragent: 'VARCHAR',
  errorcode: 'VARCHAR',
  errormessage: 'VARCHAR',
  requestparameters: 'MAP(VARCHAR, VARCHAR)',
  responseelements: 'MAP(VARCHAR, VARCHAR)',
  additionaleventdata: 'MAP(VARCHAR, VARCHAR)',
  requestid: 'VARCHAR',
  eventid: 'VARCHAR',
  readonly: 'BOOLEAN',
  resources: 'STRUCT(accountid VARCHAR, type VARCHAR, arn VARCHAR)[]',
  eventtype: 'VARCHAR',
  recipientaccountid: 'VARCHAR',
  sharedeventid: 'VARCHAR',
  eventcategory: 'VARCHAR',
  tlsdetails: 'STRUCT(tlsversion VARCHAR, ciphersuite VARCHAR, clientprovidedhostheader VARCHAR)',
} as const;

/** Events as Athena's table has them: parameters and response are text. */
export function athenaTable(events: readonly CloudTrailEvent[]): EventTable {
  return { columns: ATHENA_COLUMNS, rows: rowsOf(events, (value) => asText(value)) };
}

/** Events as CloudTrail Lake has them: parameters and response are maps. */
export function lakeTable(events: readonly CloudTrailEvent[]): EventTable {
  const asMap = (value: unknown): unknown =>
    isObject(value)
      ? Object.fromEntries(Object.entries(value).map(([name, field]) => [name, asText(field)]))
      : null;
  return { columns: LAKE_COLUMNS, rows: rowsOf(events, asMap) };
}

const FREE = ['requestParameters', 'responseElements', 'additionalEventData'];

function rowsOf(
  events: readonly CloudTrailEvent[],
  free: (value: unknown) => unknown,
): readonly Readonly<Record<string, unknown>>[] {
  return events.map((event) =>
    Object.fromEntries(
      Object.entries(event).map(([name, value]) => [
        name.toLowerCase(),
        FREE.includes(name) ? free(value) : lowerCased(value),
      ]),
    ),
  );
}

function asText(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** With the names of fields in lower case, as both tables have them. */
function lowerCased(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(lowerCased);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [name.toLowerCase(), lowerCased(field)]),
  );
}
