// Every project's tests in one run, on one NATS and one Postgres.
export default {
  projects: ['<rootDir>/libs/*', '<rootDir>/services/*', '<rootDir>/test/*'],
  reporters: ['default', '<rootDir>/scripts/jest/counts-reporter.mjs'],
};
