import type { RoutingRow } from './simulate-routing.js';

/** Means over all rows. */
export interface Baseline {
  quality: number;
  cost: number;
}

/** Of a choice that is given. */
export function fixedBaseline(
  rows: readonly RoutingRow[],
  choose: (row: RoutingRow, round: number) => string,
): Baseline {
  let [quality, cost] = [0, 0];
  rows.forEach((row, round) => {
    const backend = choose(row, round);
    quality += row.quality[backend] ?? 0;
    cost += row.cost[backend] ?? 0;
  });
  return { quality: quality / rows.length, cost: cost / rows.length };
}

/** Of drawing evenly, in expectation. */
export function randomBaseline(rows: readonly RoutingRow[], backends: readonly string[]): Baseline {
  const each = backends.map((backend) => fixedBaseline(rows, () => backend));
  const mean = (pick: (baseline: Baseline) => number) => each.reduce((sum, one) => sum + pick(one), 0) / each.length;
  return { quality: mean(({ quality }) => quality), cost: mean(({ cost }) => cost) };
}

/** The backend of the best answers on average. */
export function strongestArm(rows: readonly RoutingRow[]): string {
  const names = Object.keys(rows[0]?.quality ?? {}).sort();
  const mean = new Map(names.map((name) => [name, fixedBaseline(rows, () => name).quality]));
  return names.reduce((best, name) => ((mean.get(name) ?? 0) > (mean.get(best) ?? 0) ? name : best), names[0] ?? '');
}

const HALVINGS = 60;

/**
 * The best choice for who knows every answer beforehand, within a mean cost per task: by the price of money at which its
 * spending fits. Where the budget is below the cheapest choice: the cheapest.
 */
export function budgetedOracle(rows: readonly RoutingRow[], perTask: number | undefined): Baseline {
  const at = (price: number) => fixedBaseline(rows, (row) => bestAt(row, price));
  const free = at(0);
  if (perTask === undefined || free.cost <= perTask) return free;
  const cheapest = Math.min(...rows.flatMap(({ cost }) => Object.values(cost).filter((value) => value > 0)));
  // Between prices at which no difference in cost matters and at which no answer is worth any.
  let [low, high] = [1e-9 / cheapest, 1e9 / cheapest];
  for (let step = 0; step < HALVINGS; step += 1) {
    const middle = Math.sqrt(low * high);
    if (at(middle).cost > perTask) low = middle;
    else high = middle;
  }
  return at(high);
}

function bestAt({ quality, cost }: RoutingRow, price: number): string {
  let [best, value] = ['', -Infinity];
  for (const [backend, of] of Object.entries(quality)) {
    const worth = of - price * (cost[backend] ?? 0);
    // Of equal answers the cheaper.
    if (worth > value || (worth === value && (cost[backend] ?? 0) < (cost[best] ?? 0)))
      [best, value] = [backend, worth];
  }
  return best;
}

/** Rows of which each says what its class is like on average. */
export function byClass(rows: readonly RoutingRow[]): RoutingRow[] {
  const members = new Map<string, RoutingRow[]>();
  for (const row of rows) {
    const of = members.get(row.taskClass);
    if (of) of.push(row);
    else members.set(row.taskClass, [row]);
  }
  const means = new Map([...members].map(([name, of]) => [name, meanRow(name, of)]));
  return rows.map((row) => means.get(row.taskClass) ?? row);
}

function meanRow(taskClass: string, rows: readonly RoutingRow[]): RoutingRow {
  const backends = Object.keys(rows[0]?.quality ?? {});
  const of = new Map(backends.map((backend) => [backend, fixedBaseline(rows, () => backend)]));
  const pick = (which: keyof Baseline) =>
    Object.fromEntries([...of].map(([backend, means]) => [backend, means[which]]));
  return { taskClass, quality: pick('quality'), cost: pick('cost') };
}
