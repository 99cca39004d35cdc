import { keepSession, type SessionKeeper } from '../../../src/refresh/session-keeper.js';
import type { CachedSession } from '../../../src/refresh/state.js';

const START = Date.parse('2026-11-21T12:00:00Z');
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

function session(id: string, startMs: number): CachedSession {
  const time = (ms: number): string => new Date(ms).toISOString();
  return {
    ...{ AccessKeyId: id, SecretAccessKey: 'secret', SessionToken: 'token' },
    ...{ Obtained: time(startMs), Expiration: time(startMs + HOUR_MS) },
  };
}

interface World {
  readonly keeper: SessionKeeper<CachedSession>;
  readonly renewals: () => number;
  /** Sets the clock, and lets the keeper look at it. */
  at(ms: number): Promise<void>;
  fails: unknown;
}

function world(): World {
  let time = START;
  let count = 0;
  const made: World = {
    keeper: keepSession(session('S0', START), {
      now: () => time,
      renew: async () => {
        count += 1;
        if (made.fails !== undefined) throw made.fails;
        return session(`S${count}`, time);
      },
    }),
    renewals: () => count,
    async at(ms) {
      time = START + ms;
      made.keeper.renewIfDue();
      await new Promise((resolve) => setImmediate(resolve));
    },
    fails: undefined,
  };
  return made;
}

describe('a session that is kept alive', () => {
  it('is renewed when it is due, once, whether or not somebody asks', async () => {
    const it = world();
    await it.at(49 * MINUTE_MS);
    expect(it.renewals()).toBe(0);
    await it.at(51 * MINUTE_MS);
    await it.at(52 * MINUTE_MS);
    expect(it.renewals()).toBe(1);
    expect((await it.keeper.current()).AccessKeyId).toBe('S1');
  });

  it('is given at once while it lives, also when the next one is on its way', async () => {
    const waiting = new Promise<CachedSession>(() => {});
    const keeper = keepSession(session('S0', START), {
      now: () => START + 55 * MINUTE_MS,
      renew: () => waiting,
    });
    expect((await keeper.current()).AccessKeyId).toBe('S0');
  });

  it('is waited for when there is none that lives', async () => {
    const time = START + 2 * HOUR_MS;
    const keeper = keepSession(session('S0', START), {
      now: () => time,
      renew: async () => session('S1', time),
    });
    expect((await keeper.current()).AccessKeyId).toBe('S1');
  });

  it('is used on after a failure, with the next try half a minute later', async () => {
    const it = world();
    it.fails = new Error('STS is away.');
    await it.at(51 * MINUTE_MS);
    await it.at(51 * MINUTE_MS + 29_000);
    expect(it.renewals()).toBe(1);
    expect((await it.keeper.current()).AccessKeyId).toBe('S0');
    it.fails = undefined;
    await it.at(51 * MINUTE_MS + 31_000);
    expect((await it.keeper.current()).AccessKeyId).toBe('S2');
  });

  it('that has ended is asked for again after five seconds, and the reason is said meanwhile', async () => {
    const it = world();
    it.fails = 'no error';
    await it.at(61 * MINUTE_MS);
    await expect(it.keeper.current()).rejects.toThrow('no error');
    await it.at(61 * MINUTE_MS + 4_000);
    expect(it.renewals()).toBe(1);
    await it.at(61 * MINUTE_MS + 6_000);
    expect(it.renewals()).toBe(2);
  });

  it('does not pause for longer when the clock is set back', async () => {
    const it = world();
    it.fails = new Error('x');
    await it.at(51 * MINUTE_MS);
    await it.at(-HOUR_MS);
    expect(it.renewals()).toBe(2);
  });

  it('is given up a quarter of an hour after it ended for good, and not before', async () => {
    const it = world();
    expect(it.keeper.isHopeless()).toBe(false);
    it.fails = new Error('The token can no longer be had.');
    for (let minute = 51; minute <= 74; minute += 1) {
      await it.at(minute * MINUTE_MS);
      expect(it.keeper.isHopeless()).toBe(false);
    }
    await it.at(76 * MINUTE_MS);
    expect(it.keeper.isHopeless()).toBe(true);
  });

  it('is not given up when an outage ends', async () => {
    const it = world();
    it.fails = new Error('x');
    await it.at(61 * MINUTE_MS);
    await it.at(74 * MINUTE_MS);
    it.fails = undefined;
    await it.at(75 * MINUTE_MS);
    await it.at(80 * MINUTE_MS);
    expect(it.keeper.isHopeless()).toBe(false);
    expect((await it.keeper.current()).AccessKeyId).toMatch(/^S[3-9]$/);
  });

  it('says that it has ended where nothing else is known', async () => {
    let time = START;
    const keeper = keepSession(session('S0', START), {
      now: () => time,
      renew: async () => {
        time = START + 9 * HOUR_MS;
        return session('S1', START);
      },
    });
    time = START + 2 * HOUR_MS;
    await expect(keeper.current()).rejects.toThrow('The session has ended.');
  });
});
