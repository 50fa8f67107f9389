import { create, EvaluationComparisonSchema, type EvaluationComparison } from '@switchyard/contracts';
import { checkedOptions, intervalOf } from '@switchyard/evidence';
import type { ComparedCase } from './compared-case.js';
import { comparisonInvalid } from './comparison-invalid.js';
import { criticalFailures } from './critical-cases.js';
import { overallVerdict } from './overall-verdict.js';
import { pairCases } from './pair-cases.js';
import { pairedMeans, type PairedMeans, type WeighedPair } from './pair-estimate.js';
import { measurePairs, scorerPairs, scorersOf, trustedScorers } from './scorer-pairs.js';
import { scorerVerdicts, type ScorerVerdict, type VerdictSettings } from './scorer-verdicts.js';

/** Cases that are named in an answer; the counts are of all. */
const NAMED = 100;

export interface ComparisonQuestion extends VerdictSettings {
  candidate: readonly ComparedCase[];
  baseline: readonly ComparedCase[];
  /** How the candidate ended. */
  status: string;
  /** All of both where empty. */
  scorers: readonly string[];
}

/**
 * Whether the candidate is worse than the baseline, by the cases that both have. The same cases give the same answer, to the byte:
 * nothing in it is drawn by lot, and no time is read.
 *
 * @throws SwitchyardError `comparison.invalid` where nothing can be compared, `evidence.invalid` for a margin, tolerance or alpha that means nothing
 */
export function compareEvaluations(question: ComparisonQuestion): EvaluationComparison {
  const { candidate, baseline, status } = question;
  // At once: where no case varies, nobody would ask for a verdict by them.
  const { margin, tolerated, alpha } = checkedOptions(question);
  const { pairs, onlyInCandidate, onlyInBaseline, changed } = pairCases(candidate, baseline);
  if (pairs.length === 0) throw nothingInCommon(changed.length);
  const trusted = trustedScorers(candidate, baseline);
  const compared = wanted(question).map((scorer) => {
    const found = scorerPairs(scorer, pairs, trusted);
    return { ...found, means: pairedMeans(found.pairs) };
  });
  const verdicts = verdictsOf(compared, { margin, tolerated, alpha });
  const scorers = compared.map((found) => scorerView(found, verdicts.get(found.scorer)));
  const vetoes = criticalFailures(candidate, baseline, trusted);
  return create(EvaluationComparisonSchema, {
    ...{ margin, tolerated, alpha, scorers },
    ...overallVerdict({ scorers, vetoes, status, margin }),
    ...{ vetoes: vetoes.length, criticalFailures: vetoes.slice(0, NAMED) },
    cases: pairs.length,
    onlyInCandidate: namesOf(onlyInCandidate),
    onlyInBaseline: namesOf(onlyInBaseline),
    changed: namesOf(changed),
    costUsd: measureView(measurePairs(pairs, 'costUsd')),
    durationMs: measureView(measurePairs(pairs, 'durationMs')),
  });
}

interface Compared {
  scorer: string;
  unscored: number;
  uncounted: string;
  means: PairedMeans;
}

function wanted({ candidate, baseline, scorers }: ComparisonQuestion): string[] {
  const all = scorersOf(candidate, baseline);
  const unknown = scorers.filter((scorer) => !all.includes(scorer));
  if (unknown.length > 0)
    throw comparisonInvalid(
      `Neither evaluation has a scorer "${unknown[0]}". Give one of those that ran: ${all.join(', ')}.`,
      { unknown, scorers: all },
    );
  return scorers.length === 0 ? all : all.filter((scorer) => scorers.includes(scorer));
}

/** Scorers that have no part in the verdict are judged each by itself: they must not make it harder for those that have. */
function verdictsOf(compared: readonly Compared[], settings: VerdictSettings): Map<string, ScorerVerdict> {
  const known = compared.flatMap(({ scorer, uncounted, means: { estimate } }) =>
    estimate ? [{ scorer, gates: uncounted === '', estimate }] : [],
  );
  const groups = [known.filter(({ gates }) => gates), ...known.filter(({ gates }) => !gates).map((each) => [each])];
  return new Map(
    groups.flatMap((group) => {
      const verdicts = scorerVerdicts(
        group.map(({ estimate }) => estimate),
        settings,
      );
      return verdicts.map((verdict, index) => [group[index]?.scorer ?? '', verdict] as const);
    }),
  );
}

function scorerView({ scorer, unscored, uncounted, means }: Compared, report: ScorerVerdict | undefined) {
  const { cases, clusters, baselineMean, candidateMean, difference } = means;
  return {
    ...{ scorer, cases, clusters, baselineMean, candidateMean, difference, unscored },
    ...{
      gates: uncounted === '',
      note: uncounted || noteOf(means),
      verdict: report?.verdict ?? ('INCONCLUSIVE' as const),
    },
    // Scores lie between 0 and 1, so that no difference is beyond 1; small suites' intervals would be.
    ...(report
      ? { low: Math.max(-1, report.interval.low), high: Math.min(1, report.interval.high), pWorse: report.pWorse }
      : {}),
    ...(report?.moreCases === undefined ? {} : { moreCases: report.moreCases }),
  };
}

function noteOf({ cases, estimate }: PairedMeans): string {
  if (cases === 0 || estimate) return '';
  return 'there is only one, or all are of one cluster, and how much they vary takes two.';
}

function measureView(pairs: readonly WeighedPair[]) {
  const { cases, baselineMean, candidateMean, difference, estimate } = pairedMeans(pairs);
  return { cases, baselineMean, candidateMean, difference, ...(estimate ? intervalOf(estimate) : {}) };
}

function namesOf(ids: readonly string[]) {
  return { count: ids.length, ids: ids.slice(0, NAMED) };
}

function nothingInCommon(changed: number) {
  return comparisonInvalid(
    changed > 0
      ? `The ${changed} case(s) that both have ask or expect something else in each. Run both on one version of the suite.`
      : 'No case has ended in both evaluations, so there is nothing to compare. Run both on the same cases.',
    { changed },
  );
}
