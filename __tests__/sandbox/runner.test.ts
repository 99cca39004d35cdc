import { existsSync } from 'node:fs';
import { startJob, writeAction } from '../support/runner-actions.js';

describe('inputs', () => {
  const inputs = 'inputs:\n  a-name:\n    default: x\n  two words:\n    default: 3\n  unset: {}\n';

  test('are upper-cased, spaces become underscores, hyphens stay, and a missing default is empty', async () => {
    const action = writeAction({ inputs, main: "show('INPUT_A-NAME', 'INPUT_TWO_WORDS', 'INPUT_UNSET')" });
    const step = await startJob().uses(action, { 'A-Name': 'given' });
    expect(step.stdout).toBe('["given","3",""]\n');
  });

  test('that the action does not have are warned about and passed on', async () => {
    const action = writeAction({ inputs, main: "show('INPUT_OTHER')" });
    const step = await startJob().uses(action, { other: 'v' });
    expect(step.stdout).toBe('["v"]\n');
    expect(step.log[0]).toBe(
      "Warning: Unexpected input(s) 'other', valid inputs are ['a-name', 'two words', 'unset']",
    );
  });
});

describe('the end of the job', () => {
  const main =
    "append('GITHUB_STATE', 'who=' + process.env.INPUT_ID); process.exitCode = Number(process.env.INPUT_CODE)";
  const post = "show('STATE_who', 'INPUT_ID')";
  const inputs = 'inputs:\n  id: {}\n  code:\n    default: 0\n';

  test('runs posts in reverse order, each with its own state and inputs', async () => {
    const job = startJob();
    const action = writeAction({ main, post, inputs });
    await job.uses(action, { id: 'one' });
    await job.uses(action, { id: 'two', code: '1' });
    const posts = await job.end();
    expect(posts.map(({ stdout }) => stdout)).toEqual(['["two","two"]\n', '["one","one"]\n']);
    expect(existsSync(job.directories.root)).toBe(false);
  });

  test.each([
    [undefined, '0', 'success'],
    ['success()', '1', 'skipped'],
    ['failure()', '0', 'skipped'],
    ['failure()', '1', 'success'],
    ["always() && env.SKIP != 'true'", '1', 'success'],
    [`\${{ always() && env.SET != 'true' }}`, '0', 'skipped'],
    ["env.SET == 'TRUE'", '0', 'success'],
  ])('post-if %s after exit code %s: %s', async (postIf, code, conclusion) => {
    const job = startJob({ env: { SET: 'true' } });
    const quoted = postIf === undefined ? {} : { postIf: JSON.stringify(postIf) };
    await job.uses(writeAction({ main, post, inputs, ...quoted }), { id: 'x', code });
    expect((await job.end()).map((step) => step.conclusion)).toEqual([conclusion]);
  });

  test('a condition that is not understood is an error', async () => {
    const job = startJob();
    await job.uses(writeAction({ main, post, inputs, postIf: 'hashFiles()' }), {});
    await expect(job.end()).rejects.toThrow('cannot evaluate the condition: hashFiles()');
  });

  test('keeps the files when asked, until they are disposed of', async () => {
    const job = startJob();
    await job.end({ keepFiles: true });
    expect(existsSync(job.directories.temp)).toBe(true);
    job.dispose();
    expect(existsSync(job.directories.root)).toBe(false);
  });
});

describe('steps', () => {
  test('after a failed one are skipped unless their condition says otherwise', async () => {
    const job = startJob();
    const failed = await job.run('sh', ['-c', 'exit 3'], { name: 'fails' });
    expect(failed.log).toEqual(['▼ Run fails', 'Error: Process completed with exit code 3.']);
    const action = writeAction({ main: '', post: '' });
    expect((await job.uses(action, {})).conclusion).toBe('skipped');
    expect((await job.run('true', [], { if: 'always()' })).conclusion).toBe('success');
    expect(await job.end()).toEqual([]);
  });

  test('see nothing of the environment of this process beyond the path and the locale', async () => {
    process.env.AWS_ACCESS_KEY_ID = 'from-outside';
    try {
      const step = await startJob({ env: { MINE: '1' } }).uses(
        writeAction({ main: "show('AWS_ACCESS_KEY_ID', 'MINE')" }),
        {},
      );
      expect(step.stdout).toBe('[null,"1"]\n');
    } finally {
      delete process.env.AWS_ACCESS_KEY_ID;
    }
  });

  test('are killed at their time limit', async () => {
    const action = writeAction({ main: "console.log('waiting'); setInterval(() => {}, 1000)" });
    const step = await startJob().uses(action, {}, { timeoutMs: 500, name: 'slow' });
    expect([step.timedOut, step.conclusion]).toEqual([true, 'failure']);
    expect(step.log.at(-1)).toBe("Error: The action 'slow' has timed out after 500 ms.");
  });

  test('that cannot be started fail with the reason', async () => {
    const step = await startJob().run('/does/not/exist', []);
    expect([step.exitCode, step.conclusion]).toEqual([127, 'failure']);
    expect(step.log.join('\n')).toContain('ENOENT');
  });

  test('get the event payload and a home of their own', async () => {
    const step = await startJob({ event: { number: 7 } }).run('sh', [
      '-c',
      'cat "$GITHUB_EVENT_PATH"; ls -A "$HOME"',
    ]);
    expect(step.stdout).toBe('{"number":7}');
  });
});
