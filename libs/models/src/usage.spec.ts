import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { NO_USAGE, addUsage, normaliseUsage, priceOf } from './usage.js';

const tokens = fc.nat(1_000_000);

describe('usage', () => {
  it('the identities hold whatever a provider reports, under every rule', () => {
    const reported = fc.record({
      input: tokens,
      cacheRead: tokens,
      cacheWrite: tokens,
      output: tokens,
      reasoning: tokens,
    });
    const rule = fc.record({ inputIncludesCached: fc.boolean(), outputIncludesReasoning: fc.boolean() });
    fc.assert(
      fc.property(fc.array(fc.tuple(reported, rule), { minLength: 1 }), (reports) => {
        const usages = reports.map(([report, by]) => normaliseUsage(report, by));
        for (const usage of [...usages, usages.reduce(addUsage, NO_USAGE)]) {
          expect(usage.inputTokens).toBe(usage.uncachedInputTokens + usage.cacheReadTokens + usage.cacheWriteTokens);
          expect(usage.uncachedInputTokens).toBeGreaterThanOrEqual(0);
          expect(usage.reasoningTokens).toBeLessThanOrEqual(usage.outputTokens);
        }
      }),
    );
  });

  it('counts as each provider means it', () => {
    const report = { input: 100, cacheRead: 60, cacheWrite: 0, output: 20, reasoning: 5 };
    expect(normaliseUsage(report, { inputIncludesCached: true, outputIncludesReasoning: true })).toMatchObject({
      inputTokens: 100,
      uncachedInputTokens: 40,
      outputTokens: 20,
    });
    expect(normaliseUsage(report, { inputIncludesCached: false, outputIncludesReasoning: false })).toMatchObject({
      inputTokens: 160,
      uncachedInputTokens: 100,
      outputTokens: 25,
    });
  });

  it('is priced by part, and costs nothing where no price is known', () => {
    const usage = normaliseUsage(
      { input: 3_000_000, cacheRead: 1_000_000, cacheWrite: 1_000_000, output: 1_000_000, reasoning: 0 },
      { inputIncludesCached: true, outputIncludesReasoning: true },
    );
    expect(priceOf(usage, { prices: { input: 2, output: 10, cacheRead: 0.1, cacheWrite: 2.5 } })).toBeCloseTo(14.6);
    expect(priceOf(usage, { prices: { input: 2, output: 10 } })).toBeCloseTo(16);
    expect(priceOf(usage, { prices: null })).toBe(0);
  });
});
