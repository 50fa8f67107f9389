import { influenceVariances } from './influence.js';
import { intervalAbout, normalWidth, type IntervalForm, type IntervalOptions } from './interval.js';
import type { Interval } from '../interval.js';
import { livesLasting, riskTable, type RiskRow } from './risk-table.js';
import { checkSubjects, type Subject } from './subject.js';

/** The curve from this time until the next step. */
export interface SurvivalStep {
  time: number;
  atRisk: number;
  events: number;
  censored: number;
  /** The estimated probability to live longer than `time`. */
  survival: number;
  /** Of the logarithm of `survival`; undefined once nobody is left (R: NaN). */
  logError: number | undefined;
  /** Of `survival`; undefined once nobody is left. */
  standardError: number | undefined;
  /** For this time alone; undefined where the form has none. For all times at once see `simultaneousBand`. */
  interval: Interval | undefined;
}

export interface SurvivalCurve {
  subjects: number;
  /** Undefined where the subjects name none. */
  clusters: number | undefined;
  events: number;
  confidence: number;
  form: IntervalForm;
  /** The curve is of lives that lasted until then; 0: of all. */
  from: number;
  /** One at each distinct end of watching, censored or not. The curve is 1 before the first. */
  steps: SurvivalStep[];
  /**
   * The time at which all who were being watched ended although others were yet to enter. From there the curve is 0
   * whatever those others did: ask again with a later `from`.
   */
  emptiedAt: number | undefined;
}

export interface SurvivalOptions extends IntervalOptions {
  /** Only of lives that lasted until then, as R's `start.time`. Default: of all. */
  from?: number;
}

/**
 * Kaplan and Meier's estimate of how long lives last, with left truncation. The variance is Greenwood's; where
 * subjects name clusters it is the infinitesimal jackknife summed by cluster, as R's `robust = TRUE`. As R's `survfit`,
 * which counts an end of watching that is tied with an event as after it.
 * @throws SwitchyardError `survival.invalid`
 */
export function kaplanMeier(all: readonly Subject[], options: SurvivalOptions = {}): SurvivalCurve {
  const { confidence = 0.95, form = 'log-log', from } = options;
  const subjects = livesLasting(all, from);
  checkSubjects(subjects);
  const width = normalWidth(confidence);
  const rows = riskTable(subjects);
  const isClustered = subjects[0]?.cluster !== undefined;
  const robust = isClustered ? influenceVariances(subjects, rows, []).map(({ survival }) => survival) : undefined;
  let survival = 1;
  let greenwood = 0;
  const steps = rows.map((row, index): SurvivalStep => {
    survival *= 1 - row.events / row.atRisk;
    greenwood += row.events / (row.atRisk * (row.atRisk - row.events));
    const logError = survival > 0 ? Math.sqrt(robust ? (robust[index] ?? 0) / survival ** 2 : greenwood) : undefined;
    const { time, atRisk, events, censored } = row;
    const standardError = logError === undefined ? undefined : survival * logError;
    const interval = intervalAbout(survival, logError, width, form);
    return { time, atRisk, events, censored, survival, logError, standardError, interval };
  });
  return {
    subjects: subjects.length,
    clusters: isClustered ? new Set(subjects.map(({ cluster }) => cluster)).size : undefined,
    events: rows.reduce((sum, { events }) => sum + events, 0),
    confidence,
    form,
    from: from ?? 0,
    steps,
    emptiedAt: emptiedAt(rows),
  };
}

/** The step that holds at a time; undefined before the first, where the curve is 1. */
export function stepAt<T extends { time: number }>(steps: readonly T[], time: number): T | undefined {
  return steps.findLast((step) => step.time <= time);
}

function emptiedAt(rows: readonly RiskRow[]): number | undefined {
  return rows.slice(0, -1).find(({ atRisk, events }) => events > 0 && events === atRisk)?.time;
}
