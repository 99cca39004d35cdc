/**
 * Foreign text as Markdown that shows just that text: everything but letters, digits and plain punctuation becomes a
 * numeric entity, which Markdown never reads as syntax, not in tables or links either.
 */
export function escapeMarkdown(text: string, maxLength = 300): string {
  const whole = text.length > maxLength ? `${text.slice(0, maxLength)}…` : text;
  return whole.replace(/[^\p{L}\p{N} ,;…]/gu, (char) => {
    const point = char.codePointAt(0) ?? 0;
    // Control characters and marks that reorder text have no business in a page.
    return /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(char) ? '&#xFFFD;' : `&#${point};`;
  });
}

/** A table; every cell is escaped, by `show` where it is given. */
export function table(
  head: readonly string[],
  rows: Iterable<readonly string[]>,
  show: (cell: string) => string = (cell) => escapeMarkdown(cell),
): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(show).join(' | ')} |`;
  return [line(head), `|${head.map(() => ' --- |').join('')}`, ...[...rows].map(line)].join('\n');
}
