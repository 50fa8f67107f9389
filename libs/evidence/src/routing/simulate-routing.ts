import { budgetedOracle, byClass, fixedBaseline, randomBaseline, strongestArm, type Baseline } from './baselines.js';
import type { Candidate } from './candidate.js';
import { decide } from './decide.js';
import { learn } from './learn.js';
import type { RoutingPolicy } from './policy.js';
import type { RoutingOptions } from './settings.js';
import { invalid } from './settings.js';
import { startRouting, type NotedChange } from './state.js';

/** A task of which every backend's answer is known, as in published pairs. */
export interface RoutingRow {
  taskClass: string;
  /** By backend, 0 to 1. */
  quality: Readonly<Record<string, number>>;
  /** By backend, of money. */
  cost: Readonly<Record<string, number>>;
}

export interface SimulationOptions {
  /** From 0 up to 1, seeded. */
  random: () => number;
  settings?: RoutingOptions;
  /** Default `best-quality`. */
  policy?: RoutingPolicy;
  /** From this round on, one backend's answers keep this share of their quality. Default: no drop. */
  drop?: { backend: string; at: number; keeps: number };
  /** What suites said of the backends before. Default: nothing. */
  priors?: Readonly<Record<string, { quality: number; runs: number }>>;
}

export interface SimulationReport extends Baseline {
  rounds: number;
  /** What was spent over what could be; undefined without a budget. */
  spentShare: number | undefined;
  exploredShare: number;
  /** Share of tasks by backend. */
  taken: Record<string, number>;
  changes: readonly NotedChange[];
  /** Rounds after the drop until answers are as good as they then stay; undefined without a drop, or if they never are. */
  recoveredAfter: number | undefined;
  /** Each task's best answer, whatever it costs: no router can be better. */
  oracle: Baseline;
  /** The best answers that the budget can buy for who knows them all; the oracle without a budget. */
  oracleWithinBudget: Baseline;
  /** The best that can be done within the budget by who knows how good each backend is for each class, and no more. */
  oracleByClass: Baseline;
  /** The backend of the best answers on average, always. */
  alwaysStrong: Baseline;
  alwaysCheapest: Baseline;
  random: Baseline;
}

/**
 * Routes tasks in their order, each time learning only the chosen backend's answer.
 * @throws SwitchyardError `routing.invalid` for rows that do not name the same backends
 */
export function simulateRouting(given: readonly RoutingRow[], options: SimulationOptions): SimulationReport {
  const { random, settings = {}, policy = { kind: 'best-quality' }, drop, priors = {} } = options;
  const backends = backendsOf(given);
  const rows = drop ? given.map((row, round) => dropped(row, round, drop)) : given;
  const candidates = backends.map((backend) => candidateOf(backend, priors[backend]));
  const taken: string[] = [];
  let state = startRouting(settings);
  for (const { taskClass, quality, cost } of rows) {
    const { backend, explanation } = decide(state, { policy, taskClass, candidates }, random);
    taken.push(backend);
    const { explored } = explanation;
    state = learn(state, { backend, taskClass, explored, ...answerOf(quality, cost, backend) });
  }
  const { perTask } = settings.budget ?? {};
  const strongest = strongestArm(rows);
  const own = fixedBaseline(rows, (_, round) => taken[round] ?? '');
  return {
    ...own,
    rounds: rows.length,
    spentShare: perTask === undefined ? undefined : own.cost / perTask,
    exploredShare: state.explored / rows.length,
    taken: Object.fromEntries(backends.map((name) => [name, taken.filter((one) => one === name).length / rows.length])),
    changes: state.changes,
    recoveredAfter: drop && recovery(rows, taken, drop.at),
    oracle: budgetedOracle(rows, undefined),
    oracleWithinBudget: budgetedOracle(rows, perTask),
    oracleByClass: budgetedOracle(byClass(rows), perTask),
    alwaysStrong: fixedBaseline(rows, () => strongest),
    alwaysCheapest: budgetedOracle(rows, 0),
    random: randomBaseline(rows, backends),
  };
}

const WINDOW = 50;
const CLOSE = 0.02;

/**
 * The first round after the drop from which a window of choices is, in what the chosen backends are expected to answer for
 * these classes, no more than two points worse than what the choices of the last third are. Expected and not drawn, since
 * a window's drawn answers differ by more than that from luck alone.
 */
function recovery(rows: readonly RoutingRow[], taken: readonly string[], at: number): number | undefined {
  const after = rows.slice(at);
  const expected = expectations(after);
  const courses = after.map(({ taskClass }, i) => {
    const of = expected.get(taskClass) ?? {};
    return Math.max(...Object.values(of)) - (of[taken[at + i] ?? ''] ?? 0);
  });
  const settled = mean(courses.slice(Math.floor((courses.length * 2) / 3)));
  for (let from = 0; from + WINDOW <= courses.length; from += 1)
    if (mean(courses.slice(from, from + WINDOW)) <= settled + CLOSE) return from + WINDOW;
  return undefined;
}

/** Each backend's mean quality by class. */
function expectations(rows: readonly RoutingRow[]): Map<string, Record<string, number>> {
  const sums = new Map<string, { count: number; of: Record<string, number> }>();
  for (const { taskClass, quality } of rows) {
    const sum = sums.get(taskClass) ?? { count: 0, of: {} };
    sum.count += 1;
    for (const [backend, value] of Object.entries(quality)) sum.of[backend] = (sum.of[backend] ?? 0) + value;
    sums.set(taskClass, sum);
  }
  return new Map(
    [...sums].map(([name, { count, of }]) => [
      name,
      Object.fromEntries(Object.entries(of).map(([backend, sum]) => [backend, sum / count])),
    ]),
  );
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

function candidateOf(backend: string, prior: { quality: number; runs: number } | undefined): Candidate {
  return { backend, health: 'fit', contextWindow: 0, certified: true, ...(prior && { prior }) };
}

function answerOf(quality: RoutingRow['quality'], cost: RoutingRow['cost'], backend: string) {
  return { quality: quality[backend] ?? 0, cost: cost[backend] ?? 0 };
}

function dropped(
  row: RoutingRow,
  round: number,
  { backend, at, keeps }: { backend: string; at: number; keeps: number },
) {
  if (round < at) return row;
  return { ...row, quality: { ...row.quality, [backend]: (row.quality[backend] ?? 0) * keeps } };
}

function backendsOf(rows: readonly RoutingRow[]): string[] {
  const names = Object.keys(rows[0]?.quality ?? {}).sort();
  if (names.length === 0) throw invalid('There are no rows with a backend: there is nothing to route.');
  rows.forEach(({ quality, cost }, i) => {
    const isWhole = names.every((name) => quality[name] !== undefined && cost[name] !== undefined);
    if (!isWhole || Object.keys(quality).length !== names.length)
      throw invalid(`Row ${i + 1} does not name the quality and the cost of each of ${names.join(', ')}.`);
  });
  return names;
}
