import { renewedSession } from '../../../src/refresh/renewed-session.js';

const KEYS = {
  AccessKeyId: 'NEW',
  SecretAccessKey: 's',
  SessionToken: 't',
  Expiration: '2026-11-21T13:00:00Z',
};
const BEFORE = { ...KEYS, AccessKeyId: 'OLD', Obtained: '2026-11-21T11:00:00.000Z' };
const AT = Date.parse('2026-11-21T12:00:00Z');
const read = (stdout: string, stderr = '') => renewedSession({ stdout, stderr }, BEFORE, AT);

describe("the helper's answer", () => {
  it('is the new session, from when it was asked for', () => {
    expect(read(JSON.stringify({ Version: 1, ...KEYS }))).toEqual({
      ...KEYS,
      Obtained: '2026-11-21T12:00:00.000Z',
    });
  });

  it.each([
    ['the old session', JSON.stringify({ ...KEYS, AccessKeyId: 'OLD' })],
    ['nothing', ''],
    ['no object', '[]'],
    ...Object.keys(KEYS).map((name) => [`no ${name}`, JSON.stringify({ ...KEYS, [name]: 1 })]),
  ])('with %s is a failure, in its own words', (_, stdout = '') => {
    expect(() => read(stdout, 'assume-aws-role: STS said no.\n')).toThrow(/^STS said no\.$/);
    expect(() => read(stdout)).toThrow('the helper ended without an answer');
  });
});
