import { execFileSync, spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { processCommand } from '../../../src/refresh/command.js';

const PATHS = fc
  .string({ unit: fc.constantFrom(..."abc/._- '~!*?&|<>(){}[]%=,:@+^äß"), minLength: 0, maxLength: 20 })
  .map((text) => `/${text}`)
  .filter((text) => !/\s[#;]/.test(text));
/** `env` would take a program with an equals sign for a variable where it needs quotes. */
const COMMANDS = fc
  .array(PATHS, { minLength: 1, maxLength: 3 })
  .filter(([program = '']) => !program.includes('=') || /^[\w/.,:@%+=-]*$/.test(program));

describe('the value of credential_process', () => {
  it.each([
    [
      'linux',
      ['/opt/node/bin/node', '/a/b/dist/index.js', '/tmp/state.json'],
      '/opt/node/bin/node /a/b/dist/index.js /tmp/state.json',
    ],
    [
      'linux',
      ['/opt/a=b/node', '/a b/index.js', '/tmp/(x)/state.json'],
      '/opt/a=b/node "/a b/index.js" "/tmp/(x)/state.json"',
    ],
    [
      'linux',
      ['/opt/my node/bin/node', '/a/index.js', '/tmp/x y/state.json'],
      'env "/opt/my node/bin/node" /a/index.js "/tmp/x y/state.json"',
    ],
    [
      'win32',
      ['C:\\node\\node.exe', 'D:\\a\\_actions\\index.js', 'C:\\Users\\RUNNER~1\\state.json'],
      'C:\\node\\node.exe D:\\a\\_actions\\index.js C:\\Users\\RUNNER~1\\state.json',
    ],
    [
      'win32',
      ['C:\\node\\node.exe', 'D:\\my work\\index.js', 'D:\\x\\state.json'],
      'C:\\node\\node.exe "D:\\my work\\index.js" D:\\x\\state.json',
    ],
    [
      'win32',
      ['C:\\Program Files (x86)\\node.exe', 'D:\\a\\index.js'],
      'cmd.exe /d /c call "C:\\Program Files (x86)\\node.exe" D:\\a\\index.js',
    ],
  ] as const)('has quotes where a path needs them, and never in front (%s: %j)', (platform, parts, value) => {
    expect(processCommand(parts, platform)).toBe(value);
  });

  it.each([
    ['linux', ['/tmp/$HOME']],
    ['linux', ['/tmp/`id`']],
    ['linux', ['/tmp/"x']],
    ['linux', ['/tmp/back\\slash']],
    ['linux', ['/tmp/line\nbreak']],
    ['linux', ['/tmp/a #b']],
    ['linux', ['/tmp/a ;b']],
    ['linux', ['']],
    ['linux', ['/my x=1/node', '/a']],
    ['win32', ['C:\\%USERPROFILE%\\x']],
    ['win32', ['C:\\"x']],
    ['win32', ['C:\\my node\\node.exe', 'C:\\a&b']],
    ['win32', ['C:\\my ^node\\node.exe', 'C:\\a']],
  ] as const)('cannot have every path (%s: %j)', (platform, parts) => {
    expect(() => processCommand(parts, platform)).toThrow(/cannot be used in credential_process/);
  });

  it('is taken apart into what it was made of by a shell, and by Python as the AWS CLI does it', () => {
    const python = 'import shlex, sys\nfor line in sys.argv[1:]: print(*shlex.split(line), "", sep="\\0")';
    const hasPython = spawnSync('python3', ['--version']).status === 0;
    fc.assert(
      // Many at once, since a process costs more than what it does.
      fc.property(fc.array(COMMANDS, { minLength: 40, maxLength: 60 }), (commands) => {
        const values = commands.map((parts) => processCommand(parts, 'linux'));
        const script = values.map((value) => `set -- ${value}; printf '%s\\0' "$@"; echo`).join('\n');
        const said = [execFileSync('/bin/sh', ['-c', script], { encoding: 'utf8' })];
        if (hasPython) said.push(execFileSync('python3', ['-c', python, ...values], { encoding: 'utf8' }));
        for (const text of said) {
          const words = text
            .trimEnd()
            .split('\n')
            .map((line) =>
              line
                .replace(/^env\0/, '')
                .split('\0')
                .slice(0, -1),
            );
          expect(words).toEqual(commands);
        }
      }),
      { numRuns: 3 },
    );
  });

  it('is whole where a reader takes off quotes that enclose it, or reads up to a second quote', () => {
    fc.assert(
      fc.property(COMMANDS, (parts) => {
        expect(processCommand(parts, 'linux')).not.toMatch(/^["']/);
      }),
    );
  });
});
