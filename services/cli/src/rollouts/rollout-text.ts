import type { AgentVersion, Guardrail, Rollout } from '@switchyard/contracts';
import { agoOf, oneLine } from '../output/format.js';
import { bold, dim, green, harmless, red, yellow } from '../output/style.js';
import { table } from '../output/table.js';

/** One rollout on one screen. */
export function rolloutText(rollout: Rollout, versions: readonly AgentVersion[]): string {
  const { id, agent, status, baseline, candidate, share, sticky, guardrails, promoteAfter, swap } = rollout;
  return [
    `${bold(id)}  ${agent}  ${statusText(status)}`,
    `candidate  ${versionText(candidate, versions)}`,
    `baseline   ${versionText(baseline, versions)}`,
    `share      ${percent(share)} of new runs, ${STICKY[sticky] ?? sticky}`,
    ...guardrails.map((guardrail, index) => `${index === 0 ? 'guardrails' : '          '} ${guardrailText(guardrail)}`),
    `promotion  ${promoteAfter === 0 ? 'by people' : `by itself after ${promoteAfter} runs of the candidate`}`,
    ...(swap === '' ? [] : [`swap       ${swap}`]),
    `started    ${agoOf(rollout.startedAt)} ago by ${harmless(rollout.startedBy)}`,
    ...endText(rollout),
  ].join('\n');
}

export function rolloutList(rollouts: readonly Rollout[]): string {
  if (rollouts.length === 0) return 'Nothing was rolled out.';
  return table(
    ['ROLLOUT', 'AGENT', 'STATUS', 'SHARE', 'CANDIDATE', 'AGE', 'REASON'],
    rollouts.map(({ id, agent, status, share, candidate, startedAt, reason }) => [
      id,
      agent,
      statusText(status),
      percent(share),
      short(candidate),
      agoOf(startedAt),
      harmless(oneLine(reason, 80)),
    ]),
  );
}

const STICKY: Readonly<Record<string, string>> = {
  thread: 'the same for a thread',
  user: 'the same for a user',
  run: 'each run by itself',
};

function endText({ status, reason, guardrail, endedAt, endedBy }: Rollout): string[] {
  if (status === 'running') return [];
  const by = endedBy === '' ? '' : ` by ${harmless(endedBy)}`;
  const why = [guardrail === '' ? '' : `guardrail ${guardrail}`, harmless(reason)].filter((part) => part !== '');
  return [`ended      ${agoOf(endedAt)} ago${by}${why.length === 0 ? '' : `: ${why.join(', ')}`}`];
}

function statusText(status: string): string {
  const colour = { running: yellow, promoted: green, rolled_back: red }[status] ?? dim;
  return colour(status.replace('_', ' '));
}

function versionText(address: string, versions: readonly AgentVersion[]): string {
  const known = versions.find(({ version }) => version === address);
  const now = known?.current ? ', current' : '';
  return known ? `version ${known.number}${now}  ${dim(short(address))}` : short(address);
}

function guardrailText({ name, measure, of, margin, alpha }: Guardrail): string {
  const what = of === '' ? measure : `${measure} of ${of}`;
  const isRelative = measure === 'cost' || measure === 'latency';
  const by = isRelative ? percent(margin) : `${Number((margin * 100).toFixed(2))} points`;
  const named = name === measure || name === `${measure}.${of}` ? '' : ` (${name})`;
  return `${what}${named}: at most ${by} worse, false alarms ${percent(alpha)}`;
}

function percent(share: number): string {
  return `${Number((share * 100).toFixed(2))} %`;
}

function short(address: string): string {
  return address.replace('sha256:', '').slice(0, 12);
}
