import type { KeyObject } from 'node:crypto';
import type { SamlProvider } from '../accounts/federation.js';
import { invalidIdentityToken, StsError } from '../sts/errors.js';
import type { TokenSession } from '../sts/token-session.js';
import { ATTRIBUTES, NAME_ID_FORMAT, NAMESPACES, SIGN_IN } from './names.js';
import { signedAssertion } from './signature.js';
import { elementsIn, parseXml, textOf, type XmlElement } from './xml-elements.js';

/** What a verified assertion says. */
export interface SamlAssertion {
  readonly issuer: string;
  readonly subject: string;
  /** The NameID's format, without SAML's own prefix. */
  readonly subjectType: string;
  readonly recipient: string;
  /** Pairs of role and provider ARN, whichever way round they were written. */
  readonly roles: readonly (readonly [string, string])[];
  readonly sessionName: string;
  readonly session: TokenSession;
  /** SessionNotOnOrAfter in milliseconds since the epoch. */
  readonly sessionEndsAt: number | undefined;
}

// id_roles_providers_create_saml_assertions names both forms, and Regional ones of the first.
const AUDIENCE = /^(?:https:\/\/(?:[a-z0-9-]+\.)?signin\.aws\.amazon\.com\/saml|urn:amazon:webservices)$/;
const REDEEM_WITHIN_MS = 5 * 60 * 1000;
const NAME = /^[\w+=,.@-]{2,64}$/;

/**
 * Verifies a base64 Response as STS does, with its words from
 * docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_saml.html where it publishes them. Throws
 * InvalidIdentityToken (400), IDPRejectedClaim (403) where the identity provider reports a failure, and
 * ExpiredTokenException (400).
 */
export function verifySamlResponse(
  base64: string,
  provider: SamlProvider,
  key: KeyObject,
  now: number,
): SamlAssertion {
  const xml = decode(base64);
  const assertion = signedAssertion(xml, key);
  if (assertion === undefined) throw invalidIdentityToken('Response signature invalid');
  const find = (name: string): XmlElement | undefined => elementsIn(assertion, NAMESPACES.assertion, name)[0];
  const issuer = textOf(find('Issuer')) ?? '';
  if (issuer !== provider.issuer) throw invalidIdentityToken('Issuer not present in specified provider');
  checkTimes(assertion, find('Conditions'), now);
  checkAudience(elementsIn(assertion, NAMESPACES.assertion, 'Audience').map((element) => textOf(element)));
  const nameId = find('NameID');
  const attributes = attributesOf(assertion);
  return {
    issuer,
    subject: textOf(nameId) ?? '',
    subjectType: (nameId?.getAttribute('Format') ?? '').replace(NAME_ID_FORMAT, ''),
    recipient: find('SubjectConfirmationData')?.getAttribute('Recipient') ?? SIGN_IN,
    roles: (attributes.get(ATTRIBUTES.role) ?? []).map(readPair),
    sessionName: readSessionName(attributes),
    session: readSession(attributes),
    sessionEndsAt: timeAt(find('AuthnStatement'), 'SessionNotOnOrAfter'),
  };
}

function decode(base64: string): string {
  const text = base64.replace(/\s/g, '');
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text)) throw invalidIdentityToken('Invalid base64 SAMLResponse');
  const xml = Buffer.from(text, 'base64').toString('utf8');
  const root = parseXml(xml);
  if (root?.namespaceURI !== NAMESPACES.protocol || root.localName !== 'Response') {
    throw invalidIdentityToken('Invalid base64 SAMLResponse');
  }
  // The status is not signed when only the assertion is; it can only make things worse.
  const status = elementsIn(root, NAMESPACES.protocol, 'StatusCode')[0]?.getAttribute('Value') ?? '';
  if (!status.endsWith(':Success')) {
    throw new StsError('IDPRejectedClaim', 403, 'The identity provider reported that authentication failed');
  }
  return xml;
}

function checkTimes(assertion: XmlElement, conditions: XmlElement | undefined, now: number): void {
  const end = timeAt(conditions, 'NotOnOrAfter');
  if (end === undefined || now >= end) throw expired('Response has expired');
  const begin = timeAt(conditions, 'NotBefore');
  if (begin !== undefined && now < begin) throw invalidIdentityToken('Response is not yet valid');
  const issued = timeAt(assertion, 'IssueInstant');
  if (issued === undefined || now >= issued + REDEEM_WITHIN_MS) {
    throw expired('Token must be redeemed within 5 minutes of issuance');
  }
}

function checkAudience(audiences: readonly (string | undefined)[]): void {
  if (audiences.some((audience) => audience !== undefined && AUDIENCE.test(audience))) return;
  throw invalidIdentityToken('Response does not contain the required audience.');
}

type Attributes = ReadonlyMap<string, readonly string[]>;

function attributesOf(assertion: XmlElement): Attributes {
  return new Map(
    elementsIn(assertion, NAMESPACES.assertion, 'Attribute').map((element) => {
      const values = elementsIn(element, NAMESPACES.assertion, 'AttributeValue');
      return [element.getAttribute('Name') ?? '', values.map((value) => textOf(value) ?? '')];
    }),
  );
}

function readPair(text: string): readonly [string, string] {
  const [first = '', second = ''] = text.split(',').map((arn) => arn.trim());
  return first.includes(':saml-provider/') ? [second, first] : [first, second];
}

function readSessionName(attributes: Attributes): string {
  const name = attributes.get(ATTRIBUTES.roleSessionName)?.[0];
  if (name === undefined) throw invalidIdentityToken('RoleSessionName is required in AuthnResponse');
  if (NAME.test(name)) return name;
  throw invalidIdentityToken('RoleSessionName in AuthnResponse must match [a-zA-Z_0-9+=,.@-]{2,64}');
}

function readSession(attributes: Attributes): TokenSession {
  const sourceIdentity = attributes.get(ATTRIBUTES.sourceIdentity)?.[0];
  if (sourceIdentity !== undefined && (!NAME.test(sourceIdentity) || sourceIdentity.startsWith('aws:'))) {
    throw invalidIdentityToken(
      'Source Identity must match [a-zA-Z_0-9+=,.@-]{2,64} and not begin with "aws:"',
    );
  }
  const tags = [...attributes].flatMap(([name, values]) =>
    name.startsWith(ATTRIBUTES.principalTag)
      ? [{ key: name.slice(ATTRIBUTES.principalTag.length), value: values[0] ?? '' }]
      : [],
  );
  return { tags, transitiveTagKeys: attributes.get(ATTRIBUTES.transitiveTagKeys) ?? [], sourceIdentity };
}

function timeAt(element: XmlElement | undefined, name: string): number | undefined {
  const time = Date.parse(element?.getAttribute(name) ?? '');
  return Number.isNaN(time) ? undefined : time;
}

function expired(message: string): StsError {
  return new StsError('ExpiredTokenException', 400, message);
}
