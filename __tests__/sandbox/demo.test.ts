import { parseOptions } from '../../sandbox/demo/options.js';
import { roleArn } from '../../sandbox/demo/roles.js';
import { type Output, Screen } from '../../sandbox/demo/screen.js';
import { skippedStep } from '../../sandbox/runner/step.js';

describe('options of the demo', () => {
  test('none make it the tour; any other makes it one job', () => {
    expect(parseOptions([])).toMatchObject({ branch: 'main', role: 'production-deploy', isTour: true });
    expect(parseOptions(['--branch', 'x'])).toMatchObject({ branch: 'x', isTour: false });
  });

  test('an environment brings the role that trusts environments', () => {
    expect(parseOptions(['--environment', 'production']).role).toBe('production-environment');
    expect(parseOptions(['--environment', 'production', '--role', 'other']).role).toBe('other');
  });

  test.each([[['--bogus']], [['--branch']], [['--role', '']], [['main']]])('%j is an error', (args) => {
    expect(() => parseOptions(args)).toThrow();
  });

  test('a role is an ARN or a name in the accounts file', () => {
    expect(roleArn('path-role')).toBe('arn:aws:iam::444455556666:role/ci/path-role');
    expect(roleArn('china-deploy')).toBe('arn:aws-cn:iam::777788889999:role/china-deploy');
    expect(roleArn('arn:aws:iam::1:role/any')).toBe('arn:aws:iam::1:role/any');
    expect(() => roleArn('nobody')).toThrow(
      'There is no role nobody in sandbox/cloud.json; it has production-deploy,',
    );
  });
});

describe('the screen of the demo', () => {
  function shown(output: Omit<Output, 'write'>, env: NodeJS.ProcessEnv): string {
    let text = '';
    const screen = new Screen({ ...output, write: (chunk) => (text += chunk) }, env);
    screen.step({
      ...skippedStep('Step'),
      conclusion: 'failure',
      durationMs: 1234,
      log: ['Error: no', 'more'],
    });
    screen.verdict('done', true);
    return text;
  }

  test('is plain text where no terminal is attached', () => {
    expect(shown({}, {})).toBe('\n✗ Step (1.2 s)\n    Error: no\n    more\n→ done\n');
  });

  test('aligns the times on a terminal, in colour unless NO_COLOR is set', () => {
    const terminal = { isTTY: true, columns: 20 };
    expect(shown(terminal, { NO_COLOR: '1' })).toBe(
      '\n✗ Step         1.2 s\n    Error: no\n    more\n→ done\n',
    );
    expect(shown(terminal, {})).toContain('\u001b[31mError: no\u001b[39m');
    expect(shown(terminal, { TERM: 'dumb' })).not.toContain('\u001b');
  });
});
