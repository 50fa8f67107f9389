// Every project's tests in one run, on one NATS and one Postgres.
export default {
  // Jest reads this of the whole run only. It is not a measure of speed: it ends a test that hangs, also on a busy machine.
  testTimeout: 300_000,
  projects: ['libs', 'services', 'test'].map((folder) => `<rootDir>/${folder}/*/jest.config.mjs`),
  testSequencer: '<rootDir>/scripts/jest/long-tests-first.mjs',
  // What a test file leaves of its modules is never freed (jest's ES modules live in contexts of their own): a worker that has
  // grown to this is replaced after the file, before the collector takes more of the machine than the tests.
  workerIdleMemoryLimit: '1GB',
  reporters: ['default', '<rootDir>/scripts/jest/counts-reporter.mjs'],
};
