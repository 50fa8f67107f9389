import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import type { VerifyReport } from './verify.js';

const PROGRAM = fileURLToPath(new URL('../dist/index.js', import.meta.url));

/** The verifier as it is run by hand, in a process of its own; it answers with its report, whatever it found. */
function chaos(...options: string[]): Promise<VerifyReport> {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [PROGRAM, '--json', ...options], { maxBuffer: 2 ** 26 }, (error, output, said) => {
      const line = output.split('\n').find((text) => text.startsWith('{'));
      if (line === undefined) reject(new Error(`no report: ${said}`, { cause: error }));
      else resolve(JSON.parse(line) as VerifyReport);
    });
  });
}

describe('random agent programs under random failures', () => {
  it('lose nothing, do nothing twice, and all come to their end', async () => {
    const report = await chaos('--seed', '20261126', '--programs', '40', '--in-flight', '12', '--quick');
    expect(report.violations).toEqual([]);
    expect(report.runs).toBeGreaterThanOrEqual(40);
    expect(Object.keys(report.faults).length).toBeGreaterThan(3);
  }, 400_000);
});
