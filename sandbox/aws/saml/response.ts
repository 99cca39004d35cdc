import { randomUUID } from 'node:crypto';
import { escapeXml } from '../sts/xml.js';
import { ATTRIBUTES, NAME_ID_FORMAT, NAMESPACES, SIGN_IN } from './names.js';

/** What an assertion should say; every field but the roles and the issuer has a default. */
export interface SamlContent {
  /** Pairs of role and provider ARN. */
  readonly roles: readonly (readonly [string, string])[];
  /** The entity id of the identity provider. */
  readonly issuer: string;
  /** Who it is about; `octocat` unless said. */
  readonly subject?: string;
  /** The role session name; the subject unless said. */
  readonly sessionName?: string;
  /** Session tags. */
  readonly tags?: Readonly<Record<string, string>>;
  readonly transitiveTagKeys?: readonly string[];
  readonly sourceIdentity?: string;
  /** The SessionDuration attribute in seconds, which is for the console only. */
  readonly sessionDurationSeconds?: number;
  /** Seconds from now after which no session may last: the SessionNotOnOrAfter of the statement. */
  readonly sessionEndsInSeconds?: number;
  readonly audience?: string;
  /** Where the assertion may be presented, which is what `saml:aud` sees. */
  readonly recipient?: string;
  /** Seconds from now until it is no longer good; 300 unless said. 0 or less gives an expired one. */
  readonly lifetimeSeconds?: number;
  /** Seconds from now from which on it is good; -60 unless said. */
  readonly notBeforeSeconds?: number;
  /** The last part of the status code; `Success` unless said. */
  readonly status?: string;
  /** Attributes by their full names, to add or to replace; an empty list takes one away. */
  readonly attributes?: Readonly<Record<string, readonly string[]>>;
}

/** An unsigned SAML 2.0 Response with one Assertion, as XML. Times are in milliseconds since the epoch. */
export function samlResponse(content: SamlContent, now: number): string {
  const at = (seconds: number): string => new Date(now + seconds * 1000).toISOString();
  const { status = 'Success', recipient = SIGN_IN } = content;
  return [
    `<samlp:Response xmlns:samlp="${NAMESPACES.protocol}" xmlns:saml="${NAMESPACES.assertion}"`,
    ` ID="_${randomUUID()}" Version="2.0" IssueInstant="${at(0)}" Destination="${escapeXml(recipient)}">`,
    `<saml:Issuer>${escapeXml(content.issuer)}</saml:Issuer>`,
    `<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:${escapeXml(status)}"/>`,
    '</samlp:Status>',
    assertion(content, at),
    '</samlp:Response>',
  ].join('');
}

function assertion(content: SamlContent, at: (seconds: number) => string): string {
  const { subject = 'octocat', audience = SIGN_IN, recipient = SIGN_IN } = content;
  const end = at(content.lifetimeSeconds ?? 300);
  const ends = content.sessionEndsInSeconds;
  const sessionEnd = ends === undefined ? '' : ` SessionNotOnOrAfter="${at(ends)}"`;
  return [
    `<saml:Assertion ID="_${randomUUID()}" Version="2.0" IssueInstant="${at(0)}">`,
    `<saml:Issuer>${escapeXml(content.issuer)}</saml:Issuer>`,
    `<saml:Subject><saml:NameID Format="${NAME_ID_FORMAT}persistent">${escapeXml(subject)}</saml:NameID>`,
    '<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">',
    `<saml:SubjectConfirmationData NotOnOrAfter="${end}" Recipient="${escapeXml(recipient)}"/>`,
    '</saml:SubjectConfirmation></saml:Subject>',
    `<saml:Conditions NotBefore="${at(content.notBeforeSeconds ?? -60)}" NotOnOrAfter="${end}">`,
    `<saml:AudienceRestriction><saml:Audience>${escapeXml(audience)}</saml:Audience></saml:AudienceRestriction>`,
    '</saml:Conditions>',
    `<saml:AuthnStatement AuthnInstant="${at(0)}"${sessionEnd}><saml:AuthnContext><saml:AuthnContextClassRef>`,
    'urn:oasis:names:tc:SAML:2.0:ac:classes:unspecified',
    '</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>',
    '<saml:AttributeStatement>',
    ...Object.entries(attributesOf(content, subject)).map(([name, values]) => attribute(name, values)),
    '</saml:AttributeStatement>',
    '</saml:Assertion>',
  ].join('');
}

function attributesOf(content: SamlContent, subject: string): Readonly<Record<string, readonly string[]>> {
  const tags = Object.entries(content.tags ?? {}).map(
    ([key, value]) => [`${ATTRIBUTES.principalTag}${key}`, [value]] as const,
  );
  return {
    [ATTRIBUTES.role]: content.roles.map((pair) => pair.join(',')),
    [ATTRIBUTES.roleSessionName]: [content.sessionName ?? subject],
    [ATTRIBUTES.sessionDuration]: presentList(content.sessionDurationSeconds?.toString()),
    [ATTRIBUTES.sourceIdentity]: presentList(content.sourceIdentity),
    [ATTRIBUTES.transitiveTagKeys]: content.transitiveTagKeys ?? [],
    ...Object.fromEntries(tags),
    ...content.attributes,
  };
}

function presentList(value: string | undefined): readonly string[] {
  return value === undefined ? [] : [value];
}

function attribute(name: string, values: readonly string[]): string {
  if (values.length === 0) return '';
  const list = values.map((value) => `<saml:AttributeValue>${escapeXml(value)}</saml:AttributeValue>`);
  return `<saml:Attribute Name="${escapeXml(name)}">${list.join('')}</saml:Attribute>`;
}
