import { timestampDate, type DriftFinding, type Watch, type WatchTurn } from '@switchyard/contracts';
import { agoOf, asText, cost, count } from '../output/format.js';
import { bold, dim, green, harmless, red, yellow } from '../output/style.js';
import { table } from '../output/table.js';

export function findingsText(found: readonly DriftFinding[]): string {
  if (found.length === 0) return 'Nothing has drifted.';
  return table(
    ['FINDING', 'BACKEND', 'WHAT', 'FROM', 'TO', 'BY', 'STATUS', 'AGE'],
    found.map(({ id, backend, kind, from, to, watch, status, noticedAt }) => [
      id,
      harmless(backend),
      kind,
      harmless(from),
      harmless(to),
      watch === '' ? 'runs' : harmless(watch),
      status === 'open' ? yellow(status) : status,
      agoOf(noticedAt),
    ]),
  );
}

export function findingText(finding: DriftFinding): string {
  const { id, backend, kind, cause, from, to, watch, certificates, evidence, times, note, acknowledgedBy } = finding;
  return [
    `${bold(id)} ${finding.status === 'open' ? yellow('open') : `acknowledged by ${harmless(acknowledgedBy)}${note ? `: ${harmless(note)}` : ''}`}`,
    `${bold(harmless(backend))}: ${kind} (${CAUSES[cause] ?? cause})`,
    `from ${harmless(from)}`,
    `to   ${harmless(to)}`,
    `between ${momentOf(finding.changedAfter)} and ${momentOf(finding.changedBefore)}, noticed ${momentOf(finding.noticedAt)} by ${watch === '' ? 'runs' : `the watch ${harmless(watch)}`}${times > 1 ? `, ${times} times` : ''}`,
    certificates.length > 0
      ? `expired for it: ${certificates.map(harmless).join(', ')}`
      : 'no certificate depended on it',
    dim(`evidence: ${harmless(asText(evidence ?? {}))}`),
  ].join('\n');
}

const CAUSES: Readonly<Record<string, string>> = {
  provider_change: "the provider's change",
  drift: 'drift',
  own_change: 'applied here',
};

export function watchesText(found: readonly Watch[]): string {
  if (found.length === 0) return 'Nothing is watched. Watch a backend with "switchyard watch add".';
  return table(
    ['WATCH', 'BACKEND', 'SUITE', 'EVERY', 'LAST TURN', 'SPENT A DAY', 'NEXT'],
    found.map(({ name, backend, suite, everySeconds, turns: [last], spentUsd, maxCostUsd, nextAt }) => [
      harmless(name),
      harmless(backend),
      harmless(suite) || '–',
      spanOf(everySeconds),
      last ? `${statusOf(last)} ${agoOf(last.beganAt)}` : 'none yet',
      `${cost(spentUsd)} of ${cost(maxCostUsd)}`,
      momentOf(nextAt),
    ]),
  );
}

export function watchText(watch: Watch): string {
  const { name, backend, suite, agent, everySeconds, tests, spentUsd, maxCostUsd, turns, nextAt } = watch;
  const what = suite === '' ? 'the probe' : `the probe and ${harmless(suite)}${agent ? ` by ${harmless(agent)}` : ''}`;
  return [
    `${bold(harmless(name))}: ${what} on ${bold(harmless(backend))} every ${spanOf(everySeconds)}, for ${tests.join(', ')}`,
    `${cost(spentUsd)} of ${cost(maxCostUsd)} spent in 24 hours; next turn ${momentOf(nextAt)}`,
    '',
    turns.length === 0 ? 'No turn yet.' : turnsText(turns),
  ].join('\n');
}

function turnsText(turns: readonly WatchTurn[]): string {
  return table(
    ['TURN', 'STATUS', 'AGE', 'COST', 'FOUND', 'WHY'],
    turns.map((turn) => [
      String(turn.number),
      statusOf(turn),
      agoOf(turn.beganAt),
      cost(turn.costUsd),
      turn.findings.length === 0 ? '–' : red(count(turn.findings.length, 'change')),
      harmless(turn.reason),
    ]),
  );
}

function statusOf({ status }: WatchTurn): string {
  return status === 'done' ? green(status) : status === 'running' ? status : yellow(status);
}

function spanOf(seconds: number): string {
  const [size, unit] = [
    [86_400, 'd'],
    [3_600, 'h'],
    [60, 'min'],
  ].find(([length]) => seconds % Number(length) === 0) ?? [1, 's'];
  return `${seconds / Number(size)} ${unit}`;
}

function momentOf(time: Parameters<typeof timestampDate>[0] | undefined): string {
  return time ? timestampDate(time).toISOString().slice(0, 19).concat('Z') : '–';
}
