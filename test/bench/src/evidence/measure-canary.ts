import { CanaryGuard, MeanTest } from '@switchyard/evidence';
import { seededNumbers } from '@switchyard/testing';

export const EXPOSURES = 300;
export const DROP = 0.1;
/** ln(1 / 5 %): where looks after every exposure had all of alpha, without a planned one. */
const ALL_OF_ALPHA = Math.log(20);
/** As many series more for the share that is held against 5 %: of 1,000 it would be off by 0.7 points. */
const MORE_OF_REFERENCE = 4;

export interface CanaryDesign {
  /** The share of the control's runs that succeed. */
  baseline: number;
  /** The share of traffic that the canary gets; its exposures are what is counted. */
  share: number;
}

export interface CanaryFigures extends CanaryDesign {
  /** The share of series with a ten-point regression that is rolled back within 300 exposures of the canary. */
  rollback: number;
  /** The same of a canary that is as good. */
  falseRollback: number;
  /** Both without the planned look, all of alpha for looks after every exposure. */
  rollbackAnytime: number;
  falseRollbackAnytime: number;
  /** The same against a control whose rate is known exactly, as if by endless history. */
  rollbackKnown: number;
  /** Exposures of the canary until the roll-back, on average of those rolled back. */
  exposures: number;
}

export const REFERENCE_CANARY: CanaryDesign = { baseline: 0.9, share: 0.1 };
export const CANARIES: readonly CanaryDesign[] = [0.1, 0.25, 0.5].flatMap((share) =>
  [0.5, 0.6, 0.7, 0.8, 0.9, 0.95].map((baseline) => ({ baseline, share })),
);

export function measureCanary(series: number, seed: number): CanaryFigures[] {
  return CANARIES.map((design, index) => {
    const worse = rollbacks(design, DROP, series, seed + index);
    const reference = design.baseline === REFERENCE_CANARY.baseline && design.share === REFERENCE_CANARY.share;
    const same = rollbacks(design, 0, reference ? series * MORE_OF_REFERENCE : series, seed + 1_000 + index);
    return {
      ...design,
      rollback: worse.planned,
      falseRollback: same.planned,
      rollbackAnytime: worse.anytime,
      falseRollbackAnytime: same.anytime,
      rollbackKnown: againstKnownRate(design.baseline, series, seed + 2_000 + index),
      exposures: worse.exposures,
    };
  });
}

function rollbacks(
  { baseline, share }: CanaryDesign,
  drop: number,
  series: number,
  seed: number,
): { planned: number; anytime: number; exposures: number } {
  const random = seededNumbers(seed);
  let [planned, anytime, exposures] = [0, 0, 0];
  for (let index = 0; index < series; index++) {
    const guard = new CanaryGuard({ plannedAt: EXPOSURES });
    let rolledBackAt: number | undefined;
    let refuted = false;
    while (guard.exposures < EXPOSURES && !(rolledBackAt !== undefined && refuted)) {
      const canary = random() < share;
      const state = guard.add({ canary, success: random() < (canary ? baseline - drop : baseline), share });
      if (state === 'roll_back') rolledBackAt ??= guard.exposures;
      refuted ||= guard.evidence.log >= ALL_OF_ALPHA;
    }
    if (rolledBackAt !== undefined) {
      planned++;
      exposures += rolledBackAt;
    }
    if (refuted) anytime++;
  }
  return { planned: planned / series, anytime: anytime / series, exposures: exposures / Math.max(1, planned) };
}

function againstKnownRate(baseline: number, series: number, seed: number): number {
  const random = seededNumbers(seed);
  // What `CanaryTest` bets on, as stakes against a known rate: the best one for a drop is drop / rate.
  const stakes = [
    { share: 0.05 / baseline, weight: 0.2 },
    { share: DROP / baseline, weight: 0.5 },
    { share: 0.2 / baseline, weight: 0.2 },
    { share: 0.4 / baseline, weight: 0.1 },
  ];
  let refuted = 0;
  for (let index = 0; index < series; index++) {
    const test = new MeanTest({ mean: baseline, side: 'below', stakes });
    while (test.count < EXPOSURES && test.logEvidence < ALL_OF_ALPHA) test.add(random() < baseline - DROP ? 1 : 0);
    if (test.logEvidence >= ALL_OF_ALPHA) refuted++;
  }
  return refuted / series;
}
