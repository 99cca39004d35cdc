import { oneLine } from '../core/text.js';
import { InputParseError, type Parse } from './parsers.js';

/**
 * YAML whose scalars stay text as it is written: `1.10` is `1.10`, `010` is `010`. The parser is loaded only when there
 * is YAML; a key that stands twice and aliases that explode are refused.
 * @throws InputParseError that says where the text is not YAML
 */
export async function parseYaml(raw: string): Promise<unknown> {
  const { plainYaml, YamlProblem } = await import('../core/yaml-document.js');
  try {
    return plainYaml(raw);
  } catch (error) {
    if (!(error instanceof YamlProblem)) throw error;
    throw new InputParseError('', [`not valid YAML: ${oneLine(error.message, 200)}.`]);
  }
}

/** A list as its own kind of text, or as a list in YAML or JSON, whose items are then read in the same way. */
export function orYamlList<T>(parse: Parse<T>): Parse<T | Promise<T>> {
  return (raw) =>
    /^(?:-\s|\[.*\]$)/s.test(raw) ? itemsOf(raw).then((items) => parse(items.join('\n'))) : parse(raw);
}

async function itemsOf(raw: string): Promise<readonly string[]> {
  const items = await parseYaml(raw);
  if (Array.isArray(items) && items.every((item) => typeof item === 'string')) return items;
  throw new InputParseError('a list of texts');
}
