import { DOMParser, type Element, onErrorStopParsing } from '@xmldom/xmldom';

/** An element of a parsed document. */
export type XmlElement = Element;

/** The root element; undefined where the text is not well-formed XML, or declares a document type. */
export function parseXml(text: string): XmlElement | undefined {
  try {
    const document = new DOMParser({ onError: onErrorStopParsing }).parseFromString(text, 'text/xml');
    // A document type may declare entities, and an assertion has no use for one.
    return document.doctype === null ? (document.documentElement ?? undefined) : undefined;
  } catch {
    return undefined;
  }
}

/** All elements of a name below this one, in the order of the document. */
export function elementsIn(element: XmlElement, namespace: string, name: string): readonly XmlElement[] {
  return [...element.getElementsByTagNameNS(namespace, name)];
}

/** The text of an element; undefined where there is none. */
export function textOf(element: XmlElement | undefined): string | undefined {
  return element?.textContent?.trim() || undefined;
}
