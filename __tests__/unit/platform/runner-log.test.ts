import { reportFailure } from '../../../src/report/failure.js';
import { recordedRunner } from '../../support/recorded-runner.js';

describe('the log', () => {
  it('hides a secret once, and nothing that is empty', () => {
    const recorded = recordedRunner();
    for (const secret of ['s3cret', '', 's3cret', '100%']) recorded.runner.mask(secret);
    expect(recorded.stdout()).toBe('::add-mask::s3cret\n::add-mask::100%25\n');
  });

  it('shows no piece of a secret, in whatever is said of it', () => {
    const recorded = recordedRunner();
    const secret = 'abcdefghijklmnopqrstuvwxyz';
    recorded.runner.mask(secret);
    const half = `It said ${secret.slice(0, 20)} to us`;
    for (const say of ['info', 'notice', 'warning', 'debug'] as const) recorded.runner[say](half);
    recorded.runner.fail('INTERNAL', [half, half]);
    expect(recorded.stdout().split('\n').slice(1).join('\n')).not.toContain('abcdefghijkl');
  });

  it('survives a thrown non-Error, and says where to report it', async () => {
    const recorded = recordedRunner();
    await reportFailure(recorded.runner, 'a text that was thrown\n::error::x');
    expect(recorded.exitCode()).toBe(1);
    expect(recorded.commands()).toEqual([
      {
        command: 'error',
        properties: { title: 'assume-aws-role: INTERNAL' },
        data: expect.stringMatching(
          /Unexpected error in the action: a text that was thrown(?:.|\n)*report it/,
        ),
      },
    ]);
  });

  it('never begins a command with an ordinary line', () => {
    const recorded = recordedRunner();
    for (const line of ['::error::x', '  ::add-mask::x', 'x\n::error::y', '##[error]x'])
      recorded.runner.info(line);
    expect(recorded.commands()).toEqual([]);
  });
});
