import type { RiskRow } from './risk-table.js';
import type { Subject } from './subject.js';

/** Variances at one row: of the probability to live on, and of having ended by each cause that was asked for. */
export interface InfluenceVariance {
  survival: number;
  byCause: number[];
}

/**
 * Variances by the infinitesimal jackknife: how much each subject moves the estimates, squared, summed; the subjects of
 * one cluster are added up before they are squared. It equals Greenwood's for the survival of independent subjects
 * without truncation, and is what R's `survfit` gives for competing risks. Takes time in proportion to clusters × rows.
 */
export function influenceVariances(
  subjects: readonly Subject[],
  rows: readonly RiskRow[],
  causes: readonly string[],
): InfluenceVariance[] {
  const groups = groupByCluster(subjects);
  const onSurvival = new Float64Array(groups.length);
  const onCause = causes.map(() => new Float64Array(groups.length));
  let survival = 1;
  return rows.map((row) => {
    const { atRisk, events, byCause } = row;
    const variance: InfluenceVariance = { survival: 0, byCause: causes.map(() => 0) };
    groups.forEach((group, g) => {
      const { watched, ended } = group.at(row.time);
      const before = onSurvival[g] ?? 0;
      const share = survival / atRisk;
      const moved = before * (1 - events / atRisk) - share * (total(ended) - (watched * events) / atRisk);
      onSurvival[g] = moved;
      variance.survival += moved ** 2;
      causes.forEach((cause, c) => {
        const deaths = byCause.get(cause) ?? 0;
        const own = (ended?.get(cause) ?? 0) - (watched * deaths) / atRisk;
        const sum = (onCause[c]?.[g] ?? 0) + (before * deaths) / atRisk + share * own;
        const column = onCause[c];
        if (column) column[g] = sum;
        variance.byCause[c] = (variance.byCause[c] ?? 0) + sum ** 2;
      });
    });
    survival *= 1 - events / atRisk;
    return variance;
  });
}

/** The members of a cluster, asked at times that only grow. */
class Group {
  private readonly entries: number[];
  private readonly exits: number[];
  private readonly events = new Map<number, Map<string, number>>();
  private entered = 0;
  private gone = 0;

  constructor(members: readonly Subject[]) {
    this.entries = members.map(({ entry = -Infinity }) => entry).sort((a, b) => a - b);
    this.exits = members.map(({ exit }) => exit).sort((a, b) => a - b);
    for (const { exit, cause } of members) {
      if (cause === undefined) continue;
      const ended = this.events.get(exit) ?? new Map<string, number>();
      ended.set(cause, (ended.get(cause) ?? 0) + 1);
      this.events.set(exit, ended);
    }
  }

  at(time: number): { watched: number; ended: ReadonlyMap<string, number> | undefined } {
    while ((this.entries[this.entered] ?? Infinity) < time) this.entered += 1;
    while ((this.exits[this.gone] ?? Infinity) < time) this.gone += 1;
    return { watched: this.entered - this.gone, ended: this.events.get(time) };
  }
}

function groupByCluster(subjects: readonly Subject[]): Group[] {
  const members = new Map<unknown, Subject[]>();
  for (const subject of subjects) {
    const key = subject.cluster ?? subject;
    const group = members.get(key);
    if (group) group.push(subject);
    else members.set(key, [subject]);
  }
  return [...members.values()].map((group) => new Group(group));
}

function total(ended: ReadonlyMap<string, number> | undefined): number {
  let sum = 0;
  for (const count of ended?.values() ?? []) sum += count;
  return sum;
}
