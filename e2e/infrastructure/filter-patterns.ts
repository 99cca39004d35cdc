import { isMap, parseDocument } from 'yaml';
import type { Case } from './cases.js';
import { asText, readTemplate } from './template.js';

/** The metric filters of alarms.yaml with the values of a case, by the alarm's name. */
export function filterPatterns(root: string, { template, parameters }: Case): ReadonlyMap<string, string> {
  const document = parseDocument(readTemplate(root, template).text, { logLevel: 'silent' });
  const resources = document.get('Resources');
  if (!isMap(resources)) throw new Error(`${template} has no resources`);
  const patterns = resources.items.flatMap(({ key }) => {
    const pattern: unknown = document.getIn(['Resources', key, 'Properties', 'FilterPattern']);
    if (typeof pattern !== 'string') return [];
    const filled = pattern.replaceAll(/\$\{(\w+)\}/g, (_, name: string) => asText(parameters[name] ?? ''));
    return [[alarmName(String(key)), oneLine(filled)] as const];
  });
  return new Map(patterns);
}

/** Blanks between the parts of a pattern say nothing. */
export function oneLine(pattern: string): string {
  return pattern.replaceAll(/\s+/g, ' ').trim();
}

function alarmName(filter: string): string {
  return filter
    .replace(/Filter$/, '')
    .replaceAll(/(?<=[a-z])(?=[A-Z])/g, '-')
    .toLowerCase();
}
