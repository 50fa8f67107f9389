import type { ComparedCase, ComparedScore } from './compared-case.js';

/** A case of one run with these scores, by scorer: a value of 1 passes. */
export function caseOf(id: string, scores: Record<string, number>, parts: Partial<ComparedCase> = {}): ComparedCase {
  return {
    ...{ id, content: 'same', cluster: undefined, weight: 1, critical: false },
    runs: [runOf(Object.entries(scores).map(([scorer, value]) => scoreOf(scorer, value)))],
    ...parts,
  };
}

export function runOf(scores: ComparedScore[], repeat = 1) {
  return { repeat, failed: false, error: '', costUsd: 0.01, durationMs: 100, scores };
}

export function scoreOf(scorer: string, value: number, parts: Partial<ComparedScore> = {}): ComparedScore {
  const passed = value === 1;
  return {
    scorer,
    value,
    passed,
    reason: passed ? '' : 'wrong',
    errorCode: '',
    uncalibrated: false,
    rule: '',
    judge: '',
    ...parts,
  };
}

/** So many cases, of which the first few fail. */
export function casesOf(count: number, failing: number, scorer = 'exact'): ComparedCase[] {
  return Array.from({ length: count }, (_, n) => caseOf(`case-${n}`, { [scorer]: n < failing ? 0 : 1 }));
}
