import { isIPv4, isIPv6 } from 'node:net';

interface Address {
  readonly value: bigint;
  readonly bits: 32 | 128;
}

/**
 * Whether an address lies in a range of CIDR form; without a prefix the range is that one address. Undefined where
 * one of them has not that form. An IPv4 address is in no IPv6 range, nor the reverse.
 */
export function isInRange(actual: string, range: string): boolean | undefined {
  const address = parseAddress(actual);
  const [first = '', prefix, ...rest] = range.split('/');
  const network = parseAddress(first);
  if (address === undefined || network === undefined || rest.length > 0) return undefined;
  const length = prefix === undefined ? network.bits : Number(prefix);
  if (prefix !== undefined && (!/^\d{1,3}$/.test(prefix) || length > network.bits)) return undefined;
  if (address.bits !== network.bits) return false;
  const shift = BigInt(network.bits - length);
  return address.value >> shift === network.value >> shift;
}

function parseAddress(text: string): Address | undefined {
  if (isIPv4(text)) return { value: joined(text.split('.').map(Number), 8), bits: 32 };
  if (!isIPv6(text) || text.includes('%')) return undefined;
  // The last 32 bits may be written as an IPv4 address.
  const whole = text.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, ...parts: readonly string[]) => {
    const [a = 0, b = 0, c = 0, d = 0] = parts.slice(0, 4).map(Number);
    return `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
  });
  const [head = '', tail] = whole.split('::');
  const left = groupsOf(head);
  const right = groupsOf(tail ?? '');
  const zeros = Array.from({ length: 8 - left.length - right.length }, () => 0);
  return { value: joined([...left, ...zeros, ...right], 16), bits: 128 };
}

function groupsOf(text: string): readonly number[] {
  return text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
}

function joined(groups: readonly number[], bits: number): bigint {
  return groups.reduce((value, group) => (value << BigInt(bits)) | BigInt(group), 0n);
}
