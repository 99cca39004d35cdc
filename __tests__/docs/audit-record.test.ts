import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { recordsIn } from '../support/audit.js';
import { mappingAt } from '../support/mapping.js';
import { nameIn, page, ROOT, tableRows } from '../support/pages.js';

const document = page('docs/audit-record.md');
const schema = JSON.parse(readFileSync(join(ROOT, 'docs', 'audit-record.schema.json'), 'utf8'));

describe('docs/audit-record.md', () => {
  test('shows a record that the schema describes', () => {
    const shown = document.fences.find(({ language }) => language === 'json');
    expect(recordsIn(`${JSON.stringify(JSON.parse(shown?.text ?? ''))}\n`)).toHaveLength(1);
  });

  test('names every property of a record', () => {
    const named = tableRows(document, 'What it has').flatMap(([names]) => nameIn(names).split(', '));
    expect(named).toEqual(Object.keys(mappingAt(schema.properties)));
  });
});

test.each([
  ['a success without credentials', { outcome: 'assumed', identity: { source: 'saml', reason: 'x' } }],
  ['a failure without an error', { outcome: 'failed' }],
])('the schema refuses %s', (_, part) => {
  const whole = {
    schemaVersion: 1,
    action: { version: '1.0.0' },
    startedAt: '2026-11-21T10:00:00.000Z',
    endedAt: '2026-11-21T10:00:00.000Z',
    run: {},
    guards: [],
    hops: [],
    otherCalls: [],
    ...part,
  };
  expect(() => recordsIn(`${JSON.stringify(whole)}\n`)).toThrow(/required property/);
});
