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
      'When AWS says no',
      'What you get',
      'Inputs',
      'Outputs',
      'Examples',
      'Security',
      'Demo',
      'Tests',
      'More',
    ]);
  });

  test('has a quick start of at most twelve lines that is a whole workflow, with permissions on the job', () => {
    const quickStart = readme.fences[0];
    expect(quickStart?.language).toBe('yaml');
    const lines = quickStart?.text.split('\n') ?? [];
    expect(lines.length).toBeLessThanOrEqual(12);
    const workflow = mappingAt(parse(lines.join('\n')));
    expect(Object.keys(workflow)).toEqual(['on', 'jobs']);
    const [job] = Object.values(mappingAt(workflow['jobs'])).map(mappingAt);
    expect(job?.['permissions']).toEqual({ 'id-token': 'write', contents: 'read' });
    expect((readme.parts.get('Quick start') ?? []).join('\n')).toContain(lines[0]);
  });

  test('says what each package of the field does here', () => {
    const text = (readme.parts.get('What each package does here') ?? []).join('\n');
    const named = [...text.matchAll(/`([^`]+)`/g)].map(([, name]) => name);
    expect(named).toEqual(
      expect.arrayContaining([
        '@actions/core',
        '@actions/github',
        '@aws-sdk/client-sts',
        '@vercel/ncc',
        'jest',
        'nock',
      ]),
    );
  });

  test('gives both commands of a newcomer', () => {
    const commandOf = (part: string): string =>
      /```sh\n(.*)\n```/.exec((readme.parts.get(part) ?? []).join('\n'))?.[1] ?? '';
    expect(['Demo', 'Tests'].map(commandOf)).toEqual(['npm run demo', 'npm test']);
  });
});
