import { EvaluationComparisonSchema, fromStore, timestampDate, type Swap } from '@switchyard/contracts';
import { proofText } from '../evaluation/comparison-text.js';
import { agoOf, cost, count, oneLine } from '../output/format.js';
import { bold, cyan, dim, green, harmless, red, yellow } from '../output/style.js';
import { table } from '../output/table.js';

/** Cases that are shown of those that fell. */
const SHOWN = 5;

/** A swap on one screen: what, how it stands and why, what it rests on, and what was done, unless `steps` were told already. */
export function swapText(swap: Swap, { steps }: { steps: boolean } = { steps: true }): string {
  return [
    ...headText(swap),
    ...(swap.evaluations.length > 0 ? ['', evaluationsText(swap)] : []),
    ...swap.comparisons.flatMap(({ kind, comparison, worse }) => [
      '',
      bold(kind === 'replay' ? 'Recorded runs, replayed' : 'The suite'),
      proofText(fromStore(EvaluationComparisonSchema, comparison ?? {})),
      ...worse.slice(0, SHOWN).map(worseText),
    ]),
    ...(steps && swap.steps.length > 0 ? ['', stepsText(swap)] : []),
  ].join('\n');
}

export function swapList(swaps: readonly Swap[]): string {
  if (swaps.length === 0) return 'Nothing was swapped.';
  return table(
    ['SWAP', 'AGENT', 'TO', 'STATUS', 'COST', 'AGE', 'REASON'],
    swaps.map((swap) => [
      swap.id,
      swap.agent,
      harmless(targetOf(swap)),
      statusText(swap.status),
      cost(swap.costUsd),
      agoOf(swap.startedAt),
      harmless(oneLine(swap.reason, 80)),
    ]),
  );
}

export function statusText(status: string): string {
  const words = status.replace('_', ' ');
  if (status === 'promoted' || status === 'certified') return green(words);
  if (status === 'refused' || status === 'rolled_back') return red(words);
  if (status === 'inconclusive' || status === 'stopped') return yellow(words);
  return cyan(words);
}

/** What it would take, in a line. */
export function takesText({ estimate }: Swap): string {
  if (!estimate) return '';
  const { runs, recorded, costUsd, costLow, costHigh } = estimate;
  if (recorded === 0) return `${count(runs, 'run')}; what they cost is not known`;
  return `${count(runs, 'run')}, about ${cost(costUsd)} (95 %: ${cost(costLow)} to ${cost(costHigh)})`;
}

function headText(swap: Swap): string[] {
  const { id, agent, baseline, candidate, status, reason, plan, estimate, certificate, rollout } = swap;
  const side = (of: typeof baseline) => {
    const version = of?.agentVersion
      ? dim(of.agentVersion.replace('sha256:', '').slice(0, 12))
      : dim('a version to be kept');
    const basis = of?.basis ? dim(` (${harmless(of.basis)})`) : '';
    return `${harmless(of?.backend || 'any backend')}  ${version}${basis}`;
  };
  return [
    `${bold(id === '' ? 'Proposed' : id)}  ${agent}  ${statusText(status)}`,
    ...(reason === '' ? [] : [`  ${harmless(reason)}`]),
    `from         ${side(baseline)}`,
    `to           ${side(candidate)}`,
    ...(estimate && swap.evaluations.length === 0
      ? [`takes        ${takesText(swap)}`, ...estimate.basis.map((line) => dim(`             ${line}`))]
      : []),
    ...(plan && plan.maxCostUsd > 0 ? [`cost         ${cost(swap.costUsd)} of ${cost(plan.maxCostUsd)}`] : []),
    ...(certificate === '' ? [] : [`certificate  ${certificate}`]),
    ...(rollout === '' ? [] : [`rollout      ${rollout}`]),
  ];
}

function evaluationsText({ evaluations }: Swap): string {
  return table(
    ['EVALUATION', 'OF', 'BY', 'STATUS', 'DONE', 'COST'],
    evaluations.map(({ id, role, kind, status, done, total, costUsd, reused }) => [
      id,
      role,
      kind,
      reused ? `${status}, was there` : status,
      total === 0 ? '–' : `${done}/${total}`,
      cost(costUsd),
    ]),
  );
}

function worseText({
  scorer,
  caseId,
  baseline,
  candidate,
  reason,
}: Swap['comparisons'][number]['worse'][number]): string {
  return `  ${harmless(caseId)}  ${harmless(scorer)} ${baseline.toFixed(2)} → ${candidate.toFixed(2)}  ${dim(harmless(oneLine(reason, 100)))}`;
}

function stepsText({ steps }: Swap): string {
  return table(
    ['STEP', 'AT', 'BY', 'WHAT'],
    steps.map(({ act, at, actor, note }) => [
      act.replace('_', ' '),
      at ? timestampDate(at).toISOString().slice(0, 19).replace('T', ' ') : '–',
      harmless(actor),
      harmless(oneLine(note, 140)),
    ]),
  );
}

function targetOf({ candidate }: Swap): string {
  return candidate?.backend || candidate?.agentVersion.replace('sha256:', '').slice(0, 12) || '–';
}
