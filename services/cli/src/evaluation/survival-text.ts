import type { SurvivalReport } from '@switchyard/contracts';
import { agoOf, count, duration } from '../output/format.js';
import { bold, dim, harmless } from '../output/style.js';
import { table } from '../output/table.js';

type Group = SurvivalReport['groups'][number];

const DAY_MS = 86_400_000;
/** Columns of a curve that is drawn. */
const WIDTH = 48;
/** Lives and points that are shown; --json has more. */
const SHOWN = 15;
const POINTS = 10;

/** Curves, causes, a comparison, and the lives that they were told from. */
export function survivalText(report: SurvivalReport): string {
  const { groups, comparison, unit, lives } = report;
  if (lives.length === 0) return 'Nothing has run yet.';
  const parts = groups.map((group) => groupText(group, unit));
  if (comparison) {
    const { chiSquare, degreesOfFreedom, p } = comparison;
    parts.push(
      `Do they end alike? log-rank ${chiSquare.toFixed(2)}, ${count(degreesOfFreedom, 'degree')} of freedom, p ${probability(p)}`,
    );
  }
  return [...parts, livesText(report)].join('\n\n');
}

function groupText(group: Group, unit: string): string {
  const {
    name,
    lives,
    ended,
    median,
    medianLow,
    medianHigh,
    restrictedMean,
    restrictedMeanLow,
    restrictedMeanHigh,
    until,
  } = group;
  const amount = (value: number) => amountOf(value, unit);
  const half =
    median === undefined
      ? `more than half are in use after ${amount(until)}`
      : `half have ended by ${amount(median)}${boundsOf(medianLow, medianHigh, amount)}`;
  // Where none has ended, the interval would have no width, and say that more is known than is.
  const bounds = ended === 0 ? '' : boundsOf(restrictedMeanLow, restrictedMeanHigh, amount);
  const mean = `on average ${amount(restrictedMean)} of ${amount(until)}${bounds}`;
  return [
    `${name ? `${bold(harmless(name))}: ` : ''}${count(lives, 'configuration')}, ${ended} ended; ${half}; ${mean}`,
    ...curveText(group, unit),
    ...group.causes.map(
      ({ cause, ended: of, probability: share, low, high }) =>
        `  ${cause.padEnd(16)}${percent(share)} by then${boundsOf(low, high, percent)}, ${of} of them`,
    ),
  ].join('\n');
}

/** The part that is in use, at some of its steps, as bars. */
function curveText({ curve }: Group, unit: string): string[] {
  const steps = curve.filter(({ ended }) => ended > 0);
  const every = Math.ceil(steps.length / POINTS);
  return steps
    .filter((_, index) => index % every === 0 || index === steps.length - 1)
    .map(({ time, survival, low, high, atRisk }) => {
      const bar = '█'.repeat(Math.round(WIDTH * survival)).padEnd(WIDTH, '·');
      const interval = low === undefined || high === undefined ? '' : ` ${percent(low)} to ${percent(high)}`;
      return `  ${amountOf(time, unit).padStart(10)}  ${bar}  ${percent(survival)}${dim(`${interval}, ${atRisk} at risk`)}`;
    });
}

function livesText({ lives }: SurvivalReport): string {
  const shown = lives.slice(0, SHOWN);
  const rest = lives.length > SHOWN ? `\n${dim(`and ${lives.length - SHOWN} more; --json has them`)}` : '';
  return `${table(
    ['CONFIGURATION', 'AGENT', 'BACKEND', 'BORN', 'RUNS', 'FAILED', 'STATE', 'DIFFERS IN'],
    shown.map(({ fingerprint, agent, backend, bornAt, runs, failed, cause, differsIn }) => [
      fingerprint.replace('sha256:', '').slice(0, 12),
      agent,
      backend,
      `${agoOf(bornAt)} ago`,
      String(runs),
      String(failed),
      cause ? cause.replace('_', ' ') : 'in use',
      differsIn.join(', ') || '–',
    ]),
  )}${rest}`;
}

/** Days as people say them, and runs. */
export function amountOf(value: number, unit: string): string {
  return unit === 'days' ? duration(value * DAY_MS) : `${short(value)} ${unit}`;
}

/** Nothing where neither bound is known, as of a single configuration. */
function boundsOf(low: number | undefined, high: number | undefined, of: (value: number) => string): string {
  if (low === undefined && high === undefined) return '';
  const bound = (value: number | undefined) => (value === undefined ? 'not known' : of(value));
  return ` (95 %: ${bound(low)} to ${bound(high)})`;
}

function short(value: number): string {
  return value >= 100 || Number.isInteger(value) ? String(Math.round(value)) : value.toPrecision(3);
}

function percent(share: number): string {
  return `${(100 * share).toFixed(0)} %`;
}

function probability(p: number): string {
  return p < 0.001 ? 'below 0.001' : p.toFixed(3);
}
