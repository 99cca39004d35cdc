/**
 * A command file entry. The delimiter does not occur in the value, so that no value can end its own entry and begin
 * another. The toolkit draws a random one instead; loading node:crypto for it would be the most that `post` does.
 */
export function keyValue(name: string, value: string): string {
  let digits = 0;
  if (value.includes('ghadelimiter_')) {
    for (const [, found = ''] of value.matchAll(/ghadelimiter_(0*)/g))
      digits = Math.max(digits, found.length);
  }
  const delimiter = `ghadelimiter_${'0'.repeat(digits + 1)}`;
  return `${name}<<${delimiter}\n${value}\n${delimiter}\n`;
}

/** The entries of a command file, one after the other. */
export function keyValues(entries: Iterable<readonly [name: string, value: string]>): string {
  return Array.from(entries, ([name, value]) => keyValue(name, value)).join('');
}
