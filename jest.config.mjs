import { availableParallelism } from 'node:os';

/** Below __tests__/: what starts the committed `dist/`, scripts or labs in processes, and takes its time. */
export const PROCESSES = [
  'bundle/*.test.ts',
  'docs/{licences,publisher,release-scripts,version}.test.ts',
  'labs/*.test.ts',
  'pipeline/{examples,worked-examples}.test.ts',
  'sandbox/serve.test.ts',
];

/** @type {import('jest').Config} */
export default {
  testEnvironment: '<rootDir>/__tests__/support/environment.mjs',
  // Many tests wait: for time limits, and for processes.
  maxWorkers: availableParallelism() + 1,
  // Many tests start processes; on a busy machine five seconds are not enough.
  testTimeout: 20_000,
  // The sources, too, so that `jest --findRelatedTests src/…` finds the tests that import a file.
  roots: ['__tests__', 'src', 'sandbox', 'e2e', 'bench', 'labs'].map((folder) => `<rootDir>/${folder}`),
  globalSetup: '<rootDir>/__tests__/support/key-directory.mjs',
  setupFilesAfterEnv: ['<rootDir>/__tests__/support/every-test-asserts.ts'],
  // The others are for jest.processes.config.mjs.
  testMatch: ['**/*.test.ts', ...PROCESSES.map((pattern) => `!**/__tests__/${pattern}`)],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' } }] },
  // TypeScript names the file that will exist (./x.js); jest runs the one that does (./x.ts).
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  collectCoverageFrom: [
    'src/**/*.ts',
    // The entry points do something when they are imported, so they only run in processes of their own, which
    // __tests__/bundle starts: coverage is measured in this one.
    ...[
      'main',
      'post',
      'drop',
      'credential-process',
      'credential-endpoint',
      'check-trust',
      'rewrite-uses',
    ].map((name) => `!src/${name}.ts`),
  ],
  coverageProvider: 'v8',
  coverageThreshold: { global: { lines: 95, branches: 95 } },
};
