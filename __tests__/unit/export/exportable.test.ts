import { Credentials } from '../../../src/core/credentials.js';
import { checkExportable } from '../../../src/export/exportable.js';

const GOOD = { accessKeyId: 'ASIAEXAMPLE', secretAccessKey: 'a/b+c=', sessionToken: 'FwoG//x==' };

describe('keys', () => {
  it('of printable characters are exported, with a session token or without', () => {
    expect(() => checkExportable(new Credentials(GOOD))).not.toThrow();
    expect(() => checkExportable(new Credentials({ ...GOOD, sessionToken: undefined }))).not.toThrow();
    expect(() =>
      checkExportable(new Credentials({ ...GOOD, secretAccessKey: 'caf\u00e9#;"\u{1f600}' })),
    ).not.toThrow();
  });

  it.each([
    ['\n', '000A'],
    ['\r', '000D'],
    ['\0', '0000'],
    ['\u001b', '001B'],
    ['\u0085', '0085'],
    [' ', '0020'],
    ['\t', '0009'],
    ['\u00a0', '00A0'],
    ['\u2028', '2028'],
    ['\u200b', '200B'],
    ['\ufeff', 'FEFF'],
    ['\u202e', '202E'],
    ['\ud800', 'D800'],
    ['\u{e0041}', 'E0041'],
  ])('with %j in them are refused, and not shown', (character, point) => {
    const parts = {
      accessKeyId: 'access key id',
      secretAccessKey: 'secret access key',
      sessionToken: 'session token',
    };
    for (const [part, name] of Object.entries(parts)) {
      const credentials = new Credentials({ ...GOOD, [part]: `half${character}other` });
      expect(() => checkExportable(credentials)).toThrow(
        expect.objectContaining({
          code: 'ANSWER_UNEXPECTED',
          message: `The ${name} of the credentials has the character U+${point} in it.`,
        }),
      );
    }
  });
});
