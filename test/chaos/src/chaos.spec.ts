import { describe, expect, it } from '@jest/globals';
import { runChaos } from './run-chaos.fixture.js';
import type { VerifyReport } from './report.js';

describe('random agent programs under random failures', () => {
  it('lose nothing, do nothing twice, and all come to their end', async () => {
    const options = ['--seed', '20261126', '--programs', '40', '--in-flight', '12', '--quick'];
    const report = (await runChaos(...options)) as VerifyReport;
    expect(report.violations).toEqual([]);
    expect(report.runs).toBeGreaterThanOrEqual(40);
    expect(Object.keys(report.faults).length).toBeGreaterThan(3);
  }, 400_000);
});
