import { AssumeRoleCommand, GetSessionTokenCommand, STSClient } from '@aws-sdk/client-sts';
import fc from 'fast-check';
import { codeOf, decodeBase32, encodeBase32, stepAt } from '../../sandbox/aws/mfa/totp.js';
import type { Cloud } from '../../sandbox/cloud.js';
import { startCloud } from '../support/cloud.js';
import {
  type Answer,
  BYSTANDER,
  element,
  type Keys,
  keysOf,
  LEGACY_DEPLOYER,
  signed,
} from '../support/sts-client.js';

const SERIAL = 'arn:aws:iam::111122223333:mfa/legacy-deployer';
const ROLE = 'arn:aws:iam::111122223333:role/mfa-deploy';
const OPEN = 'arn:aws:iam::111122223333:role/access-key-deploy';

let start = Date.UTC(2026, 10, 20, 12);
let now = start;
let cloud: Cloud;
beforeAll(async () => {
  cloud = await startCloud({ now: () => now });
});
// Every test has a week of its own, so that no code was used before it.
beforeEach(() => {
  start += 7 * 24 * 3600 * 1000;
  now = start;
});
afterAll(() => cloud.close());

const ask = (keys: Keys, params: Record<string, string>): Promise<Answer> =>
  signed(cloud, keys, params, { date: new Date(now) });
const assume = (keys: Keys, RoleArn: string, more: Record<string, string> = {}) =>
  ask(keys, { Action: 'AssumeRole', RoleArn, RoleSessionName: 'session', ...more });
const sessionToken = (keys: Keys, more: Record<string, string> = {}) =>
  ask(keys, { Action: 'GetSessionToken', ...more });
const mfa = (TokenCode = cloud.mfaCode(SERIAL), SerialNumber = SERIAL) => ({ SerialNumber, TokenCode });

const refused = (reason: string) => ({
  status: 403,
  code: 'AccessDenied',
  message: `MultiFactorAuthentication ${reason}`,
});
const INVALID_CODE = refused('failed with invalid MFA one time pass code. ');
const WRONG_DEVICE = refused(
  'failed, unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user. ',
);

describe('a code', () => {
  // RFC 6238 appendix B, the SHA-1 rows, cut to six digits.
  it.each([
    [59, '287082'],
    [1111111109, '081804'],
    [1111111111, '050471'],
    [1234567890, '005924'],
    [2000000000, '279037'],
    [20000000000, '353130'],
  ])('is the one of the standard at second %i', (seconds, code) => {
    expect(codeOf(Buffer.from('12345678901234567890'), stepAt(seconds * 1000))).toBe(code);
  });

  it("is made from the secret as a device's owner types it", () => {
    expect(decodeBase32('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ').toString()).toBe('12345678901234567890');
    expect(decodeBase32('mzxw6ytb').toString()).toBe('fooba');
    expect(() => decodeBase32('no secret')).toThrow('base32');
  });

  // RFC 4648 section 10, without the padding.
  it.each([
    ['f', 'MY'],
    ['fo', 'MZXQ'],
    ['foo', 'MZXW6'],
    ['foob', 'MZXW6YQ'],
    ['fooba', 'MZXW6YTB'],
    ['foobar', 'MZXW6YTBOI'],
  ])('has a secret of %s, which is shown as %s', (secret, text) => {
    expect(encodeBase32(Buffer.from(secret))).toBe(text);
    expect(decodeBase32(text).toString()).toBe(secret);
  });

  it('always has six digits', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 10, maxLength: 64 }), fc.nat(), (secret, step) => {
        expect(codeOf(Buffer.from(secret), step)).toMatch(/^\d{6}$/);
      }),
    );
  });
});

describe('a role that wants MFA', () => {
  it('is closed to access keys alone, and open with a code', async () => {
    expect(await assume(LEGACY_DEPLOYER, ROLE)).toMatchObject({ status: 403, code: 'AccessDenied' });
    expect((await assume(LEGACY_DEPLOYER, ROLE, mfa())).status).toBe(200);
  });

  it('takes each code once, whether for a role or for a session', async () => {
    const used = mfa();
    expect((await assume(LEGACY_DEPLOYER, ROLE, used)).status).toBe(200);
    expect(await assume(LEGACY_DEPLOYER, ROLE, used)).toMatchObject(INVALID_CODE);
    expect(await sessionToken(LEGACY_DEPLOYER, used)).toMatchObject(INVALID_CODE);
  });

  it('uses the code up even where the role refuses', async () => {
    const used = mfa();
    expect((await assume(LEGACY_DEPLOYER, 'arn:aws:iam::111122223333:role/nobody', used)).code).toBe(
      'AccessDenied',
    );
    expect(await assume(LEGACY_DEPLOYER, ROLE, used)).toMatchObject(INVALID_CODE);
  });

  it.each<[string, number, number]>([
    ['the code before the present one', 30, 200],
    ['the code after the present one', -30, 200],
    ['one that is a minute old', 60, 403],
    ['one of a minute from now', -60, 403],
  ])('with %s', async (_, later, status) => {
    const code = mfa();
    now = start + later * 1000;
    expect((await assume(LEGACY_DEPLOYER, ROLE, code)).status).toBe(status);
  });

  it('takes no older code after a newer one', async () => {
    const older = mfa();
    now = start + 30_000;
    expect((await assume(LEGACY_DEPLOYER, ROLE, mfa())).status).toBe(200);
    expect(await assume(LEGACY_DEPLOYER, ROLE, older)).toMatchObject(INVALID_CODE);
  });

  it('refuses a wrong code, a device that does not exist, and one without the other', async () => {
    const wrong = cloud.mfaCode(SERIAL) === '000000' ? '000001' : '000000';
    expect(await assume(LEGACY_DEPLOYER, ROLE, mfa(wrong))).toMatchObject(INVALID_CODE);
    const elsewhere = mfa(undefined, 'arn:aws:iam::111122223333:mfa/other-device');
    expect(await assume(LEGACY_DEPLOYER, ROLE, elsewhere)).toMatchObject(WRONG_DEVICE);
    const half = refused('failed, must provide both MFA serial number and one time pass code. ');
    expect(await assume(LEGACY_DEPLOYER, ROLE, { SerialNumber: SERIAL })).toMatchObject(half);
    expect(await assume(LEGACY_DEPLOYER, ROLE, { TokenCode: '123456' })).toMatchObject(half);
  });

  it("refuses another user's device, and does not use its code up", async () => {
    const code = mfa();
    expect(await sessionToken(BYSTANDER, code)).toMatchObject(WRONG_DEVICE);
    expect((await sessionToken(LEGACY_DEPLOYER, code)).status).toBe(200);
  });

  it("refuses a device to a role's session, which is no user", async () => {
    const session = keysOf(await assume(LEGACY_DEPLOYER, OPEN));
    expect(await assume(session, ROLE, mfa())).toMatchObject(WRONG_DEVICE);
  });

  it.each([
    ['serialNumber', 'SerialNumber', 'GAHT1234', 'have length greater than or equal to 9'],
    ['serialNumber', 'SerialNumber', 'x'.repeat(257), 'have length less than or equal to 256'],
    ['serialNumber', 'SerialNumber', 'GAHT 12345', 'satisfy regular expression pattern: [\\w+=/:,.@-]*'],
    ['tokenCode', 'TokenCode', '12345', 'have length greater than or equal to 6'],
    ['tokenCode', 'TokenCode', '1234567', 'have length less than or equal to 6'],
    ['tokenCode', 'TokenCode', '12345a', 'satisfy regular expression pattern: [\\d]*'],
  ])('refuses a malformed %s, naming it and why: %s=%s', async (at, name, value, limit) => {
    const parameters = { SerialNumber: SERIAL, TokenCode: '123456', [name]: value };
    expect(await assume(LEGACY_DEPLOYER, ROLE, parameters)).toMatchObject({
      status: 400,
      code: 'ValidationError',
      message: `1 validation error detected: Value '${value}' at '${at}' failed to satisfy constraint: Member must ${limit}`,
    });
  });

  it.each(['GAHT12345', 'x'.repeat(256)])(
    'knows no device %s, though one may have such a number',
    async (serial) => {
      expect(await assume(LEGACY_DEPLOYER, ROLE, mfa(undefined, serial))).toMatchObject(WRONG_DEVICE);
    },
  );
});

describe('a session token', () => {
  it('is for users only, and keeps who they are', async () => {
    const keys = keysOf(await sessionToken(LEGACY_DEPLOYER));
    expect(keys.accessKeyId).toMatch(/^ASIA/);
    expect(element(await ask(keys, { Action: 'GetCallerIdentity' }), 'Arn')).toBe(
      'arn:aws:iam::111122223333:user/legacy-deployer',
    );
    const denial = {
      status: 403,
      code: 'AccessDenied',
      message: 'Cannot call GetSessionToken with session credentials',
    };
    expect(await sessionToken(keys)).toMatchObject(denial);
    expect(await sessionToken(keysOf(await assume(LEGACY_DEPLOYER, OPEN)))).toMatchObject(denial);
  });

  it.each<[Record<string, string>, number]>([
    [{}, 43200],
    [{ DurationSeconds: '900' }, 900],
    [{ DurationSeconds: '129600' }, 129600],
  ])('asked for with %j lasts %i seconds', async (more, seconds) => {
    const answer = await sessionToken(LEGACY_DEPLOYER, more);
    expect(Date.parse(element(answer, 'Expiration') ?? '')).toBe(start + seconds * 1000);
  });

  it.each(['899', '129601'])('cannot last %s seconds', async (DurationSeconds) => {
    expect((await sessionToken(LEGACY_DEPLOYER, { DurationSeconds })).code).toBe('ValidationError');
  });

  it('with MFA opens a role that wants it, for as long as the role finds it fresh', async () => {
    const plain = keysOf(await sessionToken(LEGACY_DEPLOYER));
    expect((await assume(plain, ROLE)).status).toBe(403);
    const withMfa = keysOf(await sessionToken(LEGACY_DEPLOYER, mfa()));
    now = start + 3_599_000;
    expect((await assume(withMfa, ROLE)).status).toBe(200);
    now = start + 3_600_000;
    expect((await assume(withMfa, ROLE)).status).toBe(403);
  });

  // 99designs/aws-vault#351: AWS counts any temporary credentials as the beginning of a chain.
  it('opens a role for an hour at most, as in a chain of roles', async () => {
    const keys = keysOf(await sessionToken(LEGACY_DEPLOYER));
    const long = 'arn:aws:iam::111122223333:role/long-session';
    expect((await assume(keys, long, { DurationSeconds: '3600' })).status).toBe(200);
    expect(await assume(keys, long, { DurationSeconds: '3601' })).toMatchObject({
      status: 400,
      code: 'ValidationError',
      message:
        'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
    });
    expect((await assume(LEGACY_DEPLOYER, long, { DurationSeconds: '43200' })).status).toBe(200);
  });

  it('ends', async () => {
    const keys = keysOf(await sessionToken(LEGACY_DEPLOYER, { DurationSeconds: '900' }));
    now = start + 900_000;
    expect((await ask(keys, { Action: 'GetCallerIdentity' })).code).toBe('ExpiredToken');
  });
});

it('the AWS SDK gets a session token with MFA, and a role with it', async () => {
  const real = await startCloud();
  try {
    const client = (credentials: Keys) =>
      new STSClient({ region: 'us-east-1', endpoint: real.stsUrl, credentials });
    const { Credentials } = await client(LEGACY_DEPLOYER).send(
      new GetSessionTokenCommand({ SerialNumber: SERIAL, TokenCode: real.mfaCode(SERIAL) }),
    );
    const keys = {
      accessKeyId: Credentials?.AccessKeyId ?? '',
      secretAccessKey: Credentials?.SecretAccessKey ?? '',
      sessionToken: Credentials?.SessionToken ?? '',
    };
    const assumed = await client(keys).send(
      new AssumeRoleCommand({ RoleArn: ROLE, RoleSessionName: 'session' }),
    );
    expect(assumed.AssumedRoleUser?.Arn).toBe('arn:aws:sts::111122223333:assumed-role/mfa-deploy/session');
  } finally {
    await real.close();
  }
});

describe('a test asks for a code', () => {
  it('and gets the present one, then the next, and is told when both are used up', async () => {
    const [first, second] = [mfa(), mfa()];
    expect(second).toEqual(first);
    await assume(LEGACY_DEPLOYER, ROLE, first);
    const next = mfa();
    expect(next).not.toEqual(first);
    expect((await assume(LEGACY_DEPLOYER, ROLE, next)).status).toBe(200);
    expect(() => cloud.mfaCode(SERIAL)).toThrow('used up');
    now = start + 60_000;
    expect((await assume(LEGACY_DEPLOYER, ROLE, mfa())).status).toBe(200);
  });

  it('and is told when nobody has the device', () => {
    expect(() => cloud.mfaCode(`${SERIAL}-2`)).toThrow('No user of the sandbox has the MFA device');
  });

  it('from another process', async () => {
    const order = (path: string, body: object) =>
      fetch(`${cloud.stsUrl}/_sandbox/${path}`, { method: 'POST', body: JSON.stringify(body) });
    expect(await (await order('mfa-code', { serial: SERIAL })).json()).toEqual({
      code: cloud.mfaCode(SERIAL),
    });
    expect((await order('mfa-code', {})).status).toBe(400);
    expect(await (await order('saml-assertion', {})).json()).toEqual({ assertion: expect.any(String) });
    expect(await (await order('service-account-token', {})).json()).toEqual({ token: expect.any(String) });
  });
});
