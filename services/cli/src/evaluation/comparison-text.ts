import type { EvaluationComparison } from '@switchyard/contracts';
import { cost, count, duration, oneLine } from '../output/format.js';
import { bold, dim, green, harmless, red, yellow } from '../output/style.js';
import { table } from '../output/table.js';

type Scorer = EvaluationComparison['scorers'][number];
type Measure = NonNullable<EvaluationComparison['costUsd']>;

/** Critical cases that are shown; the rest is in the JSON document. */
const SHOWN = 20;

/** Two evaluations of a suite: the verdict with its reasons, then what it rests on. */
export function comparisonText(comparison: EvaluationComparison): string {
  const { verdict, reasons, suite, agent } = comparison;
  return [
    `${verdictColour(verdict)}  ${bold(harmless(suite))}  ${harmless(agent)}`,
    ...reasons.map((reason) => `  ${harmless(reason)}`),
    '',
    proofText(comparison),
  ].join('\n');
}

/** What a verdict rests on. */
export function proofText(comparison: EvaluationComparison): string {
  const { vetoes, criticalFailures } = comparison;
  const critical = criticalFailures
    .slice(0, SHOWN)
    .map(
      ({ caseId, repeat, scorer, reason }) =>
        `  ${harmless(caseId)} #${repeat}  ${harmless(oneLine(scorer ? `${scorer}: ${reason}` : reason, 120))}`,
    );
  return [
    sidesText(comparison),
    '',
    scorersText(comparison.scorers),
    ...notesOf(comparison).map((note) => yellow(note)),
    ...(vetoes > 0 ? ['', red(`${count(vetoes, 'critical case')} not passed:`), ...critical] : []),
  ].join('\n');
}

export function verdictColour(verdict: string): string {
  if (verdict === 'PASS') return green(verdict);
  return verdict === 'FAIL' ? red(verdict) : yellow(verdict);
}

/** How the baseline came about, in words; empty where somebody named it, or a swap did. */
export function choiceText({ baselineChoice }: EvaluationComparison): string {
  if (baselineChoice === 'other_configuration') return 'the newest before it with another configuration';
  if (baselineChoice === 'same_configuration') return 'the newest before it; none has another configuration';
  return '';
}

/** What the verdict is without, and why; a line each. */
export function notesOf({ scorers, onlyInCandidate, onlyInBaseline, changed }: EvaluationComparison): string[] {
  const cases = (names: typeof changed, what: string) =>
    names && names.count > 0 ? [`${what}: ${count(names.count, 'case')} (${named(names)}).`] : [];
  return [
    ...scorers.flatMap(({ scorer, gates, note, unscored }) => [
      ...(note === '' ? [] : [`${harmless(scorer)}${gates ? '' : ' does not count'}: ${harmless(note)}`]),
      ...(unscored > 0 ? [`${harmless(scorer)}: ${count(unscored, 'case')} could not be scored in one of both.`] : []),
    ]),
    ...cases(onlyInCandidate, 'Only in the candidate'),
    ...cases(onlyInBaseline, 'Only in the baseline'),
    ...cases(changed, 'Not compared, for they ask or expect something else'),
  ];
}

/** A difference with its sign, and what it is known to lie between. */
export function differenceText(
  { difference, low, high }: Pick<Scorer, 'difference' | 'low' | 'high'>,
  text: (value: number) => string,
): string {
  const signed = (value: number) => `${value < 0 ? '−' : '+'}${text(Math.abs(value))}`;
  const between = low === undefined || high === undefined ? 'not known how sure' : `${signed(low)} to ${signed(high)}`;
  return `${signed(difference)} (${between})`;
}

export const score = (value: number): string => value.toFixed(3);

/** What runs cost and take: baseline, candidate, and the difference; a name and a text each. */
export function measuresText({ costUsd, durationMs }: EvaluationComparison): [string, string][] {
  const line = (measure: Measure | undefined, text: (value: number) => string) =>
    measure && measure.cases > 0
      ? `${text(measure.baselineMean)} → ${text(measure.candidateMean)}, ${differenceText(measure, text)}`
      : 'not known';
  return [
    ['Cost of a run', line(costUsd, cost)],
    ['Time of a run', line(durationMs, duration)],
  ];
}

function sidesText(comparison: EvaluationComparison): string {
  const { candidate, baseline } = comparison;
  const side = (name: string, of: typeof candidate, more: string) =>
    [`${name} ${of?.id ?? ''}`, of?.backend ? `on ${harmless(of.backend)}` : '', dim(more)].filter(Boolean).join('  ');
  return [
    side('Candidate', candidate, candidate?.status ?? ''),
    side('Baseline ', baseline, choiceText(comparison)),
    ...measuresText(comparison).map(([name, text]) => `${name}: ${text}`),
  ].join('\n');
}

function scorersText(scorers: readonly Scorer[]): string {
  return table(
    ['SCORER', 'VERDICT', 'CASES', 'BASELINE', 'CANDIDATE', 'DIFFERENCE', 'MORE CASES'],
    scorers.map((each) => [
      harmless(each.scorer),
      each.gates ? verdictColour(each.verdict) : dim(`${each.verdict}, not counted`),
      String(each.cases),
      score(each.baselineMean),
      score(each.candidateMean),
      differenceText(each, score),
      each.moreCases === undefined ? '–' : String(each.moreCases),
    ]),
  );
}

function named({ ids, count: all }: { ids: readonly string[]; count: number }): string {
  const first = ids.slice(0, 5).map(harmless).join(', ');
  return all > 5 ? `${first}, …` : first;
}
