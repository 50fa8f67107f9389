import { describe, expect, it } from '@jest/globals';
import { conclusionOf, type Concluded } from './conclusion.js';

const found = (verdict: string, parts: Partial<Concluded> = {}): Concluded => ({
  ...{ kind: 'suite', comparison: { verdict, reasons: [`It is ${verdict}.`] }, worse: [], baselineFailed: 0 },
  ...parts,
});

describe('the conclusion of a swap', () => {
  it('passes only where all comparisons do, and fails where one does, with its reasons alone', () => {
    const pass = found('PASS');
    const open = found('INCONCLUSIVE', { kind: 'replay' });
    expect(conclusionOf([pass, pass]).verdict).toBe('PASS');
    expect(conclusionOf([pass, open])).toEqual({ verdict: 'INCONCLUSIVE', reason: 'Replayed: It is INCONCLUSIVE.' });
    expect(conclusionOf([found('FAIL'), open])).toEqual({ verdict: 'FAIL', reason: 'It is FAIL.' });
  });

  it('names the cases that fell most where it fails', () => {
    const worse = ['a', 'b', 'c', 'd'].map((caseId) => ({
      scorer: 'exact',
      caseId,
      baseline: 1,
      candidate: 0,
      reason: '',
    }));
    const { reason } = conclusionOf([found('FAIL', { worse })]);
    expect(reason).toBe('It is FAIL. Worst: a (exact 1.00 → 0.00), b (exact 1.00 → 0.00), c (exact 1.00 → 0.00).');
  });

  it('is open where the baseline was down: what is not worse than that proves nothing', () => {
    const down = conclusionOf([found('PASS', { baselineFailed: 0.9 })]);
    expect(down).toMatchObject({
      verdict: 'INCONCLUSIVE',
      reason: expect.stringMatching(/^90 % of the baseline's runs failed/),
    });
    expect(conclusionOf([found('FAIL', { baselineFailed: 0.9 })]).verdict).toBe('FAIL');
  });
});
