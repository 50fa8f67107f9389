import { describe, expect, it } from '@jest/globals';
import { cost } from './cost.js';
import { latency } from './latency.js';
import { judge, problemsOf, run } from './scorer.fixture.js';

describe('latency', () => {
  it('passes up to the limit', () => {
    expect(judge(latency, { max_ms: 100 }, run({ durationMs: 100 }))).toEqual({
      value: 1,
      passed: true,
      reason: 'took 100 ms of 100 ms',
    });
    expect(judge(latency, { max_ms: 100 }, run({ durationMs: 100.5 })).passed).toBe(false);
  });

  it('needs its limit', () => {
    expect(problemsOf(latency, {})).toEqual(['max_ms: is missing']);
    expect(problemsOf(latency, { max_ms: 0 })).toHaveLength(1);
    expect(problemsOf(latency, { max_ms: '5' })).toHaveLength(1);
  });
});

describe('cost', () => {
  it('passes up to the limit, which may be nothing', () => {
    expect(judge(cost, { max_usd: 0 }, run({ costUsd: 0 })).passed).toBe(true);
    expect(judge(cost, { max_usd: 0.01 }, run({ costUsd: 0.011 }))).toMatchObject({
      passed: false,
      reason: 'cost $0.011000 of $0.01',
    });
    expect(problemsOf(cost, {})).toEqual(['max_usd: is missing']);
  });
});
