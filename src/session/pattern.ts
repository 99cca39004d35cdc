/** `*` stands for any text, also none; everything else for itself. Takes time in proportion to both lengths. */
export function matchesPattern(text: string | undefined, pattern: string): boolean {
  if (text === undefined) return false;
  const [head = '', ...rest] = pattern.split('*');
  const tail = rest.pop();
  if (tail === undefined) return text === pattern;
  if (!text.startsWith(head) || !text.endsWith(tail) || text.length < head.length + tail.length) return false;
  let position = head.length;
  const end = text.length - tail.length;
  for (const part of rest) {
    const found = text.indexOf(part, position);
    if (found < 0 || found + part.length > end) return false;
    position = found + part.length;
  }
  return true;
}
