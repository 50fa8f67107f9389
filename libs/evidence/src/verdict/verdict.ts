/** PASS: not worse by more than the margin. FAIL: worse. INCONCLUSIVE: neither is proven yet. */
export type Verdict = 'PASS' | 'FAIL' | 'INCONCLUSIVE';

export interface VerdictOptions {
  /** By how much the candidate may be worse, in the unit of the scores (0.02 is two points of a share); above 0. */
  margin: number;
  /**
   * FAIL takes the proof that the candidate is worse by more than this, 0 up to the margin; 0 where absent. For candidates
   * that are worse by something in between both PASS and FAIL are true, and what is proven first is said.
   */
  tolerated?: number;
  /** Chance of a PASS where the candidate is worse by the margin, and of a FAIL where it is not worse than tolerated; 5 %. */
  alpha?: number;
}

export interface VerdictReport {
  verdict: Verdict;
  /** Candidate less baseline. */
  difference: number;
  /** Each end is wrong with a chance of alpha at most. */
  interval: { low: number; high: number };
  cases: number;
  /** Of INCONCLUSIVE: cases that would decide if they are like those so far. Absent where no reasonable number would. */
  moreCases?: number;
}
