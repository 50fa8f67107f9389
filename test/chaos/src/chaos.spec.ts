import { describe, expect, it } from '@jest/globals';
import { runChaos } from './run-chaos.fixture.js';
import type { VerifyReport } from './report.js';

describe('random agent programs under random failures', () => {
  it('lose nothing, do nothing twice, and all come to their end', async () => {
    const options = ['--seed', '20261126', '--programs', '40', '--in-flight', '12', '--quick', '--failures', '6'];
    const report = (await runChaos(...options)) as VerifyReport;
    expect(report.violations).toEqual([]);
    expect(report.runs).toBeGreaterThanOrEqual(40);
    expect(Object.values(report.faults).reduce((sum, times) => sum + times, 0)).toBeGreaterThanOrEqual(6);
  }, 400_000);
});
