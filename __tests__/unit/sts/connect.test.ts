import { Credentials } from '../../../src/core/credentials.js';
import { ActionError } from '../../../src/core/errors.js';
import type { Http } from '../../../src/platform/http.js';
import { connectSts } from '../../../src/sts/connect.js';
import { fakeClock } from '../../support/clock.js';

const KEYS = new Credentials({ accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'secret' });
const SETTINGS = {
  'sts-region': undefined,
  'sts-endpoint': undefined,
  'use-fips-endpoint': undefined,
  'use-dualstack-endpoint': undefined,
};

/** What asking STS of that Region ends with, on a network whose every look-up fails with this code. */
async function failureIn(region: string, code: string, endpoint?: string): Promise<unknown> {
  const http: Http = {
    send: async ({ url }) => {
      const cause = Object.assign(new Error(`getaddrinfo ${code}`), { code });
      throw new ActionError('NETWORK_FAILED', `The connection failed (${code}), for ${url.host}.`, {
        cause,
        retry: { kind: 'transient', isUnsent: true },
      });
    },
    connectEarly: () => {},
    close: () => {},
  };
  const inputs = {
    ...SETTINGS,
    'aws-region': region,
    'sts-endpoint': endpoint ? new URL(endpoint) : undefined,
  };
  const sts = connectSts(inputs, {}, http, fakeClock());
  return await sts.getCallerIdentity(KEYS).catch((error: unknown) => error);
}

describe('a Region that is not in the list', () => {
  it('has its host looked up once, and the nearest Region named where there is no host', async () => {
    expect(await failureIn('ue-west-1', 'ENOTFOUND')).toMatchObject({
      code: 'NETWORK_FAILED',
      message: 'There is no host sts.ue-west-1.amazonaws.com.',
      hint: '"ue-west-1" is not a Region that this version of the action knows. Did you mean eu-west-1? Where it is a new one: can this runner look up that host?',
      retry: undefined,
    });
  });

  it.each([
    ['eu-west-1', 'ENOTFOUND', undefined],
    ['ue-west-1', 'ECONNRESET', undefined],
    ['ue-west-1', 'ENOTFOUND', 'https://sts.example'],
  ])('is not the reason in %s, with %s, at %s', async (region, code, endpoint) => {
    expect(await failureIn(region, code, endpoint)).toMatchObject({
      message: expect.stringMatching(/^The connection failed/),
      retry: { kind: 'transient' },
    });
  });
});
