import { CanaryTest, DrawnDifference } from '@switchyard/evidence';
import { seededNumbers } from '@switchyard/testing';

/** Of the candidate, as in `measureCanary`. */
const EXPOSURES = 300;
const ALPHA = 0.05;
const SHARE = 0.1;
/** As the evaluator's guardrails on costs and latencies have it. */
const DECIDES_FROM = 100;

export interface GuardrailFigures {
  /** What is measured, and how it is distributed. */
  measure: string;
  /** How much worse the candidate is: of costs relative, of ratings in points. */
  worse: number;
  margin: number;
  /** The share of series in which harm is found within 300 exposures of the candidate. */
  found: number;
}

/** How often guardrails on values that are no successes find harm: where there is none, where the margin allows it, and where there is. */
export function measureGuardrails(series: number, seed: number): GuardrailFigures[] {
  const designs = [
    ...[0, 0.1, 0.3, 0.5].map((worse) => ({ measure: 'cost, exponential', worse, margin: 0.1, of: cost })),
    ...[0, 0.05, 0.1].map((worse) => ({ measure: 'rating, uniform', worse, margin: 0, of: rating })),
  ];
  return designs.map(({ of, ...design }, index) => {
    let found = 0;
    for (let one = 0; one < series; one++)
      if (of(seededNumbers(seed + index * series + one), design.worse, design.margin)) found++;
    return { ...design, found: found / series };
  });
}

function cost(random: () => number, worse: number, margin: number): boolean {
  const drawn = new DrawnDifference();
  while (drawn.canaries < EXPOSURES) {
    const canary = random() < SHARE;
    drawn.add({ canary, share: SHARE, value: -Math.log(1 - random()) * (canary ? 1 + worse : 1) });
    if (Math.min(drawn.canaries, drawn.controls) < DECIDES_FROM) continue;
    const interval = drawn.interval({ factor: 1 + margin, alpha: ALPHA, tightestAt: EXPOSURES / SHARE });
    if (interval && interval.low > 0) return true;
  }
  return false;
}

function rating(random: () => number, worse: number): boolean {
  const test = new CanaryTest();
  for (let canaries = 0; canaries < EXPOSURES;) {
    const canary = random() < SHARE;
    // From 0.5 to 1, and as much lower as it is worse.
    test.add({ canary, share: SHARE, success: 0.5 + random() / 2 - (canary ? worse : 0) });
    if (test.refutedAt(ALPHA)) return true;
    if (canary) canaries++;
  }
  return false;
}
