import type { Evaluation } from '@switchyard/contracts';
import { cost, count, oneLine } from '../output/format.js';
import { bold, dim, green, harmless, red, statusColour, yellow } from '../output/style.js';
import { table } from '../output/table.js';

type Result = Evaluation['results'][number];

/** Runs that did not pass and are shown; the rest is in the JSON document. */
const SHOWN = 20;

/** An evaluation with its scorers' shares and means, each beside its own interval, and what did not pass. */
export function evaluationText(evaluation: Evaluation): string {
  const scorers = table(
    ['SCORER', 'PASSED', 'PASS RATE 95 %', 'MEAN', 'MEAN 95 %'],
    evaluation.summary.map(({ scorer, passed, count: of, passLow, passHigh, mean, low, high }) => [
      harmless(scorer),
      `${passed}/${of}`,
      interval(passLow, passHigh),
      mean.toFixed(3),
      interval(low, high),
    ]),
  );
  const verdict = verdictText(evaluation);
  const notes = evaluation.summary.flatMap(noteText);
  return [headline(evaluation), '', scorers, ...notes, ...(verdict.length > 0 ? ['', ...verdict] : [])].join('\n');
}

/** Whether it ran to its end and every score of every run passed. */
export function hasPassed(evaluation: Evaluation): boolean {
  return evaluation.status === 'completed' && failures(evaluation).length === 0 && cancelled(evaluation).length === 0;
}

export function interval(low: number, high: number): string {
  return `${low.toFixed(3)} to ${high.toFixed(3)}`;
}

/** What people would say by what is known of a judge's errors; empty where no calibrated judge scored. */
export function correctedText({
  correctedShare,
  correctedLow = 0,
  correctedHigh = 1,
  sensitivity = 0,
  specificity = 0,
}: Evaluation['summary'][number]): string {
  if (correctedShare === undefined) return '';
  const percent = (share: number) => `${(100 * share).toFixed(0)} %`;
  return `people would pass ${correctedShare.toFixed(3)} (${interval(correctedLow, correctedHigh)}): the judge passes ${percent(sensitivity)} of what is right and ${percent(1 - specificity)} of what is wrong`;
}

/** What the figures of a scorer do not say: a judge's errors, runs that they are without, and judges that nobody has checked. */
function noteText(summary: Evaluation['summary'][number]): string[] {
  const { scorer, count: of, errors, uncalibrated } = summary;
  const name = harmless(scorer);
  const corrected = correctedText(summary);
  return [
    ...(corrected ? [`${name}: ${corrected}.`] : []),
    ...(errors > 0
      ? [yellow(`${name}: ${count(errors, 'run')} could not be scored and ${errors === 1 ? 'is' : 'are'} not counted.`)]
      : []),
    ...(uncalibrated > 0
      ? [
          yellow(
            `${name}: ${uncalibrated} of ${count(of, 'score')} by a judge that is not calibrated against people's labels.`,
          ),
        ]
      : []),
  ];
}

function headline({
  id,
  suite,
  suiteNumber,
  agent,
  backend,
  status,
  done,
  total,
  costUsd,
  judgeCostUsd,
}: Evaluation): string {
  return [
    `${bold(harmless(suite))}${suiteNumber > 0 ? ` ${dim(`version ${suiteNumber}`)}` : ''}`,
    `${agent}${backend ? ` on ${backend}` : ''}`,
    statusColour(status),
    `${done}/${count(total, 'run')}`,
    judgeCostUsd > 0 ? `${cost(costUsd)} and ${cost(judgeCostUsd)} for judges` : cost(costUsd),
    dim(id),
  ].join('  ');
}

function verdictText(evaluation: Evaluation): string[] {
  if (hasPassed(evaluation)) return [green('Every case passed.')];
  const failed = failures(evaluation);
  const lines: string[] = [];
  const { criticalFailures, stoppedBecause } = evaluation;
  if (stoppedBecause) lines.push(yellow(`Stopped: ${stoppedBecause}.`));
  if (criticalFailures.length > 0)
    lines.push(
      red(
        `Critical ${criticalFailures.length === 1 ? 'case' : 'cases'} that did not pass: ${criticalFailures.map(harmless).join(', ')}`,
      ),
    );
  if (failed.length > 0) {
    lines.push(red(`${failed.length} of ${count(evaluation.results.length, 'run')} did not pass:`));
    lines.push(...failed.slice(0, SHOWN).map(failureText));
    if (evaluation.diverged > 0)
      lines.push(
        yellow(`${evaluation.diverged} of them diverged: they called what was not recorded, and have no output.`),
      );
  }
  if (failed.length > SHOWN) lines.push(dim(`  and ${failed.length - SHOWN} more; --json has them all`));
  const stopped = cancelled(evaluation).length;
  if (stopped > 0) lines.push(yellow(`${count(stopped, 'run')} ${stopped === 1 ? 'was' : 'were'} cancelled.`));
  return lines;
}

function failures({ results }: Evaluation): Result[] {
  return results.filter(({ status, scores }) => status === 'failed' || scores.some(({ passed }) => !passed));
}

function cancelled({ results }: Evaluation): Result[] {
  return results.filter(({ status }) => status === 'cancelled');
}

function failureText({ caseId, repeat, status, scores, error, runId }: Result): string {
  const reasons = scores.filter(({ passed }) => !passed).map(({ scorer, reason }) => `${scorer}: ${reason}`);
  const why = error ? errorText(error) : reasons.join('; ') || status;
  return `  ${harmless(caseId)} #${repeat}  ${harmless(oneLine(why, 120))}  ${dim(runId)}`;
}

function errorText({ code, message, details }: NonNullable<Result['error']>): string {
  if (code !== 'replay.diverged') return `${code}: ${message}`;
  // "In turn 3 the model called …, and there is no recorded answer to this call: why".
  const why = /no recorded answer to this call: (.*?)\. It was not executed/s.exec(message)?.[1] ?? message;
  return `diverged at turn ${String(details?.['turn'] ?? '?')}: call ${String(details?.['tool'] ?? '?')}: ${why}`;
}
