import { describe, expect, it } from '@jest/globals';
import { kinds } from './check.fixture.js';
import { checkSchedule, type Occurrence } from './check-schedule.js';
import type { Violation } from './violation.js';

const at = (time: number, status = 'completed', runId = `run_${time}`): Occurrence => ({ at: time, runId, status });

/** Of a schedule that had to publish at 2, 4 and 6 seconds. */
function found(...occurrences: Occurrence[]): string[] {
  const violations: Violation[] = [];
  checkSchedule({ everyMs: 2_000, first: 2_000, last: 6_000, occurrences }, (kind, text) =>
    violations.push({ kind, program: 'schedule', text }),
  );
  return kinds(violations);
}

describe('of a schedule, what the verifier finds', () => {
  it('is nothing where each time came once, whatever came after the last that had to', () => {
    expect(found(at(6_000), at(2_000), at(4_000), at(8_000))).toEqual([]);
  });

  it('is a time that never came, one that came twice, and one that is no time of it', () => {
    expect(found(at(2_000), at(6_000))).toEqual(['lost']);
    expect(found(at(2_000), at(4_000), at(4_000, 'completed', 'run_b'), at(6_000))).toEqual(['duplicated']);
    expect(found(at(2_000), at(4_000), at(5_000), at(6_000))).toEqual(['wrong']);
  });

  it('is a task that failed or did not end', () => {
    expect(found(at(2_000), at(4_000, 'failed'), at(6_000, 'running'))).toEqual(['wrong', 'stuck']);
  });
});
