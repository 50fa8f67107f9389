import { count } from '../output/format.js';
import { harmless, yellow } from '../output/style.js';
import type { DraftReport } from './draft-cases.js';

/** Why no case was made of a run, in words. */
const REASONS: Readonly<Record<string, string>> = {
  evaluation: 'of an evaluation',
  gone: 'no longer kept whole',
  empty: 'without an input',
  too_large: 'too large',
  unsearched: 'that took too long to search',
};

/** What a person has to know of cases before they commit them. */
export function draftText(agent: string, { cases, redacted, leftOut }: DraftReport, isRedacted: boolean): string {
  const runs = Object.entries(leftOut).map(([reason, runs]) => `${runs} ${REASONS[reason] ?? harmless(reason)}`);
  const places = Object.entries(redacted).map(([kind, places]) => `${places} × ${harmless(kind)}`);
  const lines = [
    `${count(cases, 'case')} of runs of ${harmless(agent)}.`,
    ...(runs.length === 0 ? [] : [`Runs left out: ${runs.join(', ')}.`]),
  ];
  if (cases === 0) return lines.join('\n');
  return [
    ...lines,
    isRedacted ? `Redacted: ${places.join(', ') || 'nothing was found'}.` : 'Nothing was redacted, as you asked.',
    yellow(
      'Redaction knows forms, and neither names nor addresses: have a person read the cases before they are committed.',
    ),
  ].join('\n');
}
