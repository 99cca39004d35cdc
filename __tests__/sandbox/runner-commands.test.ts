import { output, startJob, writeAction } from '../support/runner-actions.js';

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
