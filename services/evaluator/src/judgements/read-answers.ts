import type { NewScore } from '../evaluations/attempt.repository.js';
import { toNewScore } from '../evaluations/new-score.js';
import type { JudgeAnswer } from '../scorers/scorer.js';
import { bindScorers } from '../suite/resolve-scorers.js';
import type { SuiteCase } from '../suite/suite.js';

/** What a judge answered to one question of a scorer. */
export interface GivenAnswer extends JudgeAnswer {
  scorer: string;
  /** Whether the configuration that answered was calibrated then. */
  calibrated: boolean;
}

/** The scores of a case's judges, once all of them have answered. Pure. */
export function readAnswers(definition: SuiteCase, answers: readonly GivenAnswer[]): NewScore[] {
  return bindScorers(definition).flatMap((scorer) => {
    if (scorer.by !== 'agent') return [];
    const own = answers
      .filter((answer) => answer.scorer === scorer.name)
      .sort((one, other) => (one.variant < other.variant ? -1 : 1));
    const judges = new Set(own.map(({ configuration }) => configuration));
    // Answers of several are an error, and then nobody in particular is to be named.
    const [judge = ''] = judges.size === 1 ? judges : [];
    const { name, standard } = scorer;
    return [
      toNewScore(name, scorer.read(own), { judge, standard, uncalibrated: own.some(({ calibrated }) => !calibrated) }),
    ];
  });
}
