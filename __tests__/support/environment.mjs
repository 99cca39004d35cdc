import { AsyncLocalStorage } from 'node:async_hooks';
import { TestEnvironment } from 'jest-environment-node';

/*
 * jest (30.5) has an AsyncLocalStorage for each test file, and never ends it. Before Node 24, each promise is written
 * down in all that were ever used: after eighty files, that is an eighth of the time of a test.
 */

const used = new Set();
const { run } = AsyncLocalStorage.prototype;
AsyncLocalStorage.prototype.run = function (...args) {
  used.add(this);
  return run.apply(this, args);
};

/** jest's own, which ends what the test file has left of these. */
export default class extends TestEnvironment {
  async teardown() {
    for (const storage of used) storage.disable();
    used.clear();
    await super.teardown();
  }
}
