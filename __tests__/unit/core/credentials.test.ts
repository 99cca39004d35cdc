import { inspect } from 'node:util';
import { Credentials } from '../../../src/core/credentials.js';

describe('credentials', () => {
  const parts = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret/key', sessionToken: 'session' };
  const credentials = new Credentials({ ...parts, expiration: new Date(0) });

  it('print themselves without what is in them, however they are printed', () => {
    const printed = [
      `${credentials}`,
      JSON.stringify({ credentials }),
      inspect({ credentials }),
      inspect([credentials]),
    ];
    for (const text of printed) {
      expect(text).toContain('[credentials]');
      for (const secret of Object.values(parts)) expect(text).not.toContain(secret);
    }
  });

  it('name every part that must be hidden', () => {
    expect(credentials.secrets).toEqual(Object.values(parts));
    expect(new Credentials({ accessKeyId: 'a', secretAccessKey: 'b' }).secrets).toEqual(['a', 'b']);
  });
});
