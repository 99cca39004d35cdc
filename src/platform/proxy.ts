import { BlockList, isIP } from 'node:net';

/** Which proxy to use, and for which hosts none. */
export interface ProxySettings {
  readonly url: URL;
  /** `NO_PROXY` syntax: hosts, suffixes, `host:port`, addresses, blocks of addresses, `*`; separated by commas or white space. */
  readonly exceptions: string;
}

/** The proxy for requests to `target`, if one is to be used. */
export function proxyFor(target: URL, settings: ProxySettings | undefined): URL | undefined {
  return settings && !bypassesProxy(target, settings.exceptions) ? settings.url : undefined;
}

/**
 * What a proxy is shown of the user and password in its URL. A `%` that no two hexadecimal digits follow stands for
 * itself, as for curl.
 */
export function proxyLogin({ username, password }: URL): Readonly<Record<string, string>> {
  if (username === '' && password === '') return {};
  // A URL's parts are ASCII with escapes, each of which is one byte.
  const bytes = `${username}:${password}`.replace(/%([\da-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return { 'proxy-authorization': `Basic ${Buffer.from(bytes, 'latin1').toString('base64')}` };
}

/**
 * Whether a request to `target` goes to it directly. An entry matches the host itself and its subdomains, also with a
 * leading `.`, as for curl; a leading `*.` matches subdomains only; `:port` narrows an entry to that port; `*` is every
 * host; `10.0.0.0/8` is a block of addresses, for hosts that are given as addresses; IPv6 addresses may stand in
 * brackets. An entry that is none of these matches nothing.
 */
export function bypassesProxy(target: URL, exceptions: string): boolean {
  const host = target.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  const port = target.port || (target.protocol === 'https:' ? '443' : '80');
  return exceptions
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .some((entry) => matches(entry, host, port));
}

function matches(entry: string, host: string, port: string): boolean {
  if (entry === '*') return true;
  const { name, port: entryPort } = splitPort(entry);
  if (entryPort !== undefined && entryPort !== port) return false;
  // A suffix makes no sense for an address: 0.0.1 must not match 10.0.0.1.
  if (isIP(host) !== 0) return holdsAddress(name, host);
  const domain = name.replace(/^\*?\./, '').replace(/\.$/, '');
  if (domain === '') return false;
  return (host === domain && !name.startsWith('*')) || host.endsWith(`.${domain}`);
}

/** Whether `entry` is this address, however it is written, or a block that it lies in. */
function holdsAddress(entry: string, address: string): boolean {
  const [, base = '', bits] = /^([^/]*?)(?:\/(\d{1,3}))?$/.exec(entry) ?? [];
  const family = isIP(base);
  if (family === 0 || family !== isIP(address)) return false;
  const longest = family === 4 ? 32 : 128;
  const length = bits === undefined ? longest : Number(bits);
  if (length > longest) return false;
  const type = family === 4 ? 'ipv4' : 'ipv6';
  const block = new BlockList();
  block.addSubnet(base, length, type);
  return block.check(address, type);
}

function splitPort(entry: string): { name: string; port?: string } {
  if (isIP(entry) !== 0) return { name: entry };
  const [, inBrackets, ofBrackets] = /^\[([^\]]*)\](?::(\d+))?$/.exec(entry) ?? [];
  if (inBrackets !== undefined) {
    return ofBrackets === undefined ? { name: inBrackets } : { name: inBrackets, port: ofBrackets };
  }
  // The colons of an IPv6 block are its own.
  const [, name = entry, port] = /^([^:]*):(\d+)$/.exec(entry) ?? [];
  return port === undefined ? { name } : { name, port };
}
