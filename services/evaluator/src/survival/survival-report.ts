import { timestampFromDate, type MessageInitShape, type SurvivalReportSchema } from '@switchyard/contracts';
import {
  aalenJohansen,
  kaplanMeier,
  logRank,
  restrictedMean,
  simultaneousBand,
  stepAt,
  survivalQuantile,
  type Subject,
} from '@switchyard/evidence';
import type { Life } from './lives.js';

type Report = MessageInitShape<typeof SurvivalReportSchema>;
type Group = NonNullable<Report['groups']>[number];

export type Unit = 'days' | 'runs';
export type GroupBy = 'all' | 'agent' | 'backend';

const DAY_MS = 86_400_000;
/** Lives of one report. */
const LISTED = 200;
/** Points of one curve; of more steps every so many-th is told, and the last. */
const POINTS = 200;

/**
 * The curves, comparisons and lives of a report.
 *
 * @param lives the last to begin first
 */
export function survivalReport(
  lives: readonly Life[],
  { by, unit, now }: { by: GroupBy; unit: Unit; now: Date },
): Report {
  const named = lives.flatMap((life) => {
    const subject = subjectOf(life, unit, now);
    return subject.exit > 0 ? [{ subject, group: groupOf(life, by) }] : [];
  });
  const names = [...new Set(named.map(({ group }) => group))].sort();
  const subjectsOf = (name: string) => named.filter(({ group }) => group === name).map(({ subject }) => subject);
  const ended = named.some(({ subject }) => subject.cause !== undefined);
  const test =
    names.length > 1 && ended ? logRank(named.map(({ subject, group }) => ({ ...subject, group }))) : undefined;
  return {
    unit,
    groups: names.map((name) => groupReport(name, subjectsOf(name))),
    ...(test ? { comparison: { chiSquare: test.chiSquare, degreesOfFreedom: test.degreesOfFreedom, p: test.p } } : {}),
    lives: lives.slice(0, LISTED).map(lifeView),
  };
}

/** One that is in use lives until now, whether or not it ran today. */
function subjectOf({ firstRunAt, runs, end }: Life, unit: Unit, now: Date): Subject {
  const exit = unit === 'runs' ? runs : ((end?.at ?? now).getTime() - firstRunAt.getTime()) / DAY_MS;
  return { exit, ...(end ? { cause: end.cause } : {}) };
}

function groupOf({ agent, configuration }: Life, by: GroupBy): string {
  return by === 'agent' ? agent : by === 'backend' ? configuration.backend : '';
}

function groupReport(name: string, subjects: readonly Subject[]): Group {
  const curve = kaplanMeier(subjects);
  const band = simultaneousBand(curve);
  const until = Math.max(...subjects.map(({ exit }) => exit));
  const { mean, interval } = restrictedMean(curve, until);
  const median = survivalQuantile(curve);
  return {
    ...{ name, lives: subjects.length, ended: curve.events, until },
    ...{ restrictedMean: mean, restrictedMeanLow: Math.max(0, interval.low), restrictedMeanHigh: interval.high },
    ...(median.time === undefined ? {} : { median: median.time }),
    ...(median.low === undefined ? {} : { medianLow: median.low }),
    ...(median.high === undefined ? {} : { medianHigh: median.high }),
    curve: thinned(curve.steps).map(({ time, atRisk, events, survival, interval: at }) => {
      const held = band && time >= band.from && time <= band.until ? stepAt(band.steps, time) : undefined;
      return {
        ...{ time, atRisk, ended: events, survival },
        ...(at ? { low: at.low, high: at.high } : {}),
        ...(held ? { bandLow: held.low, bandHigh: held.high } : {}),
      };
    }),
    causes: causesOf(subjects),
  };
}

function causesOf(subjects: readonly Subject[]): NonNullable<Group['causes']> {
  if (subjects.every(({ cause }) => cause === undefined)) return [];
  const last = aalenJohansen(subjects).steps.at(-1);
  return (last?.incidences ?? []).map(({ cause, probability, interval }) => ({
    cause,
    ended: subjects.filter((subject) => subject.cause === cause).length,
    probability,
    ...(interval ? { low: interval.low, high: interval.high } : {}),
  }));
}

function thinned<T>(steps: readonly T[]): T[] {
  const every = Math.ceil(steps.length / POINTS);
  return steps.filter((_, index) => index % every === 0 || index === steps.length - 1);
}

function lifeView({ agent, configuration, firstRunAt, lastRunAt, runs, failed, end }: Life) {
  return {
    ...{ fingerprint: configuration.fingerprint, agent, backend: configuration.backend, runs, failed },
    bornAt: timestampFromDate(firstRunAt),
    lastRunAt: timestampFromDate(lastRunAt),
    ...(end
      ? { endedAt: timestampFromDate(end.at), cause: end.cause, followedBy: end.followedBy, differsIn: end.differsIn }
      : {}),
  };
}
