import { chiSquareTail } from '../distributions/chi-square.js';
import { riskTable } from './risk-table.js';
import { solve } from './solve.js';
import { checkSubjects, invalid, type Subject } from './subject.js';

export interface LogRankSubject extends Subject {
  /** What is compared: the configuration. */
  group: string;
  /** Only subjects of one stratum are compared with each other: a task class. Absent: all with all. */
  stratum?: string;
}

export interface LogRankGroup {
  group: string;
  subjects: number;
  observed: number;
  /** The ends that the group would have had if all groups ended alike. */
  expected: number;
}

export interface LogRankTest {
  groups: LogRankGroup[];
  chiSquare: number;
  degreesOfFreedom: number;
  /** The probability of a difference as large if all groups end alike. */
  p: number;
}

/**
 * Mantel's log-rank test of whether groups end alike, within strata, with left truncation. As R's `survdiff`; with left
 * truncation as the score test of `coxph(…, ties = "exact")`. It looks once: who looks again and again needs a test that
 * allows for that.
 * @throws SwitchyardError `survival.invalid`: also where there are fewer than two groups
 */
export function logRank(subjects: readonly LogRankSubject[]): LogRankTest {
  checkSubjects(subjects);
  const names = [...new Set(subjects.map(({ group }) => group))].sort();
  if (names.length < 2) throw invalid(`All ${subjects.length} subjects are of one group: there is nothing to compare.`);
  const sums = new Sums(names);
  for (const stratum of new Set(subjects.map((subject) => subject.stratum)))
    sums.add(subjects.filter((subject) => subject.stratum === stratum));
  return sums.test(subjects);
}

class Sums {
  private readonly observed: number[];
  private readonly expected: number[];
  private readonly covariance: number[][];

  constructor(private readonly names: readonly string[]) {
    this.observed = names.map(() => 0);
    this.expected = names.map(() => 0);
    this.covariance = names.map(() => names.map(() => 0));
  }

  add(stratum: readonly LogRankSubject[]): void {
    const own = this.names.map((name) => atRiskOf(stratum.filter(({ group }) => group === name)));
    for (const { time, atRisk, events } of riskTable(stratum)) {
      if (events === 0) continue;
      const counts = own.map((of) => of(time));
      // Of hypergeometric draws: the ends of a time are drawn without replacement from all at risk.
      const spread = atRisk > 1 ? (events * (atRisk - events)) / (atRisk ** 2 * (atRisk - 1)) : 0;
      counts.forEach((count, i) => {
        this.observed[i] = (this.observed[i] ?? 0) + count.events;
        this.expected[i] = (this.expected[i] ?? 0) + (events * count.atRisk) / atRisk;
        const row = this.covariance[i] ?? [];
        counts.forEach((other, j) => {
          row[j] = (row[j] ?? 0) + spread * count.atRisk * ((i === j ? atRisk : 0) - other.atRisk);
        });
      });
    }
  }

  test(subjects: readonly LogRankSubject[]): LogRankTest {
    // A group of which nobody was ever at risk when somebody ended says nothing, and its row would be all zeros. Of the
    // rest one is left out: the differences add up to 0.
    const told = this.names.map((_, i) => i).filter((i) => (this.expected[i] ?? 0) > 0);
    const kept = told.slice(1);
    const differences = kept.map((i) => (this.observed[i] ?? 0) - (this.expected[i] ?? 0));
    const matrix = kept.map((i) => kept.map((j) => this.covariance[i]?.[j] ?? 0));
    const weights = solve(matrix, differences);
    const chiSquare = differences.reduce((sum, difference, i) => sum + difference * (weights[i] ?? 0), 0);
    const groups = this.names.map((group, i) => ({
      group,
      subjects: subjects.filter((subject) => subject.group === group).length,
      observed: this.observed[i] ?? 0,
      expected: this.expected[i] ?? 0,
    }));
    const p = kept.length === 0 ? 1 : chiSquareTail(chiSquare, kept.length);
    return { groups, chiSquare, degreesOfFreedom: kept.length, p };
  }
}

/** A group's counts, asked at times that only grow. */
function atRiskOf(group: readonly Subject[]): (time: number) => { atRisk: number; events: number } {
  const entries = group.map(({ entry = -Infinity }) => entry).sort((a, b) => a - b);
  const exits = group.map(({ exit }) => exit).sort((a, b) => a - b);
  const events = new Map(riskTable(group).map((row) => [row.time, row.events]));
  let entered = 0;
  let gone = 0;
  return (time) => {
    while ((entries[entered] ?? Infinity) < time) entered += 1;
    while ((exits[gone] ?? Infinity) < time) gone += 1;
    return { atRisk: entered - gone, events: events.get(time) ?? 0 };
  };
}
