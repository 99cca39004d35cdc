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

/** Foreign text as a value, in type of one width. Backticks would show the entities themselves. */
export function code(text: string): string {
  return text === '' ? '' : `<code>${escapeMarkdown(text, 500)}</code>`;
}

/** Our own prose with foreign text in it: what stands in backticks becomes code. */
export function prose(text: string): string {
  const parts = text.split('`');
  if (parts.length % 2 === 0) return escapeMarkdown(text, 2000);
  return parts.map((part, index) => (index % 2 === 1 ? code(part) : escapeMarkdown(part, 2000))).join('');
}

/** A table; every cell is escaped, those after the first by `value` where it is given. */
export function table(
  head: readonly string[],
  rows: Iterable<readonly string[]>,
  value: (cell: string) => string = (cell) => escapeMarkdown(cell),
): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    line(head.map((cell) => escapeMarkdown(cell, 500))),
    `|${head.map(() => ' --- |').join('')}`,
    ...[...rows].map(([name = '', ...values]) => line([escapeMarkdown(name, 500), ...values.map(value)])),
  ].join('\n');
}
