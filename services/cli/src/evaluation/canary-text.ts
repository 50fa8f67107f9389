import type { Canary, Rollout } from '@switchyard/contracts';
import { agoOf, cost, count, duration } from '../output/format.js';
import { bold, cyan, dim, green, harmless, red, yellow } from '../output/style.js';
import { table } from '../output/table.js';

type Guarded = Canary['guardrails'][number];

const HOUR_MS = 3_600_000;
const SHARES = ['success', 'overrides'];

/** One screen: the rollout, how far it is, and a row for each guardrail. */
export function canaryText(canary: Canary): string {
  const { rollout, guardrails } = canary;
  const notes = guardrails
    .filter(({ note }) => note !== '')
    .map(({ guardrail, note }) => dim(`${harmless(guardrail?.name ?? '')} ${harmless(note)}`));
  return [
    rollout ? headline(rollout) : '',
    progressText(canary),
    '',
    table(
      ['GUARDRAIL', 'CANDIDATE', 'BASELINE', 'DIFFERENCE', 'ALLOWED', 'VERDICT', 'MORE'],
      guardrails.map(guardrailRow),
    ),
    ...notes,
    ...endText(canary),
  ].join('\n');
}

function headline({ id, agent, share, sticky, baseline, candidate, startedAt }: Rollout): string {
  const part = `${number(100 * share)} % of its new ${sticky || 'thread'}s`;
  return `${bold(harmless(id))}: agent ${harmless(agent)}, ${part} try ${short(candidate)} instead of ${short(baseline)}, begun ${agoOf(startedAt)} ago`;
}

function progressText({
  state,
  candidateExposures,
  baselineExposures,
  exposuresPerHour,
  moreUntilPromotion: more,
  lastRunAt,
}: Canary): string {
  const rate = exposuresPerHour > 0 ? `, ${number(exposuresPerHour)} an hour` : '';
  const last = lastRunAt ? `; the last run ended ${agoOf(lastRunAt)} ago` : '';
  const compared = `${count(candidateExposures, 'exposure')} of the candidate${rate}, ${baselineExposures} of the baseline${last}`;
  const time = more && exposuresPerHour > 0 ? ` (${duration((more / exposuresPerHour) * HOUR_MS)} at this rate)` : '';
  const promotion = more === undefined ? '' : `\npromoted after ${more} more${time}, if no guardrail finds harm`;
  return `${stateText(state)}: ${compared}${promotion}`;
}

function stateText(state: string): string {
  if (state === 'waiting') return yellow('waiting for runs');
  return state === 'ending' ? yellow('ending: the router has not acknowledged it yet') : cyan(state);
}

function guardrailRow({ guardrail, candidate, baseline, difference, low, high, verdict, moreExposures }: Guarded) {
  const measure = guardrail?.measure ?? '';
  const arm = (one: Guarded['candidate']) =>
    one && one.exposures > 0 ? `${figure(measure, one.mean)} (${one.exposures})` : '–';
  const both = (candidate?.exposures ?? 0) > 0 && (baseline?.exposures ?? 0) > 0;
  const interval =
    low === undefined || high === undefined ? '' : ` (${signed(measure, low)} to ${signed(measure, high)})`;
  return [
    harmless(guardrail?.name ?? ''),
    arm(candidate),
    arm(baseline),
    both ? `${signed(measure, difference)}${interval}` : '–',
    allowed(measure, guardrail?.margin ?? 0),
    verdictText(verdict),
    moreExposures === undefined ? '–' : String(moreExposures),
  ];
}

function verdictText(verdict: string): string {
  const words = verdict.replace('_', ' ');
  if (verdict === 'harm') return red(words);
  return verdict === 'no_worse' ? green(words) : words;
}

function endText({ rollout, state, decision, decisionReason }: Canary): string[] {
  if (rollout && state === 'ended') {
    const words = rollout.status.replace('_', ' ');
    const status =
      rollout.status === 'rolled_back' ? red(words) : rollout.status === 'promoted' ? green(words) : yellow(words);
    return ['', `${bold(status)} by ${harmless(rollout.endedBy || 'nobody known')}: ${harmless(rollout.reason)}`];
  }
  return decision === '' ? [] : ['', `to be ${decision.replace('_', ' ')}: ${harmless(decisionReason)}`];
}

function figure(measure: string, value: number): string {
  if (SHARES.includes(measure)) return `${(100 * value).toFixed(1)} %`;
  if (measure === 'cost') return cost(value);
  return measure === 'latency' ? duration(value) : value.toFixed(3);
}

/** Shares in points. */
function signed(measure: string, value: number): string {
  const size = Math.abs(value);
  const text = SHARES.includes(measure) ? (100 * size).toFixed(1) : figure(measure, size);
  return `${value < 0 ? '−' : '+'}${text}`;
}

function allowed(measure: string, margin: number): string {
  if (measure === 'cost' || measure === 'latency') return `+${number(100 * margin)} %`;
  const sign = measure === 'overrides' ? '+' : '−';
  return SHARES.includes(measure) ? `${sign}${number(100 * margin)} points` : `${sign}${number(margin)}`;
}

function number(value: number): string {
  return String(Number(value.toPrecision(3)));
}

function short(version: string): string {
  return harmless(version.replace('sha256:', '').slice(0, 12));
}
