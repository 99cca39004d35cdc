import type { KeyObject } from 'node:crypto';
import { XMLSerializer } from '@xmldom/xmldom';
import { SignedXml } from 'xml-crypto';
import { ALGORITHMS, NAMESPACES } from './names.js';
import { elementsIn, parseXml, type XmlElement } from './xml-elements.js';

/**
 * The assertion of a Response, read from what was signed and from nothing else, so that an assertion wrapped
 * around a signed one is not seen. Undefined where there is not exactly one signature, it is not by this key,
 * it uses other algorithms, or it does not cover an assertion.
 */
export function signedAssertion(xml: string, key: KeyObject): XmlElement | undefined {
  const root = parseXml(xml);
  const signatures = root === undefined ? [] : elementsIn(root, NAMESPACES.signature, 'Signature');
  const [signature] = signatures;
  if (signature === undefined || signatures.length !== 1 || !usesOurAlgorithms(signature)) return undefined;
  // A key that comes along in the document proves nothing.
  const signed = new SignedXml({ publicCert: key, getCertFromKeyInfo: () => null });
  try {
    signed.loadSignature(new XMLSerializer().serializeToString(signature));
    if (!signed.checkSignature(xml)) return undefined;
  } catch {
    return undefined;
  }
  const covered = signed.getSignedReferences();
  const assertion = covered.length === 1 ? parseXml(covered[0] ?? '') : undefined;
  const isAssertion = assertion?.namespaceURI === NAMESPACES.assertion && assertion.localName === 'Assertion';
  return isAssertion ? assertion : undefined;
}

function usesOurAlgorithms(signature: XmlElement): boolean {
  const used = (name: string): readonly (string | null)[] =>
    elementsIn(signature, NAMESPACES.signature, name).map((element) => element.getAttribute('Algorithm'));
  return (
    used('SignatureMethod').every((name) => name === ALGORITHMS.signature) &&
    used('DigestMethod').every((name) => name === ALGORITHMS.digest) &&
    used('CanonicalizationMethod').every((name) => name === ALGORITHMS.canonical)
  );
}
