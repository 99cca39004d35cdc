import { SignedXml } from 'xml-crypto';
import { ALGORITHMS, NAMESPACES } from '../../sandbox/aws/saml/names.js';
import { samlResponse } from '../../sandbox/aws/saml/response.js';
import { signedAssertion } from '../../sandbox/aws/saml/signature.js';
import { rsaKeys } from '../support/rsa-keys.js';

const { privateKey, publicKey } = await rsaKeys('saml');
const RESPONSE = samlResponse({ roles: [], issuer: 'https://idp.example.com/saml' }, Date.now());

const SHA1 = 'http://www.w3.org/2000/09/xmldsig#';
const WITH_COMMENTS = 'http://www.w3.org/2001/10/xml-exc-c14n#WithComments';

/** The response, signed by the right key in the given way. */
function sign({
  signature = ALGORITHMS.signature as string,
  digest = ALGORITHMS.digest as string,
  canonical = ALGORITHMS.canonical as string,
  element = 'Assertion',
  keyInfo = '',
} = {}): string {
  const signed = new SignedXml({
    privateKey,
    signatureAlgorithm: signature,
    canonicalizationAlgorithm: canonical,
    getKeyInfoContent: () => keyInfo || null,
  });
  signed.addReference({
    xpath: `//*[local-name(.)='${element}']`,
    digestAlgorithm: digest,
    transforms: [ALGORITHMS.enveloped, canonical],
  });
  signed.computeSignature(RESPONSE, {
    location: { reference: "//*[local-name(.)='Assertion']/*[local-name(.)='Issuer']", action: 'after' },
  });
  return signed.getSignedXml();
}

it('an assertion signed as usual is taken', () => {
  expect(signedAssertion(sign(), publicKey)?.namespaceURI).toBe(NAMESPACES.assertion);
});

it.each([
  ['with SHA-1 as its digest', { digest: `${SHA1}sha1` }],
  ['with RSA and SHA-1', { signature: `${SHA1}rsa-sha1` }],
  ['with comments in its canonical form', { canonical: WITH_COMMENTS }],
  ['on its subject only', { element: 'Subject' }],
  ['on the whole response only', { element: 'Response' }],
])('one by the right key but %s is not', (_, way) => {
  expect(signedAssertion(sign(way), publicKey)).toBeUndefined();
});

it('a key that comes along in the document proves nothing', async () => {
  const other = (await rsaKeys('another signer')).publicKey;
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const keyInfo = `<X509Data><X509Certificate>${pem.replace(/-----.*-----|\s/g, '')}</X509Certificate></X509Data>`;
  const xml = sign({ keyInfo });
  expect(xml).toContain('<X509Certificate>');
  expect(signedAssertion(xml, other)).toBeUndefined();
  expect(signedAssertion(xml, publicKey)).toBeDefined();
});

it.each([
  ['no signature', RESPONSE],
  ['two signatures', sign().replace(/(<Signature .*<\/Signature>)/, '$1$1')],
  ['no XML at all', 'hello'],
])('a document with %s holds no signed assertion', (_, xml) => {
  expect(signedAssertion(xml, publicKey)).toBeUndefined();
});
