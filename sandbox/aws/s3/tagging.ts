import type { XmlElement } from '../saml/xml-elements.js';
import { S3Error } from './errors.js';

// docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html
const MAX_TAGS = 10;
const TEXT = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/** The tags of an `x-amz-tagging` header, which has a query's form. Throws BadRequest or InvalidTag (400). */
export function readTagHeader(header: string | undefined): ReadonlyMap<string, string> {
  return checked([...new URLSearchParams(header ?? '')]);
}

/** The tags of a Tagging document. Throws MalformedXML, BadRequest or InvalidTag (400). */
export async function readTagging(text: string): Promise<ReadonlyMap<string, string>> {
  const { elementsIn, parseXml, textOf } = await import('../saml/xml-elements.js'); // loads a parser, rarely needed
  const root = parseXml(text);
  if (root === undefined || root.localName !== 'Tagging') {
    throw new S3Error(400, 'MalformedXML', 'The XML you provided was not well-formed');
  }
  const inside = (element: XmlElement, name: string): string =>
    textOf(elementsIn(element, '*', name)[0]) ?? '';
  const tags = elementsIn(root, '*', 'Tag');
  return checked(tags.map((tag) => [inside(tag, 'Key'), inside(tag, 'Value')] as const));
}

function checked(tags: readonly (readonly [string, string])[]): ReadonlyMap<string, string> {
  if (tags.length > MAX_TAGS) throw new S3Error(400, 'BadRequest', 'Object tags cannot be greater than 10');
  const found = new Map(tags);
  if (found.size < tags.length) throw invalidTag('Cannot provide multiple Tags with the same key');
  for (const [key, value] of tags) {
    if (key.length < 1 || key.length > 128 || !TEXT.test(key))
      throw invalidTag('The TagKey you have provided is invalid');
    if (value.length > 256 || !TEXT.test(value))
      throw invalidTag('The TagValue you have provided is invalid');
  }
  return found;
}

function invalidTag(message: string): S3Error {
  return new S3Error(400, 'InvalidTag', message);
}
