import type { Reply } from '../../http/loopback.js';

/** The namespace of every STS document; it carries the API version. */
export const STS_NAMESPACE = 'https://sts.amazonaws.com/doc/2011-06-15/';

/** The same of IAM. */
export const IAM_NAMESPACE = 'https://iam.amazonaws.com/doc/2010-05-08/';

/** A tree of elements; undefined elements are left out, and a list's items are its `member`s. */
export interface Elements {
  readonly [name: string]: string | number | boolean | Elements | readonly (string | Elements)[] | undefined;
}

/** A successful answer in AWS's Query form: `<ActionResponse><ActionResult>…`, without a result where there is none. */
export function resultReply(
  action: string,
  result: Elements | undefined,
  requestId: string,
  namespace = STS_NAMESPACE,
): Reply {
  const body = renderElements({
    [`${action}Result`]: result,
    ResponseMetadata: { RequestId: requestId },
  });
  const root = `${action}Response`;
  return xmlReply(200, `<${root} xmlns="${namespace}">\n${body}</${root}>\n`, requestId);
}

/** A refusal in AWS's Query form. `Type` says whose fault it is: `Sender` below 500, else `Receiver`. */
export function errorReply(
  error: { readonly status: number; readonly code: string; readonly message: string },
  requestId: string,
  namespace = STS_NAMESPACE,
): Reply {
  const type = error.status < 500 ? 'Sender' : 'Receiver';
  const body = renderElements({
    Error: { Type: type, Code: error.code, Message: error.message },
    RequestId: requestId,
  });
  return xmlReply(error.status, `<ErrorResponse xmlns="${namespace}">\n${body}</ErrorResponse>\n`, requestId);
}

function xmlReply(status: number, body: string, requestId: string): Reply {
  return { status, headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId }, body };
}

/** The elements as text, each on a line of its own. */
export function renderElements(elements: Elements, indent = '  '): string {
  return Object.entries(elements)
    .map(([name, value]) => {
      if (value === undefined) return '';
      if (typeof value !== 'object') return `${indent}<${name}>${escapeXml(String(value))}</${name}>\n`;
      const inner = isList(value)
        ? value.map((member) => renderElements({ member }, `${indent}  `)).join('')
        : renderElements(value, `${indent}  `);
      return `${indent}<${name}>\n${inner}${indent}</${name}>\n`;
    })
    .join('');
}

function isList(value: Elements | readonly (string | Elements)[]): value is readonly (string | Elements)[] {
  return Array.isArray(value);
}

/** Text for an element or an attribute. */
export function escapeXml(text: string): string {
  return (
    text
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
      .replaceAll("'", '&apos;')
      // XML 1.0 has no way to write these, and a parser may refuse the whole document over one.
      // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are the subject
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
  );
}
