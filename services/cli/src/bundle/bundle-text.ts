import type { BundleFacts, BundleReport } from '@switchyard/contracts';
import { bold, dim, harmless, yellow } from '../output/style.js';
import { table } from '../output/table.js';

/** What a bundle is, for people. */
export function bundleText({ header, id, trailer }: BundleFacts): string {
  const { tenant, created_at: at, platform_version: version, since, without } = header;
  return [
    `${bold('Bundle')} of tenant ${harmless(tenant)}, written ${harmless(at)} by Switchyard ${harmless(version)}`,
    dim(id),
    ...(since === undefined ? [] : [`What began since ${harmless(since)}`]),
    ...(without.length === 0 ? [] : [`Without ${harmless(without.join(', '))}`]),
    '',
    countsText(trailer.counts),
    '',
    `${trailer.records} records, whole and as they were written`,
  ].join('\n');
}

/** What became of one. */
export function reportText({ check, records, stored, same, kept, leftOut, notes }: BundleReport): string {
  if (check)
    return [
      `${records} records: whole, in order, and nothing is in the way. Nothing was stored.`,
      ...notesText(notes),
    ].join('\n');
  const counts = [
    `${stored} of ${records} records stored`,
    ...(same > 0 ? [`${same} there already`] : []),
    ...(kept > 0 ? [yellow(`${kept} are set otherwise here, and stay as they are`)] : []),
    ...(leftOut > 0 ? [yellow(`${leftOut} left out: they are one for all tenants, and not this key's to import`)] : []),
  ];
  return [counts.join(', '), ...notesText(notes)].join('\n');
}

function notesText(notes: readonly string[]): string[] {
  return notes.map((note) => `  ${harmless(note)}`);
}

function countsText(counts: Readonly<Record<string, number>>): string {
  return table(
    ['kind', 'records'],
    Object.entries(counts).map(([kind, n]) => [harmless(kind), String(n)]),
  );
}
