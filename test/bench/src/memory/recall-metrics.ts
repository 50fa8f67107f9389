/** What a recall gave: for each hit, the turns that it stands for. */
export type Ranking = readonly ReadonlySet<string>[];

/** How one question was answered. */
export interface Outcome {
  category: string;
  /** For each piece of evidence its place in the answer, from 1; `undefined`: not in it. */
  ranks: readonly (number | undefined)[];
}

export interface RecallFigures {
  questions: number;
  recallAt5: number;
  recallAt10: number;
  recallAt20: number;
  /** Share of the questions of which all evidence is among the first ten. */
  allAt10: number;
  /** Mean of 1 / place of the first piece of evidence, 0 where none was found. */
  mrr: number;
}

/** The place of the first hit that stands for any of these turns, from 1. */
export function rankOf(ranking: Ranking, turns: readonly string[]): number | undefined {
  const index = ranking.findIndex((hit) => turns.some((turn) => hit.has(turn)));
  return index === -1 ? undefined : index + 1;
}

/** Micro-averages: every question counts the same, whatever its conversation. All figures of no question are NaN. */
export function recallFigures(outcomes: readonly Outcome[]): RecallFigures {
  const mean = (of: (ranks: Outcome['ranks']) => number): number =>
    outcomes.reduce((sum, { ranks }) => sum + of(ranks), 0) / outcomes.length;
  const within = (ranks: Outcome['ranks'], limit: number): number =>
    ranks.filter((rank) => rank !== undefined && rank <= limit).length / ranks.length;
  return {
    questions: outcomes.length,
    recallAt5: mean((ranks) => within(ranks, 5)),
    recallAt10: mean((ranks) => within(ranks, 10)),
    recallAt20: mean((ranks) => within(ranks, 20)),
    allAt10: mean((ranks) => (within(ranks, 10) === 1 ? 1 : 0)),
    mrr: mean((ranks) => 1 / Math.min(...ranks.map((rank) => rank ?? Number.POSITIVE_INFINITY))),
  };
}

/** The same for each category, in the order of their names. */
export function byCategory(outcomes: readonly Outcome[]): Record<string, RecallFigures> {
  const names = [...new Set(outcomes.map(({ category }) => category))].sort();
  return Object.fromEntries(
    names.map((name) => [name, recallFigures(outcomes.filter(({ category }) => category === name))]),
  );
}
