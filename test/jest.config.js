import { fileURLToPath } from 'node:url';

/** `.unit` needs nothing, `.int` a database, `.e2e` the whole service over HTTP. */
const project = (displayName, options) => ({
  displayName,
  rootDir: fileURLToPath(new URL('..', import.meta.url)),
  roots: ['<rootDir>/test', '<rootDir>/src'],
  testMatch: [`<rootDir>/test/**/*.${displayName}.spec.ts`],
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: true },
          target: 'es2022',
        },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
  ...options,
});

const withDatabase = {
  globalSetup: '<rootDir>/test/support/start-postgres.mjs',
  globalTeardown: '<rootDir>/test/support/stop-postgres.mjs',
};

export default {
  maxWorkers: 2,
  testTimeout: 30_000,
  projects: [project('unit', {}), project('int', withDatabase), project('e2e', withDatabase)],
};
