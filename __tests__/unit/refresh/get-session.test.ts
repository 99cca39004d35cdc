import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ActionError } from '../../../src/core/errors.js';
import { waitForLock } from '../../../src/platform/lock.js';
import { getSession, type RenewalDeps } from '../../../src/refresh/get-session.js';
import type { CachedSession, RefreshState } from '../../../src/refresh/state.js';
import { writeState } from '../../../src/refresh/store.js';
import { temporaryDirectory } from '../../support/files.js';

const START = Date.parse('2026-11-21T12:00:00Z');
const HOUR_MS = 3_600_000;
const DUE_MS = START + HOUR_MS - 300_000;
const ENDED_MS = START + HOUR_MS;

function session(id: string, startMs = START): CachedSession {
  const time = (ms: number): string => new Date(ms).toISOString();
  return {
    ...{ AccessKeyId: id, SecretAccessKey: 'secret', SessionToken: 'token' },
    ...{ Obtained: time(startMs), Expiration: time(startMs + HOUR_MS) },
  };
}

const STATE: RefreshState = { version: 1, inputs: {}, env: {}, session: session('OLD') };

function world(now: number, renewal: () => CachedSession) {
  const path = join(temporaryDirectory(), 'state.json');
  writeState(path, STATE);
  const renewals: string[] = [];
  let time = now;
  const pass = (ms: number): void => {
    time += ms;
  };
  const deps: RenewalDeps = {
    now: () => time,
    sleep: async (ms) => pass(ms),
    renew: async (state) => {
      renewals.push(state.session.AccessKeyId);
      const next = renewal();
      writeState(path, { ...STATE, session: next });
      return next;
    },
    recordFailure: async (state, failure) => writeState(path, { ...state, failure }),
  };
  return { path, renewals, ask: () => getSession(path, deps), pass, waited: () => time - now };
}

function refused(): never {
  throw new Error('STS said no.');
}

describe('who asks for a session', () => {
  it('gets the one that is there while it is not due', async () => {
    const { ask, renewals } = world(DUE_MS - 300_001, refused);
    expect((await ask()).session.AccessKeyId).toBe('OLD');
    expect(renewals).toEqual([]);
  });

  it('gets a new one when it is due, which then serves the others', async () => {
    const { ask, renewals, path } = world(DUE_MS, () => session('NEW', DUE_MS));
    expect((await ask()).session.AccessKeyId).toBe('NEW');
    expect((await ask()).session.AccessKeyId).toBe('NEW');
    expect([renewals, readdirSync(join(path, '..'))]).toEqual([['OLD'], ['state.json']]);
  });

  it('gets the old one, and the reason, where renewing fails while it lives; nobody tries again for a while', async () => {
    const { ask, renewals, pass } = world(DUE_MS, refused);
    expect(await ask()).toEqual({
      session: STATE.session,
      note: 'The session that ends at 2026-11-21T13:00:00.000Z could not be renewed and is used until then. STS said no.',
    });
    expect(await ask()).toEqual({ session: STATE.session, note: expect.stringMatching(/STS said no\.$/) });
    expect(renewals).toHaveLength(1);
    pass(30_000 - 1);
    await ask();
    expect(renewals).toHaveLength(1);
    pass(1);
    await ask();
    expect(renewals).toHaveLength(2);
  });

  it('is told why there is none, where renewing fails after the end', async () => {
    const { ask, renewals, pass } = world(ENDED_MS, refused);
    await expect(ask()).rejects.toThrow('The session has ended and could not be renewed. STS said no.');
    await expect(ask()).rejects.toThrow('STS said no.');
    expect(renewals).toHaveLength(1);
    pass(2_000 - 1);
    await expect(ask()).rejects.toThrow('STS said no.');
    expect(renewals).toHaveLength(1);
    pass(1);
    await expect(ask()).rejects.toThrow('STS said no.');
    expect(renewals).toHaveLength(2);
  });

  it.each([
    ['while it lives: the old one', DUE_MS],
    ['after its end: an error', ENDED_MS],
  ])('does not wait for ever for somebody who renews, %s', async (_, now) => {
    const { ask, path, renewals } = world(now, refused);
    waitForLock(`${path}.lock`, 60_000).attempt();
    const outcome = await ask().catch((error: Error) => error.message);
    expect(JSON.stringify(outcome)).toMatch(/another process has been renewing it for too long/);
    expect(renewals).toEqual([]);
  });

  it('takes what somebody else has renewed meanwhile', async () => {
    const { ask, path, renewals } = world(DUE_MS, refused);
    const lock = waitForLock(`${path}.lock`, 60_000).attempt();
    const asked = ask();
    writeState(path, { ...STATE, session: session('THEIRS', DUE_MS) });
    lock?.release();
    expect((await asked).session.AccessKeyId).toBe('THEIRS');
    expect(renewals).toEqual([]);
  });

  it('is not kept from trying by what another process alone lacks', async () => {
    const lacking = (): never => {
      throw new ActionError('REFRESH_REQUEST_MISSING', 'This process lacks it.');
    };
    const { ask, path } = world(ENDED_MS, lacking);
    await expect(ask()).rejects.toThrow('This process lacks it.');
    expect(JSON.parse(readFileSync(path, 'utf8'))).not.toHaveProperty('failure');
  });

  it('waits for somebody who renews, but not long while the old session lives', async () => {
    const { ask, path, waited } = world(DUE_MS, refused);
    waitForLock(`${path}.lock`, 60_000).attempt();
    expect((await ask()).session.AccessKeyId).toBe('OLD');
    expect(waited()).toBeLessThan(25_000);
  });

  it('finds no lock left behind', async () => {
    const { ask, path } = world(ENDED_MS, refused);
    await ask().catch(() => {});
    expect(readdirSync(join(path, '..'))).toEqual(['state.json']);
    expect(readFileSync(path, 'utf8')).toMatch(/STS said no/);
  });

  it('is told of a state that nobody can use', async () => {
    const { ask, path } = world(DUE_MS, refused);
    writeFileSync(path, '{}');
    await expect(ask()).rejects.toThrow('Cannot use the refresh state: it is damaged.');
  });
});
