import { type Cloud, type CloudOptions, startCloud as startSandbox } from '../../sandbox/cloud.js';
import { rsaKeys } from './rsa-keys.js';

/** Starts a sandbox that signs with the keys that all tests share. */
export function startCloud(options: CloudOptions = {}): Promise<Cloud> {
  return startSandbox({ keys: rsaKeys, ...options });
}

/** One sandbox for all tests of a file; its faults are cleared after each. */
export function sharedCloud(options: CloudOptions = {}): { readonly cloud: Cloud } {
  let cloud: Cloud | undefined;
  beforeAll(async () => {
    cloud = await startCloud(options);
  });
  afterEach(() => cloud?.clearFaults());
  afterAll(() => cloud?.close());
  return {
    get cloud() {
      if (cloud === undefined) throw new Error('The sandbox is up only while tests run.');
      return cloud;
    },
  };
}
