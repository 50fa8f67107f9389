import { timestampDate, type Run, type RunTree } from '@switchyard/contracts';
import { cost, count, duration } from './format.js';
import { dim, statusColour } from './style.js';
import { table } from './table.js';

/** Each run below the one that called it, and what they used together. */
export function treeText({ runs, usage, costUsd, more }: RunTree): string {
  const rows = inOrder(runs).map(({ run, depth }) => [
    `${'  '.repeat(depth)}${run.runId}`,
    statusColour(run.status),
    `${run.agent}${run.parent?.handoff ? ' (took over)' : ''}`,
    run.backend,
    took(run),
    count(run.turns, 'turn'),
    cost(run.costUsd),
  ]);
  const tokens = `${usage?.inputTokens ?? 0} → ${usage?.outputTokens ?? 0} tokens`;
  const total = `${count(runs.length, 'run')}, ${tokens}, ${cost(costUsd)}`;
  return [
    table(['RUN', 'STATUS', 'AGENT', 'BACKEND', 'TOOK', 'TURNS', 'COST'], rows),
    '',
    more ? `${total}; there are more runs than are shown` : total,
  ].join('\n');
}

/** Lines of one run's description: who called it, whom it called, and what they cost together. */
export function relativesText(run: Run, called: readonly Run[]): string[] {
  const { parent, handedOverTo } = run;
  const lines: string[] = [];
  if (parent) {
    const how = parent.handoff ? 'took over from' : 'called by';
    lines.push(`parent         ${parent.runId} (${how} ${parent.agents.at(-1) ?? ''}, depth ${parent.depth})`);
  }
  if (handedOverTo) lines.push(`handed over    to ${handedOverTo}, whose answer the output is`);
  called.forEach((child, index) => {
    const label = index === 0 ? 'children       ' : '               ';
    lines.push(`${label}${child.runId} ${statusColour(child.status)} ${child.agent} ${dim(cost(child.treeCostUsd))}`);
  });
  if (called.length > 0) lines.push(`with children  ${cost(run.treeCostUsd)}`);
  return lines;
}

/** Depth first. Runs come after their callers; one whose caller is not in the list stands at the left. */
function inOrder(runs: readonly Run[]): { run: Run; depth: number }[] {
  const known = new Set(runs.map(({ runId }) => runId));
  const below = new Map<string, Run[]>();
  for (const run of runs) {
    const callerId = run.parent && known.has(run.parent.runId) ? run.parent.runId : '';
    below.set(callerId, [...(below.get(callerId) ?? []), run]);
  }
  const visit = (callerId: string, depth: number): { run: Run; depth: number }[] =>
    (below.get(callerId) ?? []).flatMap((run) => [{ run, depth }, ...visit(run.runId, depth + 1)]);
  return visit('', 0);
}

function took(run: Run): string {
  if (!run.createdAt || !run.endedAt) return '–';
  return duration(timestampDate(run.endedAt).getTime() - timestampDate(run.createdAt).getTime());
}
