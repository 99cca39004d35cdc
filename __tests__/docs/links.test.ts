import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { yamlFiles } from '../../e2e/workflow-files.js';
import { page, pages, ROOT } from '../support/pages.js';

describe('links', () => {
  test.each([...pages.keys()])('of %s lead to files and headings that exist', (path) => {
    const relativeLinks = page(path).links.filter((target) => !/^[a-z]+:/.test(target));
    const broken = relativeLinks.filter((target) => {
      const [file = '', anchor] = target.split('#');
      const found = file === '' ? join(ROOT, path) : resolve(ROOT, dirname(path), file);
      if (!existsSync(found)) return true;
      if (anchor === undefined) return false;
      const headings = pages.get(relative(ROOT, found))?.headings ?? [];
      return !headings.some((heading) => heading.anchor === anchor);
    });
    expect(broken).toEqual([]);
  });

  const describing = [...pages.keys()].filter((path) => path !== 'CHANGELOG.md');

  test.each(describing)('of %s name only files and folders that exist', (path) => {
    const named = [...page(path).text.matchAll(/`((?:src|sandbox|scripts|docs|e2e|__tests__)\/[^`\s]*)`/g)];
    expect(missing(named.map(([, name = '']) => name))).toEqual([]);
  });

  test('of docs/architecture.md name only files and folders of src/, or of the repository', () => {
    const named = [...page('docs/architecture.md').text.matchAll(/`([\w-]+\/[\w/-]*(?:\.ts)?|[\w-]+\.ts)`/g)];
    const lost = named
      .map(([, name = '']) => name)
      .filter((name) => missing([name, `src/${name}`, `sandbox/${name}`, `__tests__/${name}`]).length === 4);
    expect(named.length).toBeGreaterThan(40);
    // What is meant is a folder within the one that the line is about.
    expect(lost.filter((name) => !['mistakes/', 'rules/'].includes(name))).toEqual([]);
  });

  test('of CONTRIBUTING.md give each of the ten most likely changes its files in order', () => {
    const { headings, parts } = page('CONTRIBUTING.md');
    const from = headings.findIndex(({ text }) => text === 'The ten most likely changes');
    const rest = headings.slice(from + 1);
    const changes = rest.slice(
      0,
      rest.findIndex(({ level }) => level === 2),
    );
    const incomplete = changes.filter(({ text }) => {
      const steps = (parts.get(text) ?? []).filter((line) => /^\d\. /.test(line));
      const startsInCode = /`(src\/|action\.yml)/.test(steps[0] ?? '');
      return !startsInCode || !/`__tests__\//.test((parts.get(text) ?? []).join('\n'));
    });
    const inRoot = [...page('CONTRIBUTING.md').text.matchAll(/`([\w.-]+\.(?:yml|md|json))`/g)];
    expect(missing(inRoot.map(([, name = '']) => name))).toEqual([]);
    expect(changes).toHaveLength(10);
    expect(incomplete).toEqual([]);
  });

  test('lead to every page and every example, from the README or a page it links to', () => {
    const linked = [...pages.values()].flatMap(({ path, links }) =>
      links.map((target) => relative(ROOT, resolve(ROOT, dirname(path), target.split('#')[0] ?? ''))),
    );
    const all = [...pages.keys(), ...yamlFiles(ROOT, 'examples').map((path) => relative(ROOT, path))];
    expect(all.filter((path) => path !== 'README.md' && !linked.includes(path))).toEqual([]);
  });
});

const missing = (paths: readonly string[]): readonly string[] =>
  paths.filter((path) => filesLike(path).length === 0);

/** The files that a path names, whose last part may have a star. */
function filesLike(path: string): readonly string[] {
  const folder = join(ROOT, dirname(path));
  const [head = '', tail] = basename(path).split('*');
  const isLike = (name: string): boolean =>
    tail === undefined ? name === head : name.startsWith(head) && name.endsWith(tail);
  return existsSync(folder) ? readdirSync(folder).filter(isLike) : [];
}
