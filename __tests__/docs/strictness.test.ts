import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { answersOf, answersOnPage } from '../../e2e/strictness/checks.js';
import { ACCOUNTS, sandboxServer } from '../../e2e/strictness/world.js';
import { sharedCloud } from '../support/cloud.js';
import { page, ROOT } from '../support/pages.js';

const { text } = page('docs/sandbox.md');
const sandbox = sharedCloud({ accounts: ACCOUNTS });

// e2e/ asks moto the same.
it('the sandbox answers each call as docs/sandbox.md says', async () => {
  expect(await answersOf(sandboxServer(sandbox.cloud))).toEqual(answersOnPage(text, 'Sandbox'));
});

it('the page names the version of moto that is asked', () => {
  const [, version] =
    /^moto(?:\[[^\]]*\])?==([\d.]+)/m.exec(readFileSync(join(ROOT, 'e2e', 'requirements.txt'), 'utf8')) ?? [];
  expect(Object.keys(answersOnPage(text, `moto ${version}`))).toEqual(
    Object.keys(answersOnPage(text, 'Sandbox')),
  );
});

it('a column that the page does not have is an error', () => {
  expect(() => answersOnPage(text, 'moto 0.0.0')).toThrow('docs/sandbox.md has no column "moto 0.0.0"');
});
