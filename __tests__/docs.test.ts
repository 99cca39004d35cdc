import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { yamlFiles } from '../e2e/workflow-files.js';
import { INPUT_FALLBACKS } from '../src/inputs.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const THIS_ACTION = /(^|\/)assume-aws-role@v1$/;

type Mapping = Readonly<Record<string, unknown>>;

const isMapping = (value: unknown): value is Mapping =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const mappingAt = (value: unknown): Mapping => (isMapping(value) ? value : {});
const listAt = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const action = mappingAt(parse(read('action.yml')));
const inputNames = Object.keys(mappingAt(action['inputs']));

interface Fence {
  readonly language: string;
  readonly text: string;
}

/** Markdown taken apart as far as these tests need it. */
interface Page {
  readonly path: string;
  readonly headings: readonly { readonly level: number; readonly text: string; readonly anchor: string }[];
  readonly fences: readonly Fence[];
  /** Targets of links, images included. */
  readonly links: readonly string[];
  /** The lines of each part, by its heading; fences included. */
  readonly parts: ReadonlyMap<string, readonly string[]>;
}

function readPage(path: string): Page {
  const headings: { level: number; text: string; anchor: string }[] = [];
  const fences: Fence[] = [];
  const parts = new Map<string, string[]>();
  const prose: string[] = [];
  let part: string[] = [];
  let fence: { language: string; lines: string[] } | undefined;
  for (const line of read(path).split('\n')) {
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
  return { path, headings, fences, links, parts };
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
  const inRoot = readdirSync(root).filter((name) => name.endsWith('.md'));
  const below = ['docs', 'examples'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.md'))
      .map((name) => join(folder, name)),
  );
  return [...inRoot, ...below];
}

/** The rows of the first table of a part, without its head; cells without the ticks of code. */
function tableRows(page: Page, heading: string): readonly (readonly string[])[] {
  const rows = (page.parts.get(heading) ?? []).filter((line) => line.startsWith('|')).slice(2);
  // A bar within code does not end a cell, but none of these tables has one.
  return rows.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

const nameIn = (cell: string | undefined): string => (cell ?? '').replaceAll('`', '');

const pages = new Map(markdownFiles().map((path) => [path, readPage(path)]));

function page(path: string): Page {
  const found = pages.get(path);
  if (found === undefined) throw new Error(`There is no ${path}`);
  return found;
}

const readme = page('README.md');

interface Example {
  readonly where: string;
  readonly text: string;
}

const examples: readonly Example[] = [
  ...[...pages.values()].flatMap(({ path, fences }) =>
    fences
      .filter(({ language }) => /^ya?ml$/.test(language))
      .map(({ text }, index) => ({ where: `${path}, YAML block ${index + 1}`, text })),
  ),
  ...yamlFiles(root, 'examples').map((path) => ({
    where: relative(root, path),
    text: readFileSync(path, 'utf8'),
  })),
];

/** The steps that stand in an example: a whole workflow, a list of steps, or one step. */
function stepsOf(value: unknown): readonly Mapping[] {
  const jobs = Object.values(mappingAt(mappingAt(value)['jobs']));
  const steps = Array.isArray(value)
    ? value
    : jobs.length > 0
      ? jobs.flatMap((job) => listAt(mappingAt(job)['steps']))
      : [value];
  return steps.map(mappingAt);
}

const isOurs = (step: Mapping): boolean => THIS_ACTION.test(String(step['uses'] ?? ''));

/** Inputs with which `identity-source: auto` takes something else than GitHub's token. */
const OTHER_SOURCES = [
  'identity-source',
  'aws-access-key-id',
  'web-identity-token-file',
  'saml-assertion',
  'role-chaining',
  'force-skip-oidc',
];

const asksForToken = (step: Mapping): boolean =>
  isOurs(step) && OTHER_SOURCES.every((name) => mappingAt(step['with'])[name] === undefined);

describe('action.yml, the code and the documentation name the same', () => {
  test('inputs', () => {
    expect([...INPUT_FALLBACKS.keys()]).toEqual(inputNames);
    expect(tableRows(readme, 'Inputs').map(([input]) => nameIn(input))).toEqual(inputNames);
  });

  test('outputs', () => {
    const outputNames = Object.keys(mappingAt(action['outputs']));
    expect(tableRows(readme, 'Outputs').map(([output]) => nameIn(output))).toEqual(outputNames);
  });

  test('variables that stand in for inputs', () => {
    const documented = tableRows(page('docs/migrating.md'), 'Variables').map(([input, variables]) => [
      nameIn(input),
      nameIn(variables).split(', '),
    ]);
    const inCode = [...INPUT_FALLBACKS].filter(([, variables]) => variables.length > 0);
    expect(documented).toEqual(inCode);
  });

  test('error codes, each with what it means and an example of its message', () => {
    const [, union = ''] = /export type ErrorCode =([^;]+);/.exec(read('src/errors.ts')) ?? [];
    const codes = [...union.matchAll(/'([A-Z_]+)'/g)].map(([, code = '']) => code);
    const { headings, parts } = page('docs/troubleshooting.md');
    const documented = headings.map(({ text }) => text).filter((text) => /^[A-Z_]+$/.test(text));
    expect(codes.length).toBeGreaterThan(0);
    expect([...documented].sort()).toEqual([...codes].sort());
    const without = documented.filter((code) => {
      const lines = parts.get(code) ?? [];
      return !lines.includes('```text') || !lines.some((line) => /^(- )?[A-Z`]/.test(line));
    });
    expect(without).toEqual([]);
  });
});

describe('README.md', () => {
  test('has its parts in the order a reader needs them', () => {
    const headings = readme.headings.filter(({ level }) => level <= 2).map(({ text }) => text);
    expect(headings).toEqual([
      'Assume AWS Role',
      'Quick start',
      'Demo',
      'Inputs',
      'Outputs',
      'Security',
      'More',
      'Tests',
    ]);
  });

  test('has a quick start of at most ten lines that is a whole workflow', () => {
    const quickStart = readme.fences[0];
    expect(quickStart?.language).toBe('yaml');
    const lines = quickStart?.text.split('\n') ?? [];
    expect(lines.length).toBeLessThanOrEqual(10);
    expect(Object.keys(mappingAt(parse(lines.join('\n'))))).toEqual(['on', 'permissions', 'jobs']);
    expect((readme.parts.get('Quick start') ?? []).join('\n')).toContain(lines[0]);
  });
});

describe('every YAML example', () => {
  test('is there to be checked', () => {
    expect(examples.map(({ where }) => where)).toEqual(
      expect.arrayContaining(['README.md, YAML block 1', 'examples/deploy-main.yml']),
    );
  });

  test.each(examples)('$where gives only inputs that exist', ({ text }) => {
    const used = stepsOf(parse(text))
      .filter(isOurs)
      .flatMap((step) => Object.keys(mappingAt(step['with'])));
    expect(used.filter((name) => !inputNames.includes(name))).toEqual([]);
  });

  test.each(examples)('$where may ask GitHub for a token where it has to', ({ text }) => {
    const workflow = mappingAt(parse(text));
    const jobs = Object.entries(mappingAt(workflow['jobs']));
    const lacking = jobs.filter(([, job]) => {
      const { steps, uses, permissions } = mappingAt(job);
      // A called job gets no more than its caller: a job that calls a reusable workflow grants it, too.
      const needsToken = uses !== undefined || listAt(steps).map(mappingAt).some(asksForToken);
      return needsToken && mappingAt(permissions ?? workflow['permissions'])['id-token'] !== 'write';
    });
    expect(lacking.map(([name]) => name)).toEqual([]);
  });

  test.each(examples)(
    '$where pins the actions of others to a commit, with the version beside it',
    ({ text }) => {
      const others = text.split('\n').filter((line) => /\buses:/.test(line) && !line.includes('OWNER/'));
      expect(others.filter((line) => !/@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line))).toEqual([]);
    },
  );
});

describe('links', () => {
  test.each([...pages.keys()])('of %s lead to files and headings that exist', (path) => {
    const relativeLinks = page(path).links.filter((target) => !/^[a-z]+:/.test(target));
    const broken = relativeLinks.filter((target) => {
      const [file = '', anchor] = target.split('#');
      const found = file === '' ? join(root, path) : resolve(root, dirname(path), file);
      if (!existsSync(found)) return true;
      if (anchor === undefined) return false;
      const headings = pages.get(relative(root, found))?.headings ?? [];
      return !headings.some((heading) => heading.anchor === anchor);
    });
    expect(broken).toEqual([]);
  });

  test('lead to every page and every example, from the README or a page it links to', () => {
    const linked = [...pages.values()].flatMap(({ path, links }) =>
      links.map((target) => relative(root, resolve(root, dirname(path), target.split('#')[0] ?? ''))),
    );
    const all = [...pages.keys(), ...yamlFiles(root, 'examples').map((path) => relative(root, path))];
    expect(all.filter((path) => path !== 'README.md' && !linked.includes(path))).toEqual([]);
  });
});
