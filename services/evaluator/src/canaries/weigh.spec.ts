import { describe, expect, it } from '@jest/globals';
import { create, RolloutSchema, type MessageInitShape } from '@switchyard/contracts';
import { CanaryGuard } from '@switchyard/evidence';
import { seededNumbers } from '@switchyard/testing';
import { decide } from './decide.js';
import { watchedGuardrails } from './guardrail.js';
import type { ShareSpan } from './share-span.js';
import { weigh, type ExposedRun, type ExposedWord } from './weigh.js';

const startedAt = new Date('2026-11-01T00:00:00Z');
const span = (share: number): ShareSpan[] => [{ share, from: startedAt.toISOString(), to: startedAt.toISOString() }];
const NO_WORDS = new Map<string, ExposedWord[]>();

function guardrails(...given: MessageInitShape<typeof RolloutSchema>['guardrails'] & object) {
  return watchedGuardrails(create(RolloutSchema, { guardrails: given }));
}

/** Runs that are drawn, and as each arm has them. */
function runs(
  count: number,
  seed: number,
  share: number,
  of: (canary: boolean, random: () => number) => Partial<ExposedRun>,
): ExposedRun[] {
  const random = seededNumbers(seed);
  return Array.from({ length: count }, () => {
    const canary = random() < share;
    const plain = { canary, startedAt, completed: true, costUsd: 0.01, durationMs: 100, overridden: false };
    return { ...plain, ...of(canary, random) };
  });
}

describe('guardrails', () => {
  it('share the chance of a false alarm where they name none, and there is one where none is named', () => {
    expect(guardrails()).toEqual([{ name: 'success', measure: 'success', of: '', margin: 0.02, alpha: 0.05 }]);
    const named = guardrails({ measure: 'cost', margin: 0.1 }, { name: 'liked', measure: 'feedback', alpha: 0.01 });
    expect(named).toEqual([
      { name: 'cost', measure: 'cost', of: '', margin: 0.1, alpha: 0.025 },
      { name: 'liked', measure: 'feedback', of: 'rating', margin: 0, alpha: 0.01 },
    ]);
  });
});

describe('weighing', () => {
  it('of success decides as the guard that is simulated by the bench does, exposure by exposure', () => {
    for (const [seed, rate] of [
      [1, 0.8],
      [2, 0.9],
      [3, 0.85],
    ] as const) {
      const series = runs(4_000, seed, 0.1, (canary, random) => ({ completed: random() < (canary ? rate : 0.9) }));
      const guard = new CanaryGuard();
      for (const { canary, completed } of series) guard.add({ canary, success: completed, share: 0.1 });
      const [found] = weigh(guardrails(), { runs: series, words: NO_WORDS }, span(0.1), 0);
      expect(found?.finding.verdict === 'harm').toBe(guard.state === 'roll_back');
    }
  });

  it('rolls back hardly any that are as good on five measures at once', () => {
    const all = guardrails(...['success', 'cost', 'latency', 'overrides'].map((measure) => ({ measure, margin: 0 })), {
      measure: 'score',
      of: 'tone',
      margin: 0,
    });
    let harmed = 0;
    for (let seed = 0; seed < 30; seed += 1) {
      const series = runs(1_000, 100 + seed, 0.25, (_, random) => ({
        completed: random() < 0.9,
        costUsd: -Math.log(1 - random()),
        durationMs: -1_000 * Math.log(1 - random()),
        overridden: random() < 0.1,
      }));
      const random = seededNumbers(seed);
      const words = new Map([['score', series.map(({ canary }) => ({ canary, startedAt, value: random() }))]]);
      if (decide(weigh(all, { runs: series, words }, span(0.25), 0), 0, 0)) harmed += 1;
    }
    expect(harmed).toBeLessThanOrEqual(1);
  });

  it('finds what each measure measures, and names the guardrail', () => {
    const worse: Record<string, Partial<ExposedRun>> = {
      success: { completed: false },
      cost: { costUsd: 0.02 },
      latency: { durationMs: 200 },
      overrides: { overridden: true },
    };
    for (const [measure, parts] of Object.entries(worse)) {
      const series = runs(800, 7, 0.25, (canary, random) => (canary && random() < 0.8 ? parts : {}));
      const found = weigh(guardrails({ measure, margin: 0.02 }), { runs: series, words: NO_WORDS }, span(0.25), 0);
      expect(decide(found, 200, 0)).toMatchObject({ status: 'rolled_back', guardrail: measure });
    }
  });

  it('calls no harm what the margin allows, however sure it is', () => {
    const series = runs(6_000, 9, 0.5, (canary, random) => ({
      completed: random() < (canary ? 0.8 : 0.9),
      costUsd: canary ? 0.0105 : 0.01,
    }));
    const wide = guardrails({ measure: 'success', margin: 0.2 }, { measure: 'cost', margin: 0.1 });
    const found = weigh(wide, { runs: series, words: NO_WORDS }, span(0.5), 0);
    expect(found.map(({ finding }) => finding.verdict)).toEqual(['no_worse', 'no_worse']);
  });

  it('of failures and cancelled runs takes no latency: what failed at once was not quick', () => {
    const series = runs(900, 10, 0.5, (canary) => (canary ? { completed: false, durationMs: 1 } : {}));
    const [found] = weigh(guardrails({ measure: 'latency' }), { runs: series, words: NO_WORDS }, span(0.5), 0);
    expect(found?.finding).toMatchObject({ verdict: 'waiting', candidate: { exposures: 0 } });
  });

  it('compares nothing where all traffic goes to the candidate', () => {
    const series = runs(100, 11, 1, () => ({}));
    const [found] = weigh(guardrails(), { runs: series, words: NO_WORDS }, span(1), 0);
    expect(found?.finding).toMatchObject({ verdict: 'waiting', candidate: { exposures: 0 } });
  });

  it('waits for ever where it does not know the measure', () => {
    const series = runs(100, 12, 0.5, () => ({}));
    const [found] = weigh(guardrails({ measure: 'charm' }), { runs: series, words: NO_WORDS }, span(0.5), 0);
    expect(found?.finding).toMatchObject({ verdict: 'waiting', note: expect.stringContaining('charm') });
  });

  it('takes the planned look when a short rollout is promoted, and not after', () => {
    // 16 of 100 against 5: too little for the looks at any time, enough for the planned one.
    const series = runs(240, 13, 0.5, () => ({})).map((run, index) => {
      const nth = Math.floor(index / 2);
      return { ...run, canary: index % 2 === 0, completed: nth % (index % 2 === 0 ? 6 : 20) > 0 };
    });
    const short = weigh(guardrails(), { runs: series, words: NO_WORDS }, span(0.5), 100);
    const long = weigh(guardrails(), { runs: series, words: NO_WORDS }, span(0.5), 0);
    expect([short, long].map(([found]) => found?.finding.verdict)).toEqual(['harm', 'watching']);
  });
});

describe('a promotion', () => {
  it('says what each guardrail has heard, and which has heard too little', () => {
    const series = runs(80, 14, 0.5, () => ({}));
    const three = guardrails({ measure: 'success' }, { measure: 'cost' }, { measure: 'feedback' });
    const found = weigh(three, { runs: series, words: new Map([['feedback', []]]) }, span(0.5), 20);
    expect(decide(found, 40, 41)).toBeUndefined();
    expect(decide(found, 40, 40)?.reason).toMatch(
      /^40 exposures of the candidate were compared and no guardrail found harm: success of .*; cost of .*, which decides from 100 runs of each arm on; feedback has heard nothing of an arm\.$/,
    );
  });
});
