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

/** A table of two columns, both escaped. */
export function table(head: readonly [string, string], rows: ReadonlyMap<string, string>): string {
  const cells = ([name, value]: readonly [string, string]): string =>
    `| ${escapeMarkdown(name)} | ${escapeMarkdown(value)} |`;
  return [cells(head), '| --- | --- |', ...[...rows].map(cells)].join('\n');
}
