import { isIP } from 'node:net';

/** Which proxy to use, and for which hosts none. */
export interface ProxySettings {
  readonly url: URL;
  /** `NO_PROXY` syntax: hosts, suffixes, `host:port`, `*`; separated by commas or white space. */
  readonly exceptions: string;
}

/**
 * Whether a request to `target` goes to it directly. An entry matches the host itself and its subdomains; a leading
 * `.` or `*.` matches subdomains only; `:port` narrows an entry to that port; `*` is every host; IPv6 addresses may
 * stand in brackets.
 */
export function bypassesProxy(target: URL, exceptions: string): boolean {
  const host = target.hostname.replace(/^\[|\]$/g, '').toLowerCase();
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
  if (name === host) return true;
  // A suffix makes no sense for an address: 0.0.1 must not match 10.0.0.1.
  if (isIP(host) !== 0) return false;
  const suffix = name.replace(/^\*?\./, '');
  return suffix !== '' && host.endsWith(`.${suffix}`);
}

function splitPort(entry: string): { name: string; port?: string } {
  if (isIP(entry) !== 0) return { name: entry };
  const port = /:(\d+)$/.exec(entry)?.[1];
  const name = entry.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
  return port === undefined ? { name } : { name, port };
}
