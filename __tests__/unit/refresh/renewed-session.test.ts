import { renewedSession, renewedToken } from '../../../src/refresh/renewed-session.js';

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

describe("the helper's token", () => {
  it('is read as it is, or refused in its own words', () => {
    const token = { Token: 'a.b.c', Expiration: '2026-11-21T13:00:00Z' };
    expect(renewedToken({ stdout: JSON.stringify(token), stderr: '' })).toEqual(token);
    for (const stdout of ['', '{"Token":"a"}', '{"Expiration":"b"}'])
      expect(() => renewedToken({ stdout, stderr: 'assume-aws-role: No.\n' })).toThrow(/^No\.$/);
    expect(() => renewedToken({ stdout: '', stderr: '' })).toThrow('ended without an answer');
  });
});
