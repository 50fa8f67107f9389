import { BoundedGuard } from './bounded-guard.js';
import type { Found } from './decide.js';
import type { Finding, GuardrailTest, Observed } from './finding.js';
import type { WatchedGuardrail } from './guardrail.js';
import { MeanGuard } from './mean-guard.js';
import { shareAt, type ShareSpan } from './share-span.js';

/** The first run of a thread or user that ended: what a canary compares. */
export interface ExposedRun {
  canary: boolean;
  startedAt: Date;
  completed: boolean;
  costUsd: number;
  durationMs: number;
  overridden: boolean;
}

/** The first that was said or scored of a thread or user. */
export interface ExposedWord {
  canary: boolean;
  startedAt: Date;
  /** 0 to 1. */
  value: number;
}

/** What the record has of a rollout, each list in the order in which it counts. */
export interface Exposures {
  runs: readonly ExposedRun[];
  /** By guardrail's name. */
  words: ReadonlyMap<string, readonly ExposedWord[]>;
}

/** Exposures of the candidate at which a share is looked at with most of its alpha: as simulated, `npm run bench -- evidence`. */
export const PLANNED_AT = 300;

/**
 * What each guardrail finds in the record. Of the same exposures always the same, so that a restart, a second replica or an event that
 * comes twice changes nothing.
 */
export function weigh(
  guardrails: readonly WatchedGuardrail[],
  { runs, words }: Exposures,
  spans: readonly ShareSpan[],
  promoteAfter: number,
): Found[] {
  return guardrails.map((guardrail) => {
    const test = testOf(guardrail, promoteAfter);
    if (test === undefined) return { guardrail, finding: unknownMeasure(guardrail) };
    const heard = words.get(guardrail.name);
    const observed = heard
      ? heard.flatMap((word) => drawn(word, word.value, spans))
      : runs.flatMap((run) => drawn(run, valueOf(run, guardrail.measure), spans));
    for (const each of observed) test.add(each);
    return { guardrail, finding: test.finding() };
  });
}

/** Whether a run is part of the comparison: drawn with a chance that is known, and that left both arms open. */
export function isCompared({ startedAt }: { startedAt: Date }, spans: readonly ShareSpan[]): boolean {
  const share = shareAt(spans, startedAt);
  return share !== undefined && share > 0 && share < 1;
}

function testOf({ measure, alpha, margin }: WatchedGuardrail, promoteAfter: number): GuardrailTest | undefined {
  // A rollout that ends before is looked at when it ends. Either number is fixed when it starts.
  const plannedAt = promoteAfter > 0 ? Math.min(promoteAfter, PLANNED_AT) : PLANNED_AT;
  switch (measure) {
    case 'success':
      return new BoundedGuard({ alpha, margin, good: 'high', plannedAt });
    case 'overrides':
      return new BoundedGuard({ alpha, margin, good: 'low', plannedAt });
    case 'feedback':
    case 'score':
      return new BoundedGuard({ alpha, margin, good: 'high' });
    case 'cost':
    case 'latency':
      return new MeanGuard({ alpha, margin });
    default:
      return undefined;
  }
}

function drawn(
  exposed: { canary: boolean; startedAt: Date },
  value: number | undefined,
  spans: readonly ShareSpan[],
): Observed[] {
  const share = shareAt(spans, exposed.startedAt);
  if (value === undefined || share === undefined || !isCompared(exposed, spans)) return [];
  return [{ canary: exposed.canary, share, value }];
}

/** Undefined where the run says nothing of it: one that failed at once was not quick. */
function valueOf(run: ExposedRun, measure: string): number | undefined {
  switch (measure) {
    case 'success':
      return run.completed ? 1 : 0;
    case 'overrides':
      return run.overridden ? 1 : 0;
    case 'cost':
      return run.costUsd;
    case 'latency':
      return run.completed ? run.durationMs : undefined;
    default:
      return undefined;
  }
}

function unknownMeasure({ measure }: WatchedGuardrail): Finding {
  const none = { exposures: 0, mean: 0 };
  return {
    candidate: none,
    baseline: none,
    verdict: 'waiting',
    note: `cannot be measured: "${measure}" is unknown here`,
  };
}
