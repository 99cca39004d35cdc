import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Check, expectEqual, runChecks } from '../../e2e/check.js';
import type { Tool } from '../../e2e/tools.js';
import { documentedWorkflows } from '../../e2e/workflow-files.js';

function tool(version: string | undefined, isRequired = false): Tool {
  return { name: 'tool', path: 'tool', version, isRequired };
}

test('a check passes, fails with its reason, or is skipped where its tool is missing', async () => {
  const check = (name: string, tools: readonly Tool[], actual = 1): Check => ({
    name,
    tools,
    run: async () => expectEqual(actual, 1, 'it'),
  });
  const lines: string[] = [];
  const tally = await runChecks(
    [
      check('good', [tool('1')]),
      check('bad', [], 2),
      check('missing', [tool('1'), tool(undefined)]),
      check('required', [tool(undefined, true)]),
    ],
    (line) => lines.push(line),
  );
  expect(lines).toEqual([
    'ok good',
    'FAIL bad: it: expected 1, got 2',
    'SKIP missing: there is no tool here; scripts/install-tools.sh installs it',
    'FAIL required: there is no tool here; scripts/install-tools.sh installs it',
  ]);
  expect(tally).toEqual({ passed: 1, failed: 2, skipped: 1 });
});

test('whole workflows are found in the documentation, and steps alone are not', () => {
  const root = mkdtempSync(join(tmpdir(), 'e2e-test-'));
  try {
    mkdirSync(join(root, 'docs'));
    const workflow = 'on: push\njobs: {}\n';
    writeFileSync(
      join(root, 'README.md'),
      `\`\`\`yaml\n- uses: x\n\`\`\`\n\n\`\`\`yaml\n${workflow}\`\`\`\n`,
    );
    writeFileSync(join(root, 'docs', 'more.md'), `\`\`\`yml\n${workflow}\`\`\`\n`);
    expect(documentedWorkflows(root)).toEqual([
      { name: 'readme-md-1.yml', text: workflow },
      { name: 'docs-more-md-1.yml', text: workflow },
    ]);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
});
