import base, { PROCESSES } from './jest.config.mjs';

/** The tests that start processes of their own: `npm run test:processes`. */
export default {
  ...base,
  testMatch: PROCESSES.map((pattern) => `<rootDir>/__tests__/${pattern}`),
  testPathIgnorePatterns: ['/node_modules/'],
};
