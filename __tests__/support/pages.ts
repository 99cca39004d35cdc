import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository. */
export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

interface Fence {
  readonly language: string;
  readonly text: string;
}

/** Markdown taken apart as far as these tests need it. */
export interface Page {
  readonly path: string;
  readonly text: string;
  readonly headings: readonly { readonly level: number; readonly text: string; readonly anchor: string }[];
  readonly fences: readonly Fence[];
  /** Targets of links, images included. */
  readonly links: readonly string[];
  /** The lines of each part, by its heading; fences included. */
  readonly parts: ReadonlyMap<string, readonly string[]>;
}

function readPage(path: string): Page {
  const whole = readFileSync(join(ROOT, path), 'utf8');
  const headings: { level: number; text: string; anchor: string }[] = [];
  const fences: Fence[] = [];
  const parts = new Map<string, string[]>();
  const prose: string[] = [];
  let part: string[] = [];
  let fence: { language: string; lines: string[] } | undefined;
  for (const line of whole.split('\n')) {
    const [, language] = /^ *```(\w*)/.exec(line) ?? [];
    if (fence === undefined && language !== undefined) fence = { language, lines: [] };
    else if (fence !== undefined && language !== undefined) {
      fences.push({ language: fence.language, text: fence.lines.join('\n') });
      fence = undefined;
    } else if (fence !== undefined) fence.lines.push(line);
    else {
      prose.push(line.replace(/`[^`]*`/g, ''));
      const [, marks, text] = /^(#+) (.+)$/.exec(line) ?? [];
      if (marks !== undefined && text !== undefined) {
        const same = headings.filter((heading) => anchorOf(heading.text) === anchorOf(text)).length;
        const anchor = same === 0 ? anchorOf(text) : `${anchorOf(text)}-${same}`;
        headings.push({ level: marks.length, text, anchor });
        part = [];
        parts.set(text, part);
        continue;
      }
    }
    part.push(line);
  }
  if (fence !== undefined) throw new Error(`${path}: a fence is not closed`);
  const links = [...prose.join('\n').matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
  return { path, text: whole, headings, fences, links, parts };
}

/** The anchor that GitHub gives a heading. */
function anchorOf(heading: string): string {
  return heading
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, '')
    .replaceAll(' ', '-');
}

function markdownFiles(): readonly string[] {
  const inRoot = readdirSync(ROOT).filter((name) => name.endsWith('.md'));
  const below = ['docs', 'examples', 'labs'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.md'))
      .map((name) => join(folder, name)),
  );
  return [...inRoot, ...below];
}

/** The rows of the first table of a part, without its head; cells without the ticks of code. */
export function tableRows(page: Page, heading: string): readonly (readonly string[])[] {
  const rows = (page.parts.get(heading) ?? []).filter((line) => line.startsWith('|')).slice(2);
  // A bar within code does not end a cell, but none of these tables has one.
  return rows.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

/** A cell without the ticks of code. */
export const nameIn = (cell: string | undefined): string => (cell ?? '').replaceAll('`', '');

/** Every page of the documentation, by its path. */
export const pages = new Map(markdownFiles().map((path) => [path, readPage(path)]));

/** Throws where there is no such page. */
export function page(path: string): Page {
  const found = pages.get(path);
  if (found === undefined) throw new Error(`There is no ${path}`);
  return found;
}
