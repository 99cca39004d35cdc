import { types } from 'node:util';

/*
 * Jest runs tests in a realm of its own, and errors that Node itself throws (from fs, say) are of another, so that
 * `error instanceof Error` is false here where it is true in production. Importing this makes it true here, too.
 * (https://github.com/jestjs/jest/issues/2549)
 */
const ordinary = Function.prototype[Symbol.hasInstance];

Object.defineProperty(Error, Symbol.hasInstance, {
  configurable: true,
  value(this: unknown, candidate: unknown): boolean {
    return ordinary.call(this, candidate) || (this === Error && types.isNativeError(candidate));
  },
});
