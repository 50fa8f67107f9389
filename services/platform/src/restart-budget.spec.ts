import { describe, expect, it } from '@jest/globals';
import { RestartBudget } from './restart-budget.js';

describe('what ends by itself', () => {
  it('is started again after longer and longer, and given up at the sixth end within a minute', () => {
    const budget = new RestartBudget(() => 0);
    expect(Array.from({ length: 6 }, () => budget.ended())).toEqual([200, 400, 800, 1_600, 3_200, undefined]);
  });

  it('is as new when it ran for a minute', () => {
    let now = 0;
    const budget = new RestartBudget(() => now);
    for (let end = 0; end < 20; end += 1) {
      expect(budget.ended()).toBe(200);
      now += 60_000;
    }
  });
});
