import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { processCommand } from '../../../src/refresh/command.js';

describe('the value of credential_process', () => {
  it('has each part in double quotes', () => {
    expect(processCommand(['/opt/my node/bin/node', '/a/index.js', '/tmp/state.json'], 'linux')).toBe(
      '"/opt/my node/bin/node" "/a/index.js" "/tmp/state.json"',
    );
  });

  it('has the paths of Windows as they are', () => {
    expect(processCommand(['C:\\Program Files\\node.exe', 'D:\\a\\_temp\\state.json'], 'win32')).toBe(
      '"C:\\Program Files\\node.exe" "D:\\a\\_temp\\state.json"',
    );
  });

  it.each([
    ['linux', '/tmp/$HOME'],
    ['linux', '/tmp/`id`'],
    ['linux', '/tmp/"x'],
    ['linux', '/tmp/back\\slash'],
    ['linux', '/tmp/line\nbreak'],
    ['linux', '/tmp/a #b'],
    ['linux', '/tmp/a ;b'],
    ['linux', ''],
    ['win32', 'C:\\%USERPROFILE%\\x'],
    ['win32', 'C:\\"x'],
  ] as const)('cannot have every path (%s: %j)', (platform, path) => {
    expect(() => processCommand([path], platform)).toThrow(/cannot stand in credential_process/);
  });

  it('is taken apart by a shell into what it was made of', () => {
    const part = fc
      .string({ unit: fc.constantFrom(..."abc/._- '~!*?&|<>(){}[]%=,:@+^äß"), minLength: 1, maxLength: 20 })
      .filter((text) => !/(^|\s)[#;]/.test(text));
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 3 }), (parts) => {
        const command = processCommand(parts, 'linux');
        const script = `set -- ${command}; printf '%s\\0' "$@"`;
        expect(
          execFileSync('/bin/sh', ['-c', script], { encoding: 'utf8' }).split('\0').slice(0, -1),
        ).toEqual(parts);
      }),
      { numRuns: 60 },
    );
  });
});
