/** XML namespaces of SAML 2.0 and of its signature. */
export const NAMESPACES = {
  protocol: 'urn:oasis:names:tc:SAML:2.0:protocol',
  assertion: 'urn:oasis:names:tc:SAML:2.0:assertion',
  signature: 'http://www.w3.org/2000/09/xmldsig#',
} as const;

/** The algorithms the identity provider signs with, and the only ones STS takes here. */
export const ALGORITHMS = {
  signature: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
  digest: 'http://www.w3.org/2001/04/xmlenc#sha256',
  canonical: 'http://www.w3.org/2001/10/xml-exc-c14n#',
  enveloped: 'http://www.w3.org/2000/09/xmldsig#enveloped-signature',
} as const;

export const NAME_ID_FORMAT = 'urn:oasis:names:tc:SAML:2.0:nameid-format:';

const PREFIX = 'https://aws.amazon.com/SAML/Attributes/';

/**
 * The attributes that AWS reads, from
 * docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_saml_assertions.html
 */
export const ATTRIBUTES = {
  role: `${PREFIX}Role`,
  roleSessionName: `${PREFIX}RoleSessionName`,
  sessionDuration: `${PREFIX}SessionDuration`,
  sourceIdentity: `${PREFIX}SourceIdentity`,
  transitiveTagKeys: `${PREFIX}TransitiveTagKeys`,
  principalTag: `${PREFIX}PrincipalTag:`,
} as const;

/** AWS's sign-in endpoint: the usual audience and recipient of an assertion. */
export const SIGN_IN = 'https://signin.aws.amazon.com/saml';
