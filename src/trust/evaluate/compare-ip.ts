import { BlockList, isIPv4, isIPv6 } from 'node:net';

/**
 * Whether an address lies in a range of CIDR form; without a prefix the range is that one address. Undefined where
 * one of them has not that form. An IPv4 address is in no IPv6 range, nor the reverse.
 */
export function isInRange(actual: string, range: string): boolean | undefined {
  const [network = '', prefix, ...rest] = range.split('/');
  const [family, own] = [familyOf(network), familyOf(actual)];
  if (family === undefined || own === undefined || rest.length > 0) return undefined;
  const bits = family === 'ipv4' ? 32 : 128;
  const length = prefix === undefined ? bits : Number(prefix);
  if (prefix !== undefined && (!/^\d{1,3}$/.test(prefix) || length > bits)) return undefined;
  // BlockList finds an IPv4-mapped address in ranges of IPv4 as well.
  if (family !== own) return false;
  const list = new BlockList();
  list.addSubnet(network, length, family);
  return list.check(actual, own);
}

/** An address with a zone is of one machine's, and in no policy. */
function familyOf(text: string): 'ipv4' | 'ipv6' | undefined {
  if (isIPv4(text)) return 'ipv4';
  return isIPv6(text) && !text.includes('%') ? 'ipv6' : undefined;
}
