import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { INPUT_FALLBACKS } from '../../src/inputs/inputs.js';
import { inputGroups, inputNames, outputNames } from '../support/action-manifest.js';
import { nameIn, page, ROOT, tableRows } from '../support/pages.js';

const readme = page('README.md');

describe('action.yml, the code and the documentation name the same', () => {
  test('inputs', () => {
    expect([...INPUT_FALLBACKS.keys()]).toEqual(inputNames);
    const grouped = [...inputGroups].map(([group]) => [
      group,
      tableRows(readme, group).map(([input]) => nameIn(input)),
    ]);
    expect(grouped).toEqual([...inputGroups]);
    expect([...inputGroups.values()].flat()).toEqual(inputNames);
  });

  test('inputs that most workflows need', () => {
    const named = tableRows(readme, 'Inputs').flatMap(([, inputs]) => nameIn(inputs).split(', '));
    expect(named.filter((name) => !inputNames.includes(name))).toEqual([]);
    expect(named.length).toBeGreaterThan(5);
  });

  test('outputs', () => {
    expect(tableRows(readme, 'Outputs').map(([output]) => nameIn(output))).toEqual(outputNames);
  });

  test('variables that stand in for inputs', () => {
    const documented = tableRows(page('docs/migrating.md'), 'Variables').map(([input, variables]) => [
      nameIn(input),
      nameIn(variables).split(', '),
    ]);
    const inCode = [...INPUT_FALLBACKS].filter(([, variables]) => variables.length > 0);
    expect(documented).toEqual(inCode);
  });

  test('error codes, each with what it means and an example of its message', () => {
    const [, union = ''] =
      /export type ErrorCode =([^;]+);/.exec(readFileSync(join(ROOT, 'src/core/errors.ts'), 'utf8')) ?? [];
    const codes = [...union.matchAll(/'([A-Z_]+)'/g)].map(([, code = '']) => code);
    const { headings, parts } = page('docs/troubleshooting.md');
    const documented = headings.map(({ text }) => text).filter((text) => /^[A-Z_]+$/.test(text));
    expect(codes.length).toBeGreaterThan(0);
    expect([...documented].sort()).toEqual([...codes].sort());
    const without = documented.filter((code) => {
      const lines = parts.get(code) ?? [];
      return !lines.includes('```text') || !lines.some((line) => /^(- )?[A-Z`]/.test(line));
    });
    expect(without).toEqual([]);
  });
});
