import { influenceVariances } from './influence.js';
import { intervalAbout, normalWidth, type IntervalForm } from './interval.js';
import type { Interval } from '../interval.js';
import type { SurvivalOptions } from './kaplan-meier.js';
import { livesLasting, riskTable } from './risk-table.js';
import { checkSubjects, type Subject } from './subject.js';

/** The probability to have ended by one cause, with the other causes at work. */
export interface Incidence {
  cause: string;
  probability: number;
  standardError: number;
  interval: Interval | undefined;
}

export interface IncidenceStep {
  time: number;
  atRisk: number;
  events: number;
  /** The probability to live on. With the incidences it adds up to 1. */
  survival: number;
  survivalError: number;
  /** In the order of `causes`. */
  incidences: Incidence[];
}

export interface CumulativeIncidence {
  subjects: number;
  causes: string[];
  confidence: number;
  form: IntervalForm;
  from: number;
  steps: IncidenceStep[];
}

/**
 * Aalen and Johansen's cumulative incidence of each cause, with left truncation: which part of the lives has ended by a
 * time because of what. (Kaplan and Meier's curve with the other causes censored would tell of a world without them, and
 * adds up to more than 1.) Variances by the infinitesimal jackknife over clusters, as R's `survfit` with a factor as status.
 * @throws SwitchyardError `survival.invalid`
 */
export function aalenJohansen(all: readonly Subject[], options: SurvivalOptions = {}): CumulativeIncidence {
  const { confidence = 0.95, form = 'log-log', from } = options;
  const subjects = livesLasting(all, from);
  checkSubjects(subjects);
  const width = normalWidth(confidence);
  const causes = [...new Set(subjects.flatMap(({ cause }) => cause ?? []))].sort();
  const rows = riskTable(subjects);
  const variances = influenceVariances(subjects, rows, causes);
  const ended = causes.map(() => 0);
  let survival = 1;
  const steps = rows.map(({ time, atRisk, events, byCause }, index): IncidenceStep => {
    const incidences = causes.map((cause, c): Incidence => {
      const probability = (ended[c] ?? 0) + (survival * (byCause.get(cause) ?? 0)) / atRisk;
      ended[c] = probability;
      const standardError = Math.sqrt(variances[index]?.byCause[c] ?? 0);
      const logError = probability > 0 ? standardError / probability : undefined;
      return { cause, probability, standardError, interval: intervalAbout(probability, logError, width, form) };
    });
    survival *= 1 - events / atRisk;
    const survivalError = Math.sqrt(variances[index]?.survival ?? 0);
    return { time, atRisk, events, survival, survivalError, incidences };
  });
  return { subjects: subjects.length, causes, confidence, form, from: from ?? 0, steps };
}
