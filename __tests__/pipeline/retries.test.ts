import { jest } from '@jest/globals';
import type { Fault } from '../../sandbox/cloud.js';
import { systemClock } from '../../src/core/clock.js';
import { fakeClock } from '../support/clock.js';
import { sharedCloud } from '../support/cloud.js';
import { BY_KEYS, DEPLOYER_KEYS, LONG } from '../support/roles.js';
import { actionsOf, type Outcome, runAction } from '../support/run-action.js';

const sandbox = sharedCloud();
const oidc = { 'role-to-assume': LONG };
const ALWAYS = Number.POSITIVE_INFINITY;
const DENIED: Fault = { kind: 'error', status: 403, code: 'AccessDenied', message: 'Not authorized' };
const EXPIRED: Fault = { kind: 'error', status: 400, code: 'ExpiredTokenException', message: 'Token ended' };
const KEY_NOT_FETCHED = "Couldn't retrieve verification key from your identity provider";

const stsCalls = (outcome: Outcome): number =>
  outcome.requests.filter(({ service }) => service === 'sts').length;

describe('a failure that passes', () => {
  it.each<[string, 'token' | 'sts', Fault]>([
    ['throttling by STS', 'sts', { kind: 'throttle' }],
    [
      'a code of throttling',
      'sts',
      { kind: 'error', status: 400, code: 'RequestLimitExceeded', message: 'x' },
    ],
    ['status 429', 'sts', { kind: 'status', status: 429 }],
    ['status 500 of STS', 'sts', { kind: 'error', status: 500, code: 'InternalFailure', message: 'x' }],
    ['a page with status 503', 'sts', { kind: 'status', status: 503, body: '<html>busy</html>' }],
    ['a reset connection', 'sts', { kind: 'reset' }],
    ['an unreachable identity provider', 'sts', { kind: 'idp-communication-error' }],
    [
      'verification keys that AWS could not fetch',
      'sts',
      { kind: 'error', status: 400, code: 'InvalidIdentityToken', message: KEY_NOT_FETCHED },
    ],
    ['throttling by the token service', 'token', { kind: 'throttle' }],
    ['status 502 of the token service', 'token', { kind: 'status', status: 502 }],
    ['a token request that is reset', 'token', { kind: 'reset' }],
  ])('is tried again and told: %s', async (_, service, fault) => {
    const clock = fakeClock();
    sandbox.cloud.fault(service, fault);
    const outcome = await runAction(oidc, { cloud: sandbox.cloud, clock });
    expect(outcome.error).toBeUndefined();
    expect(actionsOf(outcome)).toHaveLength(3);
    expect(clock.waits).toHaveLength(1);
    expect(outcome.log().filter((line) => line.startsWith('Attempt'))).toEqual([
      expect.stringMatching(/^Attempt 1 of 12 failed: .+ Trying again in \d+ ms\.$/),
    ]);
  });

  it('is waited for longer each time, and longer for throttling', async () => {
    for (const [fault, waits] of [
      [{ kind: 'throttle', times: 6 }, [250, 700, 1400, 2800, 3500, 3500]],
      [{ kind: 'status', status: 503, times: 9 }, [25, 50, 100, 200, 400, 800, 1600, 2500, 2500]],
    ] satisfies [Fault, number[]][]) {
      const clock = fakeClock();
      sandbox.cloud.fault('sts', fault);
      await runAction(oidc, { cloud: sandbox.cloud, clock });
      expect(clock.waits).toEqual(waits);
    }
  });

  it.each(['token', 'sts'] as const)('is waited for as long as Retry-After of %s says', async (service) => {
    const clock = fakeClock();
    sandbox.cloud.fault(service, { kind: 'throttle', retryAfterSeconds: 7 });
    const outcome = await runAction(oidc, { cloud: sandbox.cloud, clock });
    expect(outcome.error).toBeUndefined();
    expect(clock.waits).toEqual([7000]);
  });

  it("is not waited for where Retry-After is longer than the step's patience", async () => {
    const clock = fakeClock();
    sandbox.cloud.fault('sts', { kind: 'throttle', retryAfterSeconds: 3600 });
    const outcome = await runAction(oidc, { cloud: sandbox.cloud, clock });
    expect(outcome.error?.code).toBe('THROTTLED');
    expect(clock.waits).toEqual([]);
  });

  it.each<[Record<string, string>, number]>([
    [{}, 12],
    [{ 'retry-max-attempts': '3' }, 3],
    [{ 'retry-max-attempts': '1' }, 1],
    [{ 'disable-retry': 'true' }, 1],
    [{ 'disable-retry': 'true', 'retry-max-attempts': '5' }, 1],
    [{ 'special-characters-workaround': 'true', 'disable-retry': 'true' }, 12],
  ])('ends the step after as many requests as the inputs say, and not more: %j', async (inputs, attempts) => {
    sandbox.cloud.fault('sts', { kind: 'throttle', times: ALWAYS });
    const outcome = await runAction({ ...oidc, ...inputs }, { cloud: sandbox.cloud });
    expect(stsCalls(outcome)).toBe(attempts);
    expect(outcome.error).toMatchObject({ code: 'THROTTLED' });
    expect(outcome.error?.message.includes(`(${attempts} attempts)`)).toBe(attempts > 1);
  });

  it('ends the token request after 12 attempts, too, without asking STS', async () => {
    sandbox.cloud.fault('token', { kind: 'status', status: 500, times: ALWAYS });
    const outcome = await runAction(oidc, { cloud: sandbox.cloud });
    expect(actionsOf(outcome)).toEqual(Array(12).fill('GET /token'));
    expect(outcome.error).toMatchObject({
      code: 'ID_TOKEN_REFUSED',
      message: expect.stringContaining('(12 attempts)'),
    });
  });
});

describe('a failure that does not pass', () => {
  it.each<[string, Fault]>([
    ['AccessDenied', DENIED],
    ['IDPRejectedClaim', { kind: 'error', status: 403, code: 'IDPRejectedClaim', message: 'no' }],
    ['InvalidIdentityToken', { kind: 'error', status: 400, code: 'InvalidIdentityToken', message: 'bad' }],
    ['ValidationError', { kind: 'error', status: 400, code: 'ValidationError', message: 'bad' }],
    [
      'RegionDisabledException',
      { kind: 'error', status: 403, code: 'RegionDisabledException', message: 'off' },
    ],
    ['a page in place of an answer', { kind: 'garbage' }],
    [
      'an answer that lacks the credentials',
      { kind: 'answer', body: '<AssumeRoleWithWebIdentityResponse/>' },
    ],
    ['an empty answer', { kind: 'status', status: 204 }],
    ['a redirection', { kind: 'status', status: 302, headers: { location: 'https://example.com/' } }],
  ])('is asked once, and ends the step without a wait: %s', async (_, fault) => {
    const clock = fakeClock();
    sandbox.cloud.fault('sts', fault);
    const outcome = await runAction(oidc, { cloud: sandbox.cloud, clock });
    expect(clock.waits).toEqual([]);
    expect(stsCalls(outcome)).toBe(1);
    expect(outcome.error).toBeDefined();
    expect(outcome.files()).toEqual({ env: '', output: '', state: '' });
  });
});

describe('a token that ends', () => {
  it('is replaced by one new token where STS says so', async () => {
    sandbox.cloud.fault('sts', EXPIRED);
    const outcome = await runAction(oidc, { cloud: sandbox.cloud });
    expect(outcome.error).toBeUndefined();
    const [, first, , second] = outcome.requests;
    expect(actionsOf(outcome).map((action) => action.slice(0, 4))).toEqual(['GET ', 'Assu', 'GET ', 'Assu']);
    expect(second?.params['WebIdentityToken']).not.toBe(first?.params['WebIdentityToken']);
  });

  it('is replaced once only', async () => {
    sandbox.cloud.fault('sts', { ...EXPIRED, times: ALWAYS });
    const outcome = await runAction(oidc, { cloud: sandbox.cloud });
    expect(outcome.error?.code).toBe('TOKEN_EXPIRED');
    expect(actionsOf(outcome)).toHaveLength(4);
  });

  it.each([
    [20, ['GET /token', 'GET /token', 'AssumeRoleWithWebIdentity']],
    [60, ['GET /token', 'AssumeRoleWithWebIdentity']],
  ])('is replaced before it is used where it lives less than 30 s: %d s', async (seconds, actions) => {
    const outcome = await runAction(oidc, { cloud: sandbox.cloud, run: { tokenLifetimeSeconds: seconds } });
    expect(outcome.error).toBeUndefined();
    expect(actionsOf(outcome)).toEqual(actions);
  });

  it('is replaced once only, also where the new one is about to end too', async () => {
    sandbox.cloud.fault('sts', { ...EXPIRED, times: ALWAYS });
    const outcome = await runAction(oidc, { cloud: sandbox.cloud, run: { tokenLifetimeSeconds: 20 } });
    expect(outcome.error?.code).toBe('TOKEN_EXPIRED');
    expect(actionsOf(outcome)).toEqual(['GET /token', 'GET /token', 'AssumeRoleWithWebIdentity']);
  });

  it('is no reason for another, where credentials that ended were the source', async () => {
    sandbox.cloud.fault('sts', EXPIRED);
    const outcome = await runAction(
      { ...DEPLOYER_KEYS, 'role-to-assume': BY_KEYS },
      { cloud: sandbox.cloud },
    );
    expect(outcome.error?.code).toBe('CREDENTIALS_REFUSED');
    expect(actionsOf(outcome)).toEqual(['AssumeRole']);
  });
});

describe('role-propagation-timeout-s', () => {
  it('asks again while a role made moments ago is denied', async () => {
    const clock = fakeClock();
    sandbox.cloud.fault('sts', { ...DENIED, times: 3 });
    const outcome = await runAction(
      { ...oidc, 'role-propagation-timeout-s': '60' },
      { cloud: sandbox.cloud, clock },
    );
    expect(outcome.error).toBeUndefined();
    expect(clock.waits).toEqual([1000, 2000, 4000]);
    expect(outcome.log()).toContain('Access denied. The role may be new, so trying again in 2 s.');
  });

  it('reports a fault of our own as it is, and not as a refusal of the role', async () => {
    sandbox.cloud.fault('sts', { ...DENIED, times: 1 });
    const sleep = async (): Promise<never> => {
      throw new TypeError('There is no timer.');
    };
    const outcome = await runAction(
      { ...oidc, 'role-propagation-timeout-s': '60' },
      { cloud: sandbox.cloud, clock: { ...fakeClock(), sleep } },
    );
    expect(outcome.error).toMatchObject({
      code: 'INTERNAL',
      message: 'Unexpected error in the action: There is no timer.',
    });
  });

  it('gives up when the time is over', async () => {
    const clock = fakeClock();
    sandbox.cloud.fault('sts', { ...DENIED, times: ALWAYS });
    const outcome = await runAction(
      { ...oidc, 'role-propagation-timeout-s': '10' },
      { cloud: sandbox.cloud, clock },
    );
    expect(outcome.error?.code).toBe('ACCESS_DENIED');
    expect(clock.waits.reduce((sum, ms) => sum + ms, 0)).toBeLessThanOrEqual(10_000);
    expect(stsCalls(outcome)).toBe(clock.waits.length + 1);
  });
});

describe('action-timeout-s', () => {
  it.each<[string, 'token' | 'sts', Fault, Record<string, string>, string]>([
    ['GitHub', 'token', { kind: 'hang' }, {}, 'getting an identity (github-oidc)'],
    ['STS', 'sts', { kind: 'hang' }, {}, 'assuming the role (STS)'],
    ['STS, half-way through its answer', 'sts', { kind: 'hang-body' }, {}, 'assuming the role (STS)'],
    ['STS about the caller', 'sts', { kind: 'hang' }, DEPLOYER_KEYS, 'identifying the credentials (STS)'],
  ])('ends the step and names what it waited for: %s', async (_, service, fault, inputs, doing) => {
    sandbox.cloud.fault(service, fault);
    const outcome = await runAction(
      { ...(Object.keys(inputs).length > 0 ? inputs : oidc), 'action-timeout-s': '1' },
      { cloud: sandbox.cloud, clock: systemClock },
    );
    expect(outcome.error).toMatchObject({
      code: 'ACTION_TIMEOUT',
      message: `The step exceeded its time limit of 1 s while ${doing}.`,
    });
    expect(outcome.files()).toEqual({ env: '', output: '', state: '' });
  });

  it.each([
    [{}, 120],
    [{ 'role-propagation-timeout-s': '60' }, 180],
  ])('is, with %j, %d s unless it is given', async (inputs, seconds) => {
    const { setTimeout } = globalThis;
    const soon = jest.spyOn(globalThis, 'setTimeout').mockImplementation((work, ms, ...rest) => {
      return setTimeout(work, ms === seconds * 1000 ? 500 : ms, ...rest);
    });
    sandbox.cloud.fault('sts', { kind: 'hang' });
    const outcome = await runAction({ ...oidc, ...inputs }, { cloud: sandbox.cloud });
    soon.mockRestore();
    expect(outcome.error).toMatchObject({
      message: `The step exceeded its time limit of ${seconds} s while assuming the role (STS).`,
      hint: 'Set action-timeout-s to raise the limit; 0 removes it.',
    });
  });

  it('names STS also after a token was replaced', async () => {
    sandbox.cloud.fault('sts', EXPIRED);
    sandbox.cloud.fault('sts', { kind: 'hang' });
    const outcome = await runAction(
      { ...oidc, 'action-timeout-s': '1' },
      { cloud: sandbox.cloud, clock: systemClock },
    );
    expect(outcome.error?.message).toBe(
      'The step exceeded its time limit of 1 s while assuming the role (STS).',
    );
  });

  it('ends also a wait between two attempts', async () => {
    sandbox.cloud.fault('sts', { kind: 'throttle', retryAfterSeconds: 30, times: ALWAYS });
    const outcome = await runAction(
      { ...oidc, 'action-timeout-s': '1' },
      { cloud: sandbox.cloud, clock: systemClock },
    );
    expect(outcome.error?.code).toBe('ACTION_TIMEOUT');
  });

  it('is no limit where it is 0', async () => {
    const outcome = await runAction({ ...oidc, 'action-timeout-s': '0' }, { cloud: sandbox.cloud });
    expect(outcome.error).toBeUndefined();
  });
});
