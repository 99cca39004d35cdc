import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { BESIDE_ROLE, type Combination } from '../../src/role-map/combinations.js';
import { resolveRole } from '../../src/role-map/resolve.js';
import { inputNames } from '../support/action-manifest.js';
import { nameIn, page, ROOT, tableRows } from '../support/pages.js';
import { inputVariables, recordedRunner } from '../support/recorded-runner.js';
import { jobsOf, mappingAt } from '../support/workflow-steps.js';

const document = page('docs/role-map.md');
const bytes = readFileSync(join(ROOT, 'examples', 'roles', 'roles.yml'));
const pin = createHash('sha256').update(bytes).digest('hex');
const [job] = jobsOf(readFileSync(join(ROOT, 'examples', 'role-map.yml'), 'utf8'));

describe('docs/role-map.md', () => {
  test('shows the map of the example, and both pin it', () => {
    const [map, step] = document.fences;
    expect(`${map?.text}\n`).toBe(bytes.toString('utf8'));
    const [shown] = parse(step?.text ?? '').map(mappingAt);
    expect(mappingAt(shown?.['with'])['roles-sha256']).toBe(pin);
    expect(job?.steps.map(({ inputs }) => inputs['roles-sha256'])).toEqual([pin]);
  });

  test('says of every input what may stand beside an entry', () => {
    const rows = tableRows(document, 'What the step may set').map(([inputs]) => nameIn(inputs).split(', '));
    const kinds: readonly (readonly Combination[])[] = [
      ['at-most'],
      ['narrower'],
      ['session-policy'],
      ['fixed'],
      ['entry'],
      ['refused'],
    ];
    const inCode = kinds.map((kind) =>
      Object.entries(BESIDE_ROLE)
        .filter(([, combination]) => kind.includes(combination))
        .map(([name]) => name)
        .sort(),
    );
    expect(rows.slice(0, kinds.length).map((names) => [...names].sort())).toEqual(inCode);
    expect(Object.keys(BESIDE_ROLE)).toEqual(inputNames);
  });
});

test.each(Object.keys(mappingAt(parse(bytes.toString('utf8')).roles)))(
  'the entry %s of the example can be used',
  async (role) => {
    const path = join(ROOT, 'examples', 'roles', 'roles.yml');
    const inputs = { role, 'roles-file': path, 'roles-sha256': pin };
    const { problems, runner } = await resolveRole(recordedRunner(inputVariables(inputs)).runner);
    expect([problems, runner.input('role-to-assume')]).toEqual([[], expect.stringMatching(/^arn:/)]);
  },
);
