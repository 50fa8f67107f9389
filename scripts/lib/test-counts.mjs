/** The closing line of every test run. */
export const countsLine = ({ passed, failed, skipped }) =>
  `Tests: ${passed} passed, ${failed} failed, ${skipped} skipped`;

/** A suite that did not even load counts as one failure: its tests are not known. */
export const countsOf = (results) => ({
  passed: results.numPassedTests,
  failed: results.numFailedTests + results.numRuntimeErrorTestSuites,
  skipped: results.numPendingTests + results.numTodoTests,
});
