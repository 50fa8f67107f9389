import { describe, expect, it } from '@jest/globals';
import { seededNumbers } from '@switchyard/testing';
import { fixedVerdict } from './fixed-verdict.js';
import { casesToFind, casesToTellShares, deviationOfPairs, minimumDetectableEffect } from './sample-size.js';
import { SequentialVerdict } from './sequential-verdict.js';

/** A pair of scores, 0 or 1: `discordance` is the share that differ, `difference` the mean difference. */
function drawPair(random: () => number, discordance: number, difference: number): [number, number] {
  const part = random();
  if (part < (discordance - difference) / 2) return [1, 0];
  return part < discordance ? [0, 1] : [1, 1];
}

function shareOf(
  verdict: string,
  { difference, margin, series }: { difference: number; margin: number; series: number },
) {
  const random = seededNumbers(51);
  let count = 0;
  for (let index = 0; index < series; index++) {
    const running = new SequentialVerdict({ margin });
    for (let pair = 0; pair < 1_500 && running.verdict === 'INCONCLUSIVE'; pair++)
      running.add(...drawPair(random, 0.1, difference));
    if (running.verdict === verdict) count++;
  }
  return count / series;
}

describe('SequentialVerdict', () => {
  it('fails what is as good in at most 5 % of series, though it is asked after every pair', () => {
    expect(shareOf('FAIL', { difference: 0, margin: 0.2, series: 100 })).toBeLessThanOrEqual(0.05);
    // With a margin that no number of pairs here can prove, so that no PASS ends the series.
    expect(shareOf('FAIL', { difference: 0, margin: 0.001, series: 200 })).toBeLessThanOrEqual(0.05);
  });

  it('passes what is worse by the margin in at most 5 % of series', () => {
    expect(shareOf('PASS', { difference: -0.05, margin: 0.05, series: 200 })).toBeLessThanOrEqual(0.05);
  });

  it('finds a regression of 5 points, and passes what is as good by a margin of 5', () => {
    expect(shareOf('FAIL', { difference: -0.05, margin: 0.02, series: 100 })).toBeGreaterThan(0.9);
    expect(shareOf('PASS', { difference: 0, margin: 0.05, series: 100 })).toBeGreaterThan(0.9);
  });

  it('says how many more pairs like those so far would decide, and they do', () => {
    const running = new SequentialVerdict({ margin: 0.02 });
    const add = (pairs: number) => {
      for (let pair = 0; pair < pairs; pair++) running.add(1, pair % 10 === 9 ? 0 : 1);
    };
    add(20);
    const { verdict, moreCases = Number.NaN } = running.report();
    expect(verdict).toBe('INCONCLUSIVE');
    add(10 * Math.ceil(moreCases / 10));
    expect(running.report().verdict).toBe('FAIL');
    expect(running.decidedAfter).toBeLessThanOrEqual(30 + moreCases);
  });

  it('gives no number where it cannot know: few pairs', () => {
    const running = new SequentialVerdict({ margin: 0.02 });
    running.add(1, 1);
    expect(running.report()).not.toHaveProperty('moreCases');
  });

  it('stays with its verdict', () => {
    const running = new SequentialVerdict({ margin: 0.1 });
    for (let pair = 0; pair < 100; pair++) running.add(1, 0);
    for (let pair = 0; pair < 1_000; pair++) running.add(0, 1);
    expect(running.verdict).toBe('FAIL');
  });

  it.each([{ margin: 0 }, { margin: Number.NaN }, { margin: 0.02, tolerated: 0.03 }, { margin: 0.02, alpha: 1 }])(
    'refuses %j',
    (options) => {
      expect(() => new SequentialVerdict(options)).toThrow(expect.objectContaining({ code: 'evidence.invalid' }));
    },
  );

  it.each([Number.NaN, 2, -1])('refuses a score of %d, and is as it was', (score) => {
    const running = new SequentialVerdict({ margin: 0.02 });
    expect(() => running.add(score, 1)).toThrow(expect.objectContaining({ code: 'evidence.invalid' }));
    expect(running.report().cases).toBe(0);
  });
});

describe('fixedVerdict', () => {
  const estimate = (value: number, standardError: number, clusters = 400) => ({
    value,
    standardError,
    freedom: clusters - 1,
    cases: 400,
    clusters,
  });

  it.each([
    [0, 0.01, 'PASS'],
    [-0.04, 0.01, 'FAIL'],
    [-0.01, 0.02, 'INCONCLUSIVE'],
  ])('of a difference of %d with a standard error of %d is %s', (value, standardError, verdict) => {
    expect(fixedVerdict(estimate(value, standardError), { margin: 0.02 }).verdict).toBe(verdict);
  });

  it('is not sure by few clusters, however many cases they have', () => {
    expect(fixedVerdict(estimate(0, 0.01, 3), { margin: 0.02 }).verdict).toBe('INCONCLUSIVE');
  });

  it('says how many more cases would decide: as many as bring the standard error down to the gap', () => {
    const { moreCases } = fixedVerdict(estimate(0, 0.02), { margin: 0.02 });
    // (1.6487 · 0.02 / 0.02)² − 1 of 400.
    expect(moreCases).toBe(Math.ceil(400 * (1.648681534 ** 2 - 1)));
  });

  it('does not believe a handful of cases that all went alike', () => {
    const alike = (cases: number) => ({ value: 0, standardError: 0, freedom: cases - 1, cases, clusters: cases });
    const { verdict, moreCases = Number.NaN } = fixedVerdict(alike(2), { margin: 0.02 });
    expect(verdict).toBe('INCONCLUSIVE');
    // −ln 5 % / 2 %: 149.8.
    expect(moreCases).toBe(148);
    expect(fixedVerdict(alike(150), { margin: 0.02 }).verdict).toBe('PASS');
  });

  it('gives no number where the difference stands between both answers', () => {
    const report = fixedVerdict(estimate(-0.02, 0.02), { margin: 0.02, tolerated: 0.02 });
    expect(report).not.toHaveProperty('moreCases');
  });
});

describe('sample sizes', () => {
  it('are those of R: power.prop.test', () => {
    expect(casesToTellShares(0.8, 0.75)).toBeCloseTo(861.4197776364157, 6);
    // R solves for it to a tolerance; 3 points at 82 %, two sides.
    expect(casesToTellShares(0.82, 0.85, { sides: 2 })).toBeCloseTo(2401.886076249881, 4);
  });

  it('lead to the effect that they were computed for', () => {
    const deviation = deviationOfPairs(0.1, -0.05);
    expect(minimumDetectableEffect(casesToFind(-0.05, deviation), deviation)).toBeCloseTo(0.05, 12);
  });

  it.each([
    ['no difference', () => casesToFind(0, 1)],
    ['equal shares', () => casesToTellShares(0.5, 0.5)],
    ['fewer pairs that differ than the difference', () => deviationOfPairs(0.01, 0.05)],
    ['a power of 1', () => casesToFind(1, 1, { power: 1 })],
    ['no cases', () => minimumDetectableEffect(0, 1)],
  ])('refuse %s', (_, compute) => {
    expect(compute).toThrow(expect.objectContaining({ code: 'evidence.invalid' }));
  });
});
