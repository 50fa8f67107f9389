import { percentile } from '../statistics.js';
import { DROP, EXPOSURES, REFERENCE_CANARY, type CanaryFigures } from './measure-canary.js';
import type { GuardrailFigures } from './measure-guardrails.js';
import { REFERENCE_DESIGN, REGRESSION, type VerdictFigures } from './measure-verdicts.js';
import type { DecisionFigures } from './measure-decisions.js';
import type { ReplayFigures } from './measure-replay.js';
import type { RoutingFigures } from './measure-routing.js';
import type { CompletionFigures } from './completions/measure-completions.js';
import type { MmluFigures } from './mmlu/measure-mmlu.js';

export interface EvidenceFigures {
  /** The share of equal configurations that a test made for one look calls different, looked at again and again. */
  peeking?: number;
  verdicts?: VerdictFigures[];
  canary?: CanaryFigures[];
  guardrails?: GuardrailFigures[];
  mmlu?: MmluFigures;
  /** The share of 95 % bands of survival curves that hold the curve that was simulated. */
  survivalBandCoverage?: number;
  routing?: RoutingFigures[];
  completions?: CompletionFigures;
  decisions?: DecisionFigures[];
  replay?: ReplayFigures;
}

/** Tables for people, and at last one line of JSON. */
export function reportEvidence(figures: EvidenceFigures, json: boolean): void {
  const { peeking, verdicts, canary, mmlu, survivalBandCoverage, routing } = figures;
  const { completions, decisions, replay } = figures;
  if (!json) {
    if (peeking !== undefined)
      console.log(
        `A test for one look, looked at a hundred times: false alarm in ${share(peeking)} of series instead of 5`,
      );
    if (verdicts) printVerdicts(verdicts);
    if (canary) printCanary(canary);
    if (figures.guardrails) printGuardrails(figures.guardrails);
    if (survivalBandCoverage !== undefined)
      console.log(`\nBands of survival curves, 95 %: ${share(survivalBandCoverage)} hold the whole true curve`);
    for (const each of routing ?? []) printRouting(each);
    for (const each of decisions ?? []) printDecisions(each);
    if (mmlu) printMmlu(mmlu);
    if (completions) printCompletions(completions);
    if (replay) printReplay(replay);
  }
  const verdict = verdicts?.find(
    ({ baseline, discordance }) =>
      baseline === REFERENCE_DESIGN.baseline && discordance === REFERENCE_DESIGN.discordance,
  );
  const guard = canary?.find(
    ({ baseline, share }) => baseline === REFERENCE_CANARY.baseline && share === REFERENCE_CANARY.share,
  );
  console.log(
    JSON.stringify({
      peeking: peeking ?? null,
      false_fail: verdict?.falseFail ?? null,
      found_within_half: verdict?.foundWithinHalf ?? null,
      rollback_within_300: guard?.rollback ?? null,
      aa_rollback: guard?.falseRollback ?? null,
      survival_band_coverage: survivalBandCoverage ?? null,
      mmlu: mmlu ?? null,
      routing: routing?.map(({ rows, plain, withBudget, afterDrop, others }) => ({
        rows,
        quality: plain.quality,
        oracle: plain.oracle.quality,
        always_strong: plain.alwaysStrong.quality,
        random: plain.random.quality,
        quality_within_budget: withBudget.quality,
        oracle_within_budget: withBudget.oracleByClass.quality,
        budget_spent: withBudget.spentShare ?? null,
        recovered_after: afterDrop.recoveredAfter ?? null,
        budget_spent_of_others: others.map(({ spentShare }) => spentShare ?? null),
        recovered_after_of_others: others.map(({ recoveredAfter }) => recoveredAfter ?? null),
      })),
      decisions: decisions ?? null,
      replay_steps: replay?.steps ?? null,
      replay_effects: replay?.effects ?? null,
      verdict_identical: replay?.verdictIdentical ?? null,
      designs: { verdict: REFERENCE_DESIGN, canary: REFERENCE_CANARY },
      verdicts,
      canary,
      guardrails: figures.guardrails,
      completions,
    }),
  );
}

function printVerdicts(verdicts: readonly VerdictFigures[]): void {
  console.log(`\nVerdicts looked at after every pair: a regression of ${100 * REGRESSION} points, alpha 5 %, one side`);
  console.log(
    'baseline  pairs that differ  correlation  fixed size (unpaired, paired)  false FAIL  found within half  pairs',
  );
  for (const row of verdicts)
    console.log(
      [
        share(row.baseline).padStart(8),
        share(row.discordance).padStart(17),
        row.correlation.toFixed(2).padStart(11),
        `${row.fixedUnpaired}, ${row.fixedPaired}`.padStart(29),
        share(row.falseFail).padStart(10),
        share(row.foundWithinHalf).padStart(17),
        row.pairsUntilFail.toFixed(0).padStart(5),
      ].join('  '),
    );
}

function printCanary(canary: readonly CanaryFigures[]): void {
  console.log(`\nCanaries: a regression of ${100 * DROP} points, within ${EXPOSURES} exposures of the canary`);
  console.log(
    'share of traffic  baseline  rolled back  exposures  as good, rolled back  looks at any time alone: worse, as good, worse against a known rate',
  );
  for (const row of canary)
    console.log(
      [
        share(row.share).padStart(16),
        share(row.baseline).padStart(8),
        share(row.rollback).padStart(11),
        row.exposures.toFixed(0).padStart(9),
        share(row.falseRollback).padStart(20),
        `${share(row.rollbackAnytime)}, ${share(row.falseRollbackAnytime)}, ${share(row.rollbackKnown)}`.padStart(67),
      ].join('  '),
    );
}

function printGuardrails(guardrails: readonly GuardrailFigures[]): void {
  console.log('\nOther guardrails: harm found within 300 exposures of a canary with a tenth of the traffic, alpha 5 %');
  for (const { measure, worse, margin, found } of guardrails)
    console.log(
      `  ${measure.padEnd(20)}worse by ${worse.toFixed(2)}, allowed ${margin.toFixed(2)}: ${share(found).padStart(7)}`,
    );
}

function printMmlu({ questions, subjects, difference, unpaired, paired, clustered }: MmluFigures): void {
  console.log(`\nMMLU, ${questions} questions of ${subjects} subjects: ${difference.toFixed(2)} points better`);
  console.log(
    `  standard error ${unpaired.toFixed(3)} unpaired, ${paired.toFixed(3)} paired (published data: 0.39), ${clustered.toFixed(3)} clustered by subject (2.08)`,
  );
}

function printCompletions(figures: CompletionFigures): void {
  const {
    asked_per_s,
    published_per_s,
    runs,
    outcomes,
    lost,
    told_twice,
    lag_ms,
    longest_lag_s,
    restart_s,
    caught_up_s,
  } = figures;
  const { drained, drained_per_s, cpu_us } = figures;
  console.log(
    `\nCompletions at ${asked_per_s} a second (${published_per_s.toFixed(0)} came out), the evaluator killed half way`,
  );
  console.log(
    `  ${runs} runs, ${told_twice} of them told twice: ${outcomes} outcomes, ${lost} lost, ${outcomes - runs + lost} too many`,
  );
  console.log(
    `  lag before the kill ${lag_ms.p50.toFixed(0)} ms p50, ${lag_ms.p95.toFixed(0)} ms p95; the longest of all ${longest_lag_s.toFixed(1)} s; ${restart_s.toFixed(1)} s from the kill to the next outcome, ${caught_up_s.toFixed(1)} s until there is no backlog`,
  );
  console.log(
    `  a backlog of ${drained} worked off at ${drained_per_s.toFixed(0)} a second; each run took ${cpu_us.evaluator.toFixed(0)} µs of processor time in the evaluator, ${cpu_us.stand_in.toFixed(0)} µs in the stand-in for the router, ${cpu_us.all.toFixed(0)} µs in all; ${figures.transactions_per_run.toFixed(2)} transactions and ${figures.questions_per_run.toFixed(2)} questions to the router`,
  );
}

function printReplay({ runs, steps, effects, diverged, verdict, verdictIdentical }: ReplayFigures): void {
  console.log(`\n${runs} recorded runs replayed on another backend, ${steps} steps: ${effects} effects executed`);
  console.log(
    `  ${diverged} diverged; the comparison says ${verdict}, ${verdictIdentical ? 'and the same to the byte' : 'and something else'} after a start anew`,
  );
}

function share(value: number): string {
  return `${(100 * value).toFixed(1)} %`;
}

function printRouting({ rows, plain, withBudget, afterDrop, others }: RoutingFigures): void {
  console.log(`\nRouting by evidence, ${plain.rounds} ${rows} tasks`);
  const { oracle, oracleByClass, alwaysStrong, random } = plain;
  const lines = [
    ['learns', plain],
    ['within half the budget', withBudget],
    ['best by class, all budget', oracleByClass],
    ['best by class, half', withBudget.oracleByClass],
    ['always the strongest', alwaysStrong],
    ['at random', random],
    ['knows each answer', oracle],
  ] as const;
  for (const [name, { quality, cost }] of lines)
    console.log(`  ${name.padEnd(26)}quality ${share(quality)}, cost ${cost.toPrecision(3)} a task`);
  console.log(
    `  spent ${share(withBudget.spentShare ?? 0)} of the budget; explored ${share(plain.exploredShare)}; recovered from a drop after ${afterDrop.recoveredAfter ?? 'no number of'} tasks`,
  );
  if (others.length === 0) return;
  const spent = others.map(({ spentShare = 0 }) => spentShare);
  const after = others.map(({ recoveredAfter = Infinity }) => recoveredAfter);
  console.log(
    `  in ${others.length} other orders: spent ${share(Math.min(...spent))} to ${share(Math.max(...spent))}; recovered after ${Math.min(...after)} to ${Math.max(...after)} tasks, half of them within ${percentile(after, 0.5)}`,
  );
}

function printDecisions({ backends, classes, decideUs, learnUs, recordBytes }: DecisionFigures): void {
  console.log(
    `  among ${backends} backends, ${classes} classes: ${decideUs.toFixed(1)} µs a decision with its record of ${recordBytes} bytes, ${learnUs.toFixed(1)} µs to learn of a run`,
  );
}
