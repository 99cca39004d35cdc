import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Job, type JobOptions } from '../../sandbox/runner/job.js';

const root = mkdtempSync(join(tmpdir(), 'runner-test-'));
const jobs: Job[] = [];

afterAll(() => {
  for (const job of jobs) job.dispose();
  rmSync(root, { recursive: true, force: true });
});

function startJob(options: Partial<JobOptions> = {}): Job {
  const job = new Job({ env: {}, ...options });
  jobs.push(job);
  return job;
}

let count = 0;

/** Writes an action whose scripts can use `append(variable, text)` and returns its folder. */
function writeAction(scripts: { main: string; post?: string; postIf?: string; inputs?: string }): string {
  const directory = join(root, `action-${++count}`);
  mkdirSync(directory);
  const prelude = `
    const append = (name, text) => require('node:fs').appendFileSync(process.env[name], text);
    const show = (...names) => console.log(JSON.stringify(names.map((name) => process.env[name] ?? null)));
  `;
  writeFileSync(join(directory, 'main.js'), prelude + scripts.main);
  if (scripts.post !== undefined) writeFileSync(join(directory, 'post.js'), prelude + scripts.post);
  const post = scripts.post === undefined ? '' : '  post: post.js\n';
  const postIf = scripts.postIf === undefined ? '' : `  post-if: ${scripts.postIf}\n`;
  writeFileSync(
    join(directory, 'action.yml'),
    `name: Action ${count}\n${scripts.inputs ?? ''}runs:\n  using: node24\n  main: main.js\n${post}${postIf}`,
  );
  return directory;
}

/** The log without what the runner says before the script starts. */
function output(log: readonly string[], header = 1): readonly string[] {
  return log.slice(header);
}

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

describe('command files', () => {
  test('carry environment, outputs, state and PATH, in both forms', async () => {
    const action = writeAction({
      main: String.raw`
        append('GITHUB_ENV', 'ONE=1\nTWO<<EOF\nline=1\nline<<2\nEOF\n\nEMPTY=\n');
        append('GITHUB_OUTPUT', 'result<<E\nE\nother=a=b\n');
        append('GITHUB_STATE', 'key=value\n');
        append('GITHUB_PATH', '/first\n/second\n');
        append('GITHUB_STEP_SUMMARY', '# Done\n');
      `,
    });
    const job = startJob();
    const step = await job.uses(action, {});
    expect(step.exported).toEqual({ ONE: '1', TWO: 'line=1\nline<<2', EMPTY: '' });
    expect(step.outputs).toEqual({ result: '', other: 'a=b' });
    expect(step.state).toEqual({ key: 'value' });
    expect(step.summary).toBe('# Done\n');
    expect(step.files.env).toBe('ONE=1\nTWO<<EOF\nline=1\nline<<2\nEOF\n\nEMPTY=\n');
    const next = await job.run('sh', ['-c', 'echo "$ONE $TWO|$PATH"; cat "$GITHUB_ENV"; env | grep ^STATE_']);
    expect(next.stdout).toMatch(/^1 line=1\nline<<2\|\/second:\/first:.*\n$/);
  });

  test.each([
    ['a line that is no pair', 'word', "Invalid format 'word'"],
    ['an empty name', '=value', "Invalid format '=value'. Name must not be empty"],
    [
      'an empty delimiter',
      'NAME<<',
      "Invalid format 'NAME<<'. Name must not be empty and delimiter must not",
    ],
    ['a block that is not closed', 'NAME<<EOF\nvalue\n', "Invalid value. Matching delimiter not found 'EOF'"],
    ['a delimiter followed by more', 'NAME<<EOF\nvalue\nEOF \n', "Matching delimiter not found 'EOF'"],
  ])('fail the step on %s, after the pairs before it took effect', async (_, text, message) => {
    const job = startJob();
    const main = `append('GITHUB_ENV', ${JSON.stringify(`OK=1\n${text}`)})`;
    const step = await job.uses(writeAction({ main }), {});
    expect([step.exitCode, step.conclusion, job.failed]).toEqual([0, 'failure', true]);
    expect(step.log.join('\n')).toContain("Error: Unable to process file command 'env' successfully.");
    expect(step.log.join('\n')).toContain(message);
    expect(job.env.OK).toBe('1');
  });

  test('cannot set NODE_OPTIONS, and cannot change what the runner sets itself', async () => {
    const job = startJob({ env: { GITHUB_REF: 'refs/heads/main', RUNNER_OS: 'Linux' } });
    const main = String.raw`append('GITHUB_ENV', 'NODE_OPTIONS=-v\nGITHUB_REF=x\nRUNNER_OS=x\nGITHUB_NEW=x\n')`;
    const step = await job.uses(writeAction({ main }), {});
    expect(step.conclusion).toBe('success');
    expect(step.log).toContain(
      "Error: Can't store NODE_OPTIONS output parameter using '$GITHUB_ENV' command.",
    );
    const next = await job.uses(
      writeAction({ main: "show('NODE_OPTIONS', 'GITHUB_REF', 'RUNNER_OS', 'GITHUB_NEW')" }),
      {},
      { env: { GITHUB_REF: 'y' } },
    );
    expect(next.stdout).toBe('[null,"refs/heads/main","Linux",null]\n');
  });
});

describe('commands', () => {
  test('are read at the start of a line, or in the older form anywhere in it, and unescaped', async () => {
    const action = writeAction({
      main: `
        console.log('  ::error file=a%3Ab%2Cc,title=t::one%0Atwo%25250A');
        console.error('text ##[warning code=1%3B2]old%5D');
        console.log('text ::error::not a command');
        console.log('::unknown::not a command');
        process.stdout.write('progress\\r::notice::after a carriage return');
      `,
    });
    const step = await startJob().uses(action, {});
    expect([...step.commands].sort((a, b) => a.command.localeCompare(b.command))).toEqual([
      { command: 'error', properties: { file: 'a:b,c', title: 't' }, data: 'one\ntwo%250A' },
      { command: 'notice', properties: {}, data: 'after a carriage return' },
      { command: 'warning', properties: { code: '1;2' }, data: 'old]' },
    ]);
    expect([...output(step.log)].sort()).toEqual([
      '::unknown::not a command',
      'Error: one',
      'Notice: after a carriage return',
      'Warning: old]',
      'progress',
      'text ::error::not a command',
      'two%250A',
    ]);
  });

  test('stop until the token comes, and no other token will do', async () => {
    const lines = ['::stop-commands::Tok-1', '::add-mask::shown', '::tok-2::', '::tok-1::', '::error::x'];
    const step = await startJob().uses(
      writeAction({ main: `console.log(${JSON.stringify(lines.join('\n'))})` }),
      {},
    );
    expect(step.commands.map(({ command }) => command)).toEqual(['stop-commands', 'error']);
    expect(output(step.log)).toEqual([...lines.slice(0, 4), 'Error: x']);
  });

  test('that GitHub has switched off fail the step', async () => {
    const job = startJob();
    const step = await job.uses(writeAction({ main: "console.log('::set-env name=A::b')" }), {});
    expect(step.conclusion).toBe('failure');
    expect(job.env.A).toBeUndefined();
  });

  test('debug is shown only when debugging', async () => {
    const action = writeAction({ main: "console.log('::debug::detail'); show('RUNNER_DEBUG')" });
    expect(output((await startJob().uses(action, {})).log)).toEqual(['[null]']);
    expect(output((await startJob({ debug: true }).uses(action, {})).log)).toEqual([
      '##[debug]detail',
      '["1"]',
    ]);
  });
});

describe('masks', () => {
  test('hide a secret from the moment it is masked, in this step and in later ones', async () => {
    const job = startJob({ secrets: { TOKEN: 'repository-secret' } });
    const main = "console.log('s3cret repository-secret\\n::add-mask::s3cret\\ns3crets3cret')";
    const step = await job.uses(writeAction({ main }), {});
    expect(output(step.log)).toEqual(['s3cret ***', '***']);
    expect((await job.run('echo', ['a s3cret b'], { name: 'later' })).log).toEqual([
      '▼ Run later',
      'a *** b',
    ]);
  });

  test('hide each line of a secret, overlapping ones, and secrets in the summary', async () => {
    const main = `
      console.log('::add-mask::first%0Asecond\\n::add-mask::abcd\\n::add-mask::cdef');
      console.log('second, abcdef!');
      append('GITHUB_STEP_SUMMARY', 'is first\\n');
    `;
    const step = await startJob().uses(writeAction({ main }), {});
    expect(output(step.log)).toEqual(['***, ***!']);
    expect(step.summary).toBe('is ***\n');
    expect(step.files.summary).toBe('is first\n');
  });

  test('cover what the runner prints of the environment and, when debugging, of the command files', async () => {
    const job = startJob({ debug: true });
    const main = "console.log('::add-mask::s3cret'); append('GITHUB_ENV', 'KEY=s3cret\\nBARE=naked\\n')";
    const step = await job.uses(writeAction({ main }), {});
    expect(output(step.log)).toEqual(['::add-mask::***', "##[debug]KEY='***'", "##[debug]BARE='naked'"]);
    const next = await job.run('true', [], { name: 'next' });
    expect(next.log).toEqual(['▼ Run next', 'env:', '  KEY: ***', '  BARE: naked']);
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
