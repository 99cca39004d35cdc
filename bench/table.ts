/**
 * Lines of cells as a Markdown table, aligned so that it reads well in a terminal, too: the first column to the left,
 * the others to the right. Columns without a value are left out.
 */
export function formatColumns(columns: readonly (readonly string[])[]): string {
  const shown = columns.filter(([, ...cells]) => cells.some((cell) => cell !== ''));
  const padded = shown.map((cells, index) => {
    const width = Math.max(...cells.map((cell) => cell.length));
    const [head = '', ...others] = cells.map((cell) =>
      index === 0 ? cell.padEnd(width) : cell.padStart(width),
    );
    return [head, index === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`, ...others];
  });
  const lines = padded[0]?.map((_, line) => padded.map((column) => column[line]));
  return (lines ?? []).map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
