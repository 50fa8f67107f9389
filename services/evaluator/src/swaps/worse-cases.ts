import type { ComparedCase } from '../comparison/compared-case.js';
import { pairCases } from '../comparison/pair-cases.js';
import type { WorseCase } from './swap.js';

/** Of each scorer; what is named is for people to read. */
const NAMED = 10;
/** Characters of a scorer's reason. */
const REASON = 300;

/** The cases in which the candidate fell most, of each scorer, the worst first. */
export function worseCases(candidate: readonly ComparedCase[], baseline: readonly ComparedCase[]): WorseCase[] {
  const { pairs } = pairCases(candidate, baseline);
  const scorers = [
    ...new Set(candidate.flatMap(({ runs }) => runs.flatMap(({ scores }) => scores.map(({ scorer }) => scorer)))),
  ];
  return scorers.flatMap((scorer) =>
    pairs
      .flatMap((pair) => {
        const [before, after] = [scoresOf(pair.baseline, scorer), scoresOf(pair.candidate, scorer)];
        const [worst] = [...after].sort((one, other) => one.value - other.value);
        if (worst === undefined || before.length === 0) return [];
        const fallen = { baseline: mean(before), candidate: mean(after) };
        return [{ scorer, caseId: pair.candidate.id, ...fallen, reason: worst.reason.slice(0, REASON) }];
      })
      .filter((each) => each.candidate < each.baseline)
      .sort(
        (one, other) =>
          one.candidate - one.baseline - (other.candidate - other.baseline) || (one.caseId < other.caseId ? -1 : 1),
      )
      .slice(0, NAMED),
  );
}

function scoresOf({ runs }: ComparedCase, scorer: string) {
  return runs.flatMap(({ scores }) => scores.filter((score) => score.scorer === scorer && score.errorCode === ''));
}

function mean(scores: readonly { value: number }[]): number {
  return scores.reduce((sum, { value }) => sum + value, 0) / scores.length;
}
