import type { Reply } from '../../http/loopback.js';
import { type Elements, renderElements } from '../sts/xml.js';

const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';
const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';

/** A list whose items S3 wraps in an element: `Buckets` has each as `Bucket`, `TagSet` as `Tag`. */
const ITEM_NAMES: Readonly<Record<string, string>> = { Buckets: 'Bucket', TagSet: 'Tag' };

/** Lists of elements: those of ITEM_NAMES are wrapped, and of others the element is repeated. */
export type S3Lists = Readonly<Record<string, readonly Elements[]>>;

/** A document of S3, such as `ListBucketResult`. */
export function s3Reply(root: string, elements: Elements, requestId: string, lists: S3Lists = {}): Reply {
  const rendered = Object.entries(lists).map(([name, items]) => {
    const item = ITEM_NAMES[name];
    const inner = items.map((one) => renderElements({ [item ?? name]: one }, item ? '    ' : '  ')).join('');
    return item === undefined ? inner : `  <${name}>\n${inner}  </${name}>\n`;
  });
  const body = `${DECLARATION}<${root} xmlns="${NAMESPACE}">\n${renderElements(elements)}${rendered.join('')}</${root}>\n`;
  return { status: 200, headers: headers(requestId), body };
}

/** A refusal in S3's form, which has no namespace. */
export function s3ErrorReply(
  error: {
    readonly status: number;
    readonly code: string;
    readonly message: string;
    readonly details?: Readonly<Record<string, string>>;
  },
  requestId: string,
): Reply {
  const { status, code, message, details = {} } = error;
  const inner = renderElements({ Code: code, Message: message, ...details, RequestId: requestId });
  return { status, headers: headers(requestId), body: `${DECLARATION}<Error>\n${inner}</Error>\n` };
}

function headers(requestId: string): Record<string, string> {
  return { 'content-type': 'application/xml', 'x-amz-request-id': requestId };
}
