import {
  timestampDate,
  type Certificate,
  type CertifiedConfiguration,
  type CertifiedDifference,
} from '@switchyard/contracts';
import { agoOf, cost, duration } from '../output/format.js';
import { bold, dim, green, harmless, red, yellow } from '../output/style.js';
import { table } from '../output/table.js';
import type { Check } from './verify-certificate.js';

export function certificatesText(found: readonly Certificate[]): string {
  if (found.length === 0) return 'Nothing is certified. "switchyard swap" evaluates a change and certifies it.';
  return table(
    ['CERTIFICATE', 'AGENT', 'FROM', 'TO', 'STATUS', 'AGE', 'WHY'],
    found.map(({ id, agent, baseline, candidate, status, issuedAt, reason }) => [
      id,
      harmless(agent),
      harmless(baseline?.backend ?? ''),
      harmless(candidate?.backend ?? ''),
      coloured(status),
      agoOf(issuedAt),
      harmless(reason),
    ]),
  );
}

export function certificateText(certificate: Certificate): string {
  const { id, agent, status, reason, baseline, candidate, margin, results, costUsd, durationMs, digest } = certificate;
  return [
    `${bold(id)} ${coloured(status)}${reason ? `: ${harmless(reason)}` : ''}`,
    `${bold(harmless(agent))} on ${partText(candidate)} is no worse than on ${partText(baseline)}, within ${points(margin)} points`,
    ...(status === 'in_force' ? [dim(lastsText(certificate))] : []),
    '',
    table(
      ['WHAT', 'IN', 'VERDICT', 'CASES', 'BEFORE', 'AFTER', 'POINTS', 'INTERVAL'],
      results.map(({ name, kind, verdict, cases, difference }) => [
        harmless(name),
        harmless(kind) || '–',
        verdict,
        String(cases),
        ...differenceCells(difference, points),
      ]),
    ),
    ...measure('cost', costUsd, cost),
    ...measure('time', durationMs, duration),
    dim(`rests on ${certificate.evaluations.map(harmless).join(', ') || 'no evaluation'}`),
    dim(digest),
  ].join('\n');
}

export function checksText(id: string, checks: readonly Check[]): string {
  const lines = checks.map(
    ({ name, passed, detail }) =>
      `${passed ? green('same') : red('differs')}  ${harmless(name)}${detail ? `: ${harmless(detail)}` : ''}`,
  );
  const verified = checks.every(({ passed }) => passed);
  return [...lines, verified ? `${id} is verified: the record gives it byte for byte` : `${id} is not verified`].join(
    '\n',
  );
}

function coloured(status: string): string {
  if (status === 'in_force') return green('in force');
  return status === 'revoked' ? red(status) : yellow(status);
}

function partText(part: CertifiedConfiguration | undefined): string {
  if (!part) return 'nothing';
  const version = part.agentVersion.replace('sha256:', '').slice(0, 12);
  return `${bold(harmless(part.backend))} (${harmless(part.model || 'no model told')}, version ${harmless(version)})`;
}

function differenceCells(difference: CertifiedDifference | undefined, of: (value: number) => string): string[] {
  if (!difference) return ['–', '–', '–', '–'];
  const { baseline, candidate, difference: by, low, high } = difference;
  return [of(baseline), of(candidate), signed(by, of), `${signed(low, of)} to ${signed(high, of)}`];
}

function measure(name: string, difference: CertifiedDifference | undefined, of: (value: number) => string): string[] {
  return difference ? [`${name} of a run: ${of(difference.baseline)} before, ${of(difference.candidate)} after`] : [];
}

/** What ends it, which is not to be seen from its results. */
function lastsText({ baseline, candidate, expiresAt }: Certificate): string {
  const backends = [baseline, candidate].map((part) => `"${harmless(part?.backend ?? '')}"`).join(' or ');
  const latest = expiresAt ? `until ${timestampDate(expiresAt).toISOString().slice(0, 10)} at most; ` : '';
  return `${latest}it ends at once where ${backends} changes: another model, profile or template, or a drift that is found`;
}

function signed(value: number, of: (value: number) => string): string {
  return `${value < 0 ? '−' : '+'}${of(Math.abs(value))}`;
}

/** In points of a hundred. */
function points(share: number): string {
  return (100 * share).toFixed(1);
}
