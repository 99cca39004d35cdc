import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parse } from 'yaml';

/** A workflow that readers may copy. */
export interface DocumentedWorkflow {
  /** The file it stands in and which one it is there, as a file name. */
  readonly name: string;
  readonly text: string;
}

/** The whole workflows among the YAML blocks of README.md and docs/; steps alone are no workflow. */
export function documentedWorkflows(root: string): readonly DocumentedWorkflow[] {
  return markdownFiles(root).flatMap((path) => {
    const blocks = [...readFileSync(path, 'utf8').matchAll(/^ *```ya?ml\n([\s\S]*?)^ *```$/gm)];
    const workflows = blocks.map(([, text = '']) => text).filter(isWorkflow);
    const stem = relative(root, path).replaceAll(/\W+/g, '-').toLowerCase();
    return workflows.map((text, index) => ({ name: `${stem}-${index + 1}.yml`, text }));
  });
}

/** The YAML files directly in a folder of the project; none where there is no such folder. */
export function yamlFiles(root: string, ...folder: readonly string[]): readonly string[] {
  const directory = join(root, ...folder);
  if (!existsSync(directory)) return [];
  const names = readdirSync(directory).filter((name) => /\.ya?ml$/.test(name));
  return names.sort().map((name) => join(directory, name));
}

function markdownFiles(root: string): readonly string[] {
  const docs = join(root, 'docs');
  const inDocs = existsSync(docs)
    ? readdirSync(docs, { recursive: true, encoding: 'utf8' }).map((name) => join(docs, name))
    : [];
  const paths = [join(root, 'README.md'), ...inDocs.sort()];
  return paths.filter((path) => path.endsWith('.md') && existsSync(path));
}

function isWorkflow(text: string): boolean {
  const value: unknown = parse(text);
  return typeof value === 'object' && value !== null && 'jobs' in value && 'on' in value;
}
