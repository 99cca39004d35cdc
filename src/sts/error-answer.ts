/** What an error answer says of itself. */
export interface ErrorAnswer {
  /** Such as `AccessDenied`. */
  readonly code: string;
  /** Empty if the answer has no message. */
  readonly message: string;
}

/** AWS's own shape, S3's (Ceph's STS answers in it), and EC2's, with or without a declaration before it. */
const ERROR =
  /^\ufeff?\s*(?:<\?xml[^>]*\?>\s*)?(?:<(?:ErrorResponse|Response|Errors)\b[^>]*>\s*)*<Error\b[^>]*>/;
const CODE = /<Code>\s*([A-Za-z][\w.:-]{0,127})\s*<\/Code>/;
const MESSAGE = /<Message>(?:\s*<!\[CDATA\[([^\]]*)\]\]>\s*|([^<]*))<\/Message>/;

/**
 * Code and message of an error in XML; undefined where it is none: a page of a proxy's, or an answer that was cut off
 * before its code. Read by ourselves, since the SDK makes an error in words of its own of whatever it gets.
 */
export function readErrorAnswer(body: string): ErrorAnswer | undefined {
  const start = ERROR.exec(body);
  const [, code] = (start && CODE.exec(body)) ?? [];
  if (code === undefined) return undefined;
  const [, verbatim, escaped = ''] = MESSAGE.exec(body) ?? [];
  return { code, message: (verbatim ?? unescaped(escaped)).trim() };
}

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['lt', '<'],
  ['gt', '>'],
  ['amp', '&'],
  ['quot', '"'],
  ['apos', "'"],
]);

function unescaped(text: string): string {
  return text.replace(/&(?:([a-z]+)|#(\d{1,7})|#x([\da-f]{1,6}));/gi, (whole, name, decimal, hexadecimal) => {
    if (name !== undefined) return ENTITIES.get(name) ?? whole;
    const point = decimal === undefined ? Number.parseInt(hexadecimal, 16) : Number(decimal);
    return point <= 0x10ffff ? String.fromCodePoint(point) : whole;
  });
}
