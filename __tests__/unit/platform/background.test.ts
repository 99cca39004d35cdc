import { runnerProcess, startInBackground } from '../../../src/platform/background.js';

const start = (script: string, limitMs = 20_000) =>
  startInBackground(process.execPath, ['-e', script], { PATH: process.env['PATH'] }, limitMs);

describe('what starts a background process', () => {
  it('says what the one that it starts said', () => {
    expect(start('console.log(4711)').stdout).toBe('4711');
  });

  it.each([
    ['console.log(1); console.error("no\\nport"); process.exit(1)', /^no.port$/],
    ['process.exit(3)', /^exit code 3$/],
  ])('says why it failed: %s', (script, why) => {
    expect(start(script)).toEqual({ stdout: '', why: expect.stringMatching(why) });
  });

  it('ends with the time it has, and where there is no such program', () => {
    expect(start('setTimeout(() => {}, 60_000)', 300)).toMatchObject({
      stdout: '',
      why: expect.stringContaining('ETIMEDOUT'),
    });
    expect(startInBackground('/none/node', [], {}, 0)).toMatchObject({
      stdout: '',
      why: expect.stringContaining('ENOENT'),
    });
  });
});

describe("the runner's process", () => {
  it.each(['Runner.Worker', 'act', ''])('is the one that started the step, called %j', (name) => {
    expect(runnerProcess(4711, () => name)).toBe(4711);
  });

  it.each(['sh', 'bash', 'dash', 'ash', 'busybox'])(
    'is unknown behind %s, which ends with the step',
    (name) => {
      expect(runnerProcess(4711, () => name)).toBe(0);
    },
  );

  it('is looked up in the list of processes where there is one', () => {
    expect([process.ppid, 0]).toContain(runnerProcess());
    expect(runnerProcess(2 ** 30)).toBe(2 ** 30);
  });
});
