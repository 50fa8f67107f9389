import type { RoutedCandidate, RoutingExplanation } from '@switchyard/contracts';
import { cost, duration } from '../output/format.js';
import { bold, dim, green, harmless, red } from '../output/style.js';
import { table } from '../output/table.js';

/** How a run's backend was chosen, on one screen: what was chosen and why, the candidates, and what was drawn. */
export function explanationText(explanation: RoutingExplanation): string {
  const { runId, agent, backend, reason, byRecord, candidates } = explanation;
  const lines = [`${bold(runId)}  ${agent} on ${bold(backend)}`, `why            ${harmless(reason)}`];
  if (!byRecord) lines.push(dim('Nothing that was learnt had a part in it.'));
  else lines.push(...settingsText(explanation), '', candidatesText(candidates));
  return [...lines, ...verificationText(explanation)].join('\n');
}

function settingsText(explanation: RoutingExplanation): string[] {
  const { policy, taskClass, revision, draw, explore, explored, contextTokens, certifiedOnly } = explanation;
  const { budgetUsdPerTask, price, balanceUsd } = explanation;
  const meaning = explored ? 'taken to learn' : draw < explore ? 'nothing was worth learning' : 'the best was taken';
  return [
    `policy         ${policy}${certifiedOnly ? ', certified backends only' : ''}; class of task: ${harmless(taskClass) || 'none'}; revision ${revision}`,
    `drawn          ${draw.toFixed(4)}, and below ${explore} a backend may be taken to learn: ${meaning}`,
    `context        ${contextTokens} tokens needed`,
    ...(budgetUsdPerTask === undefined
      ? []
      : [
          `budget         ${cost(budgetUsdPerTask)} a task; left over ${signed(balanceUsd)}; a task's worth of money must bring ${price.toFixed(3)} of quality`,
        ]),
  ];
}

function candidatesText(candidates: readonly RoutedCandidate[]): string {
  return table(
    ['', 'BACKEND', 'SCORE', 'QUALITY', 'RUNS', 'COST', 'LATENCY', 'CERTIFIED', 'RULED OUT'],
    candidates.map(({ chosen, backend, score, quality, deviation, runs, costUsd, latencyMs, certified, ruledOut }) => [
      chosen ? green('→') : '',
      backend,
      score?.toFixed(3) ?? '–',
      qualityText(quality, deviation),
      runs === undefined ? '–' : String(Math.round(runs)),
      costUsd === undefined ? '–' : cost(costUsd),
      duration(latencyMs),
      certified ? 'yes' : '–',
      harmless(ruledOut.join('; ')),
    ]),
  );
}

/** With two standard deviations either way. */
export function qualityText(quality: number | undefined, deviation: number | undefined): string {
  return quality === undefined ? '–' : `${quality.toFixed(3)} ± ${(2 * (deviation ?? 0)).toFixed(3)}`;
}

function verificationText({ verification, difference }: RoutingExplanation): string[] {
  switch (verification) {
    case '':
      return [];
    case 'identical':
      return ['', green('Decided again by the record: identical.')];
    case 'different':
      return ['', red(`Decided again by the record: different (${harmless(difference)}).`)];
    default:
      return ['', `It cannot be decided again: ${harmless(difference)}.`];
  }
}

function signed(usd: number): string {
  return usd < 0 ? `-${cost(-usd)}` : cost(usd);
}
