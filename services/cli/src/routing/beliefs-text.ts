import type { RoutingChange, RoutingView } from '@switchyard/contracts';
import { cost, count, duration } from '../output/format.js';
import { bold, dim, harmless } from '../output/style.js';
import { table } from '../output/table.js';
import { qualityText } from './explanation-text.js';

/** Changes that are shown, the latest; --json has more. */
const CHANGES = 8;

/** What is believed of an agent's backends, by class of task. */
export function beliefsText(view: RoutingView): string {
  const { agent, revision, learnt, explored, behind, beliefs, changes, budgetUsdPerTask, recentCostUsd, balanceUsd } =
    view;
  const lines = [
    `${bold(agent)}  revision ${revision}; learnt of ${count(learnt, 'run')}, ${explored} of them given to a backend to learn`,
  ];
  if (behind) lines.push(dim('More runs have ended than were learnt of yet: ask again.'));
  if (budgetUsdPerTask !== undefined)
    lines.push(
      `budget ${cost(budgetUsdPerTask)} a task; of late ${cost(recentCostUsd)}; left over ${balanceUsd < 0 ? '-' : ''}${cost(Math.abs(balanceUsd))}`,
    );
  if (beliefs.length === 0) return [...lines, 'Nothing is known of its backends yet.'].join('\n');
  const rows = beliefs.map((belief) => [
    harmless(belief.taskClass) || '–',
    belief.backend,
    qualityText(belief.quality, belief.deviation),
    String(Math.round(belief.runs)),
    belief.costUsd === undefined ? '–' : cost(belief.costUsd),
    duration(belief.latencyMs),
    belief.failureRate === undefined ? '–' : `${(100 * belief.failureRate).toFixed(0)} %`,
    belief.certified ? 'yes' : '–',
  ]);
  const headings = ['CLASS', 'BACKEND', 'QUALITY', 'RUNS', 'COST', 'LATENCY', 'FAILED', 'CERTIFIED'];
  const noted = changes.slice(-CHANGES).map(changeText);
  return [...lines, '', table(headings, rows), ...(noted.length > 0 ? ['', ...noted] : [])].join('\n');
}

function changeText({ backend, taskClass, everywhere, direction, shift, learnt, runs }: RoutingChange): string {
  const where = everywhere
    ? 'in all classes'
    : taskClass
      ? `in the class ${harmless(taskClass)}`
      : 'for tasks without a class';
  const what = direction === 'down' ? 'worse' : 'better';
  return `${backend} became ${what} ${where} by ${Math.abs(shift).toFixed(2)}: noticed after ${count(runs, 'run')}, when ${learnt} were learnt of`;
}
