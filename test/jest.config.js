import { fileURLToPath } from 'node:url';
import { bundledPackages } from './support/bundled-packages.mjs';

const { folder: packages, moduleNameMapper } = await bundledPackages();

/**
 * The kinds of specs, the fastest first: `.unit` needs nothing, `.property` makes up histories, `.source` reads the
 * source, `.http` opens a port, `.int` needs a database, `.e2e` talks HTTP to the whole service.
 */
const project = (displayName, options) => ({
  displayName,
  rootDir: fileURLToPath(new URL('..', import.meta.url)),
  roots: ['<rootDir>/test', '<rootDir>/src'],
  testMatch: [`<rootDir>/test/**/*.${displayName}.spec.ts`],
  testEnvironment: '<rootDir>/test/support/environment.mjs',
  testEnvironmentOptions: { packages },
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: {
    ...moduleNameMapper,
    '^(\\.{1,2}/.*)\\.js$': '$1',
    '^@earmark/client$': '<rootDir>/client/src/index.ts',
  },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: true },
          target: 'es2022',
          experimental: { keepImportAttributes: true },
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
  rootDir: fileURLToPath(new URL('..', import.meta.url)),
  coverageProvider: 'v8',
  collectCoverageFrom: ['src/**/*.ts'],
  coverageDirectory: 'coverage',
  coverageReporters: ['text', 'html'],
  // Many tests wait for processes and for PostgreSQL, which has no more than 300 connections for all of them.
  maxWorkers: 4,
  // Modules of specs that have ended stay in memory, and looking through them takes ever longer.
  workerIdleMemoryLimit: '800MB',
  testSequencer: '<rootDir>/test/support/slowest-first.mjs',
  // It only ends what hangs: how long a test may take depends on the machine.
  testTimeout: 300_000,
  projects: [
    ...['unit', 'property', 'source', 'http'].map((kind) => project(kind, {})),
    ...['int', 'e2e'].map((kind) => project(kind, withDatabase)),
  ],
};
