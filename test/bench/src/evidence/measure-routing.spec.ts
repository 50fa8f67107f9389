import { describe, expect, it } from '@jest/globals';
import { seededNumbers } from '@switchyard/testing';
import { measureRouting, rowsOfMmlu, simulatedRows } from './measure-routing.js';

describe('rows of MMLU', () => {
  it('have every question once, in another order, each subject a class', () => {
    const pairs = Array.from({ length: 50 }, (_, n) => ({ subject: `s${n % 5}`, baseline: n % 2, candidate: 1 }));
    const rows = rowsOfMmlu(pairs, seededNumbers(1));
    const read = rows.map(({ taskClass, quality }) => `${taskClass} ${quality['weak']} ${quality['strong']}`);
    const given = pairs.map(({ subject, baseline, candidate }) => `${subject} ${baseline} ${candidate}`);
    expect([...read].sort()).toEqual([...given].sort());
    expect(read).not.toEqual(given);
  });
});

describe('routing over simulated tasks', () => {
  it('keeps within its budget and uses it, and recovers from a drop', () => {
    const told = measureRouting('simulated', (seed) => simulatedRows(4_000, seed), 3, 2);
    const { withBudget, afterDrop, plain, others } = told;
    expect(withBudget.spentShare).toBeGreaterThan(0.97);
    expect(withBudget.spentShare).toBeLessThanOrEqual(1);
    expect(afterDrop.recoveredAfter).toBeLessThan(500);
    expect(others).toHaveLength(2);
    for (const { spentShare, recoveredAfter } of others) {
      expect(spentShare).toBeLessThanOrEqual(1);
      expect(recoveredAfter).toBeLessThan(500);
    }
    expect(plain.quality).toBeGreaterThan(plain.random.quality);
    expect(plain.quality).toBeLessThan(plain.oracle.quality);
  });
});
