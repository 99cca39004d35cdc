import base from './jest.config.mjs';

/** The tests that start the committed `dist/` in processes of its own, as GitHub does: `npm run test:dist`. */
export default { ...base, roots: ['<rootDir>/__tests__/bundle'], testPathIgnorePatterns: ['/node_modules/'] };
