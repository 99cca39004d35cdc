import { Refusal } from '../input-kinds.js';
import { oneLine } from '../text.js';

/**
 * YAML whose scalars stay text as it is written: `1.10` is `1.10`, `010` is `010`. The parser is loaded only when there
 * is YAML; a key that stands twice and aliases that explode are refused.
 * @throws Refusal that says where the text is no YAML
 */
export async function parseYaml(raw: string): Promise<unknown> {
  // Whole, not taken apart: so it is the same chunk, byte for byte, that check-trust has, and in dist/ once.
  const yaml = await import('yaml');
  try {
    return yaml.parse(raw, { schema: 'failsafe', maxAliasCount: 100, logLevel: 'error' });
  } catch (error) {
    const why = error instanceof Error ? (error.message.split('\n')[0] ?? '') : '';
    throw new Refusal('', [`this is not YAML: ${oneLine(why, 160).replace(/:$/, '')}.`]);
  }
}
