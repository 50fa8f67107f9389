import { count } from '../output/format.js';
import { harmless, yellow } from '../output/style.js';
import type { DraftReport } from './draft-cases.js';
import { leftOutText } from './left-out-text.js';

/** What a person has to know of cases before they commit them. */
export function draftText(agent: string, { cases, redacted, leftOut }: DraftReport, isRedacted: boolean): string {
  const missing = leftOutText(leftOut);
  const places = Object.entries(redacted).map(([kind, places]) => `${places} × ${harmless(kind)}`);
  const lines = [`${count(cases, 'case')} of runs of ${harmless(agent)}.`, ...(missing === '' ? [] : [missing])];
  if (cases === 0) return lines.join('\n');
  return [
    ...lines,
    isRedacted ? `Redacted: ${places.join(', ') || 'nothing was found'}.` : 'Nothing was redacted, as you asked.',
    yellow(
      'Redaction knows forms, and neither names nor addresses: have a person read the cases before they are committed.',
    ),
  ].join('\n');
}
