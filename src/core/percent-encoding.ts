/** Percent-encodes everything but unreserved characters (RFC 3986, section 2.3), as Go and the AWS SDK do. */
export function percentEncode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
