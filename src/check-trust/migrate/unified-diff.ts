/** A line with what became of it: it stays, goes, or is new. */
type Line = readonly [' ' | '-' | '+', string];

const CONTEXT = 3;

/** Comparing every line with every other one takes their product; a policy's quota is 4,096 characters. */
const MAX_CELLS = 4_000_000;

/** The change of a file as `git apply` and `patch -p1` take it; empty if nothing changes. */
export function unifiedDiff(path: string, before: string, after: string): string {
  const lines = compare(linesOf(before), linesOf(after));
  const changed = lines.flatMap(([sign], index) => (sign === ' ' ? [] : [index]));
  if (changed.length === 0) return '';
  const hunks: [number, number][] = [];
  for (const index of changed) {
    const [start, end] = [Math.max(0, index - CONTEXT), Math.min(lines.length, index + CONTEXT + 1)];
    const last = hunks.at(-1);
    if (last !== undefined && start <= last[1]) last[1] = end;
    else hunks.push([start, end]);
  }
  const texts = hunks.map(([start, end]) => hunkText(lines, start, end));
  return `--- ${fileName(`a/${path}`)}\n+++ ${fileName(`b/${path}`)}\n${texts.join('')}`;
}

/** Each line with its end, so that a missing one at the end of the file shows. */
function linesOf(text: string): readonly string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

function compare(before: readonly string[], after: readonly string[]): readonly Line[] {
  let start = 0;
  while (start < before.length && before[start] === after[start]) start++;
  let end = 0;
  const most = Math.min(before.length, after.length) - start;
  while (end < most && before.at(-1 - end) === after.at(-1 - end)) end++;
  const kept = (line: string): Line => [' ', line];
  return [
    ...before.slice(0, start).map(kept),
    ...compareAll(before.slice(start, before.length - end), after.slice(start, after.length - end)),
    ...before.slice(before.length - end).map(kept),
  ];
}

/** By the longest list of lines that both have. */
function compareAll(before: readonly string[], after: readonly string[]): readonly Line[] {
  const width = after.length + 1;
  const replaced: readonly Line[] = [
    ...before.map((line): Line => ['-', line]),
    ...after.map((line): Line => ['+', line]),
  ];
  if (before.length * width > MAX_CELLS) return replaced;
  const common = new Uint32Array((before.length + 1) * width);
  const at = (row: number, column: number): number => common[row * width + column] ?? 0;
  for (let row = before.length - 1; row >= 0; row--) {
    for (let column = after.length - 1; column >= 0; column--) {
      common[row * width + column] =
        before[row] === after[column]
          ? at(row + 1, column + 1) + 1
          : Math.max(at(row + 1, column), at(row, column + 1));
    }
  }
  const lines: Line[] = [];
  let [row, column] = [0, 0];
  while (row < before.length || column < after.length) {
    const [old, fresh] = [before[row], after[column]];
    if (old !== undefined && old === fresh) {
      lines.push([' ', old]);
      row++;
      column++;
    } else if (old !== undefined && (fresh === undefined || at(row + 1, column) >= at(row, column + 1))) {
      lines.push(['-', old]);
      row++;
    } else {
      lines.push(['+', fresh ?? '']);
      column++;
    }
  }
  return lines;
}

function hunkText(lines: readonly Line[], start: number, end: number): string {
  const within = lines.slice(start, end);
  const count = (some: readonly Line[], other: '-' | '+'): number =>
    some.filter(([sign]) => sign !== other).length;
  const range = (other: '-' | '+'): string => {
    const length = count(within, other);
    return `${count(lines.slice(0, start), other) + (length > 0 ? 1 : 0)},${length}`;
  };
  const body = within.map(([sign, line]) =>
    line.endsWith('\n') ? sign + line : `${sign}${line}\n\\ No newline at end of file\n`,
  );
  return `@@ -${range('+')} +${range('-')} @@\n${body.join('')}`;
}

/** As git quotes the names of files; a tab marks the end of one with blanks in it. */
function fileName(path: string): string {
  if (!/[^ -~]|["\\]/.test(path)) return path.includes(' ') ? `${path}\t` : path;
  const bytes = [...new TextEncoder().encode(path)];
  const quoted = bytes.map((byte) => {
    const char = String.fromCharCode(byte);
    if (char === '"' || char === '\\') return `\\${char}`;
    return byte >= 0x20 && byte < 0x7f ? char : `\\${byte.toString(8).padStart(3, '0')}`;
  });
  return `"${quoted.join('')}"`;
}
