import { parse } from 'yaml';
import { page } from '../support/pages.js';
import { mappingAt } from '../support/workflow-steps.js';

const readme = page('README.md');

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
