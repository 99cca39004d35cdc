import { readJson, TrustSyntaxError } from '../../../trust/language/json.js';
import type { Directory } from '../directory.js';
import { type Block, type Body, readBody } from './body.js';
import type { Expression } from './expression.js';
import { jsonBody } from './json-body.js';

/** A directory of Terraform, parsed: what its files have together. */
export interface Configuration {
  readonly directory: Directory;
  readonly blocks: (type: string, labels: number) => readonly SourceBlock[];
  /** The values for variables that Terraform takes from files by itself. */
  readonly variables: ReadonlyMap<string, Expression>;
}

export interface SourceBlock extends Block {
  /** The file that the block stands in. */
  readonly path: string;
}

const parsed = new WeakMap<Directory, Configuration>();

/** Reads what Terraform would read of a directory. A file with an error in it is left out: it has its own finding. */
export function readDirectory(directory: Directory): Configuration {
  const known = parsed.get(directory);
  if (known !== undefined) return known;
  const files = directory.files.flatMap(({ path, text }) => {
    const body = /\.tf(\.json)?$/.test(path) ? bodyOf(path, text) : undefined;
    return body === undefined ? [] : [{ path, body }];
  });
  const variables = directory.files
    .filter(({ path }) => /(^|\/)(terraform\.tfvars|[^/]+\.auto\.tfvars)(\.json)?$/.test(path))
    .flatMap(({ path, text }) => [...(bodyOf(path, text)?.attributes ?? [])]);
  const configuration: Configuration = {
    directory,
    variables: new Map(variables),
    blocks: (type, labels) =>
      files.flatMap(({ path, body }) => body.blocks(type, labels).map((one) => ({ ...one, path }))),
  };
  parsed.set(directory, configuration);
  return configuration;
}

function bodyOf(path: string, text: string): Body | undefined {
  try {
    return readTerraform(path, text);
  } catch (error) {
    if (error instanceof TrustSyntaxError) return undefined;
    throw error;
  }
}

/**
 * Reads one file.
 * @throws TrustSyntaxError
 */
export function readTerraform(path: string, text: string): Body {
  return path.endsWith('.json') ? jsonBody(readJson(text)) : readBody(text, path);
}
