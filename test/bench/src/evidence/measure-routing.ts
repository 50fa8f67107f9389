import { simulateRouting, syntheticRows, type RoutingRow, type SimulationReport } from '@switchyard/evidence';
import { seededNumbers } from '@switchyard/testing';
import type { MmluPair } from './mmlu/parse-mmlu.js';

/** What the strong and the weak model of RouteLLM cost for a question, in one unit: the ratio of its paper (arXiv 2406.18665, section 5), $24.7 and $0.24 a million tokens. */
const COST = { strong: 24.7, weak: 0.24 };
/** Half of the tasks could go to the strongest. */
const BUDGET_SHARE = 0.5;
/** From half way on the strongest keeps half of its quality. */
const DROP = { at: 0.5, keeps: 0.5 };

export interface RoutingFigures {
  /** Whose answers: "simulated", or "mmlu". */
  rows: string;
  plain: SimulationReport;
  withBudget: SimulationReport;
  afterDrop: SimulationReport;
  /** The same with other seeds: luck decides what is learnt first. */
  others: { spentShare: number | undefined; recoveredAfter: number | undefined }[];
}

/** The answers of RouteLLM's two models to MMLU, each subject a class of task. */
export function rowsOfMmlu(pairs: readonly MmluPair[], random: () => number): RoutingRow[] {
  const rows = pairs.map(({ subject, baseline: weak, candidate: strong }) => ({
    taskClass: subject,
    quality: { strong, weak },
    cost: COST,
  }));
  // As they are published, all questions of a subject come after one another: no traffic does.
  for (let last = rows.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1));
    const [one, two] = [rows[last], rows[other]];
    if (one && two) [rows[last], rows[other]] = [two, one];
  }
  return rows;
}

/**
 * How a router learns from answers that come one after the other: without a budget, with one, and when its best backend gets
 * worse.
 * @param rowsOf the tasks of a seed: in another order, or drawn anew
 * @param others how many seeds more
 */
export function measureRouting(
  name: string,
  rowsOf: (seed: number) => readonly RoutingRow[],
  seed: number,
  others: number,
): RoutingFigures {
  const rows = rowsOf(seed);
  const random = seededNumbers(seed);
  const plain = simulateRouting(rows, { random });
  return {
    ...{ rows: name, plain, ...strained(rows, random) },
    others: Array.from({ length: others }, (_, i) => {
      const other = seed + 1 + i;
      const { withBudget, afterDrop } = strained(rowsOf(other), seededNumbers(other));
      return { spentShare: withBudget.spentShare, recoveredAfter: afterDrop.recoveredAfter };
    }),
  };
}

function strained(rows: readonly RoutingRow[], random: () => number) {
  const strongest = strongestOf(rows);
  const perTask = (BUDGET_SHARE * rows.reduce((sum, { cost }) => sum + (cost[strongest] ?? 0), 0)) / rows.length;
  const drop = { backend: strongest, at: Math.floor(rows.length * DROP.at), keeps: DROP.keeps };
  return {
    withBudget: simulateRouting(rows, { random, settings: { budget: { perTask } } }),
    afterDrop: simulateRouting(rows, { random, drop }),
  };
}

export function simulatedRows(rows: number, seed: number): RoutingRow[] {
  return syntheticRows({ random: seededNumbers(seed), rows });
}

function strongestOf(rows: readonly RoutingRow[]): string {
  const sums = new Map<string, number>();
  for (const { quality } of rows)
    for (const [backend, value] of Object.entries(quality)) sums.set(backend, (sums.get(backend) ?? 0) + value);
  return [...sums].reduce((best, each) => (each[1] > best[1] ? each : best), ['', -1])[0];
}
