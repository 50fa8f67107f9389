import type { CasePair, ComparedCase, ComparedScore } from './compared-case.js';
import type { WeighedPair } from './pair-estimate.js';

/** What one scorer found in the cases that both have. */
export interface ScorerPairs {
  scorer: string;
  pairs: WeighedPair[];
  /** Cases that have this scorer in both, of which one has not a single score. */
  unscored: number;
  /** Why its scores do not decide; empty where they may. */
  uncounted: string;
}

/** Of these cases, scorers of which people's labels vouch for every score, or that no model judges. */
export function trustedScorers(...evaluations: (readonly ComparedCase[])[]): Set<string> {
  const scores = evaluations.flat().flatMap(({ runs }) => runs.flatMap((run) => run.scores));
  const unchecked = new Set(scores.filter(({ uncalibrated }) => uncalibrated).map(({ scorer }) => scorer));
  return new Set(scores.map(({ scorer }) => scorer).filter((scorer) => !unchecked.has(scorer)));
}

/** Names of all scorers, those of the candidate first, in the order of the suites. */
export function scorersOf(candidate: readonly ComparedCase[], baseline: readonly ComparedCase[]): string[] {
  const names = [...candidate, ...baseline].flatMap(({ runs }) =>
    runs.flatMap(({ scores }) => scores.map(({ scorer }) => scorer)),
  );
  return [...new Set(names)];
}

/** Repeats of a case are averaged: they are one case, however often it was asked. */
export function scorerPairs(scorer: string, cases: readonly CasePair[], trusted: ReadonlySet<string>): ScorerPairs {
  const both = cases.map(({ candidate, baseline }) => ({
    ...{ candidate, of: scoresBy(scorer, candidate), before: scoresBy(scorer, baseline) },
  }));
  const shared = both.filter(({ of, before }) => of.length > 0 && before.length > 0);
  const pairs = shared.flatMap(({ candidate, of, before }) => {
    const [after, ahead] = [meanOf(of), meanOf(before)];
    if (after === undefined || ahead === undefined) return [];
    return [{ baseline: ahead, candidate: after, cluster: clusterOf(candidate), weight: candidate.weight }];
  });
  const alike = shared.every(({ of, before }) => areAlike([...of, ...before]));
  const uncounted = reasonNotToCount(trusted.has(scorer), shared.length, alike);
  return { scorer, pairs, unscored: shared.length - pairs.length, uncounted };
}

/** What the runs of a case took on average, by both. */
export function measurePairs(cases: readonly CasePair[], measure: 'costUsd' | 'durationMs'): WeighedPair[] {
  const mean = ({ runs }: ComparedCase) => runs.reduce((sum, run) => sum + run[measure], 0) / runs.length;
  // A cost is a cost: what a case counts for quality says nothing of it.
  return cases.map(({ candidate, baseline }) => ({
    ...{ baseline: mean(baseline), candidate: mean(candidate), cluster: clusterOf(candidate), weight: 1 },
  }));
}

/** A case by itself is never taken for a cluster that has its name. */
function clusterOf({ cluster, id }: ComparedCase): string {
  return cluster === undefined ? `case ${id}` : `cluster ${cluster}`;
}

function scoresBy(name: string, { runs }: ComparedCase): ComparedScore[] {
  return runs.flatMap(({ scores }) => scores.filter(({ scorer }) => scorer === name));
}

function meanOf(scores: readonly ComparedScore[]): number | undefined {
  const scored = scores.filter(({ errorCode }) => errorCode === '');
  return scored.length === 0 ? undefined : scored.reduce((sum, { value }) => sum + value, 0) / scored.length;
}

/** Whether scores are by one measure. Nobody judged a run that failed: it says nothing of the judge. */
function areAlike(scores: readonly ComparedScore[]): boolean {
  const rules = new Set(scores.map(({ rule }) => rule));
  const judges = new Set(scores.map(({ judge }) => judge).filter((judge) => judge !== ''));
  return rules.size <= 1 && judges.size <= 1;
}

function reasonNotToCount(trusted: boolean, shared: number, alike: boolean): string {
  if (!trusted) return "It is by a judge that is not calibrated against people's labels.";
  if (shared === 0) return 'No case has it in both evaluations.';
  return alike ? '' : 'Its options or its judge are not the same in both evaluations.';
}
