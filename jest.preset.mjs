// One jest set-up for every project: ES modules, TypeScript through swc, workspace packages read from source.
import { fileURLToPath } from 'node:url';

const run = (file) => fileURLToPath(new URL(`libs/testing/run/${file}`, import.meta.url));

export const project = (directory) => ({
  displayName: directory,
  testEnvironment: 'node',
  testMatch: ['<rootDir>/src/**/*.spec.ts', '<rootDir>/test/**/*.spec.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  // js before mjs: the mapping below takes the ending off, and a package's index.mjs may import its own index.js.
  moduleFileExtensions: ['ts', 'js', 'mjs', 'json', 'node'],
  testEnvironmentOptions: { customExportConditions: ['@switchyard/source', 'node', 'node-addons'] },
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2022',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
          keepClassNames: true,
        },
        module: { type: 'es6' },
        swcrc: false,
        sourceMaps: 'inline',
      },
    ],
  },
  setupFiles: [run('seed.mjs')],
  // Names a folder for the run's servers, and stops what tests started in it.
  globalSetup: run('global-setup.mjs'),
  globalTeardown: run('global-teardown.mjs'),
  testTimeout: 300_000,
});
