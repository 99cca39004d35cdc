import { type Cloud, type CloudOptions, startCloud } from '../../sandbox/cloud.js';

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
