import { describe, expect, it } from '@jest/globals';
import { create, SurvivalReportSchema, timestampFromMs } from '@switchyard/contracts';
import { survivalText } from './survival-text.js';

describe('survival in words', () => {
  it('says that nothing has run', () => {
    expect(survivalText(create(SurvivalReportSchema, {}))).toBe('Nothing has run yet.');
  });

  it('tells by when half have ended and why, draws the curve, and lists the lives', () => {
    const text = survivalText(
      create(SurvivalReportSchema, {
        unit: 'runs',
        comparison: { chiSquare: 5.5, degreesOfFreedom: 1, p: 0.0191 },
        groups: [
          {
            ...{ name: 'one', lives: 4, ended: 3, median: 10, medianLow: 4, restrictedMean: 12, until: 17 },
            ...{ restrictedMeanLow: 7.25, restrictedMeanHigh: 16.75 },
            curve: [
              { time: 4, atRisk: 4, ended: 1, survival: 0.75, low: 0.13, high: 0.96 },
              { time: 9, atRisk: 3, ended: 0, survival: 0.75 },
              { time: 10, atRisk: 2, ended: 1, survival: 0.375 },
            ],
            causes: [{ cause: 'rolled_back', ended: 1, probability: 0.25, low: 0.01, high: 0.7 }],
          },
        ],
        lives: [
          {
            fingerprint: 'sha256:0123456789abcdef',
            agent: 'a',
            backend: 'b',
            bornAt: timestampFromMs(Date.now()),
            runs: 3,
          },
          {
            fingerprint: 'sha256:fedcba',
            agent: 'a',
            backend: 'b',
            cause: 'error_rate',
            differsIn: ['backend'],
            runs: 9,
          },
        ],
      }),
    );
    expect(text).toContain('one: 4 configurations, 3 ended; half have ended by 10 runs (95 %: 4 runs to not known)');
    expect(text).toContain('on average 12 runs of 17 runs (95 %: 7.25 runs to 16.8 runs)');
    expect(text).toContain(`${'█'.repeat(36)}${'·'.repeat(12)}  75 %`);
    const alone = {
      unit: 'runs',
      lives: [{ agent: 'a' }],
      groups: [{ name: 'new', lives: 1, until: 9, restrictedMean: 9, restrictedMeanLow: 9 }],
    };
    expect(survivalText(create(SurvivalReportSchema, alone))).toMatch(/after 9 runs; on average 9 runs of 9 runs$/m);
    const inDays = { unit: 'days', lives: [{ agent: 'a' }], groups: [{ lives: 1, until: 1.5, restrictedMean: 1.5 }] };
    expect(survivalText(create(SurvivalReportSchema, inDays))).toContain('are in use after 1 d 12 h');
    expect(text.match(/█/g)).toHaveLength(36 + 18);
    expect(text).toContain('rolled_back     25 % by then (95 %: 1 % to 70 %), 1 of them');
    expect(text).toContain('log-rank 5.50, 1 degree of freedom, p 0.019');
    expect(text).toMatch(/0123456789ab +a +b .* in use/);
    expect(text).toMatch(/fedcba .* error rate +backend/);
  });
});
