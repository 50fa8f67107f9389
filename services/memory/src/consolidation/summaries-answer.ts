import type { JsonValue } from '@switchyard/contracts';
import { z } from 'zod';
import { cleanText } from '../text/clean-text.js';
import type { Group } from './groups.js';

/** Characters of one summary; longer ones sum nothing up. */
const MAX_TEXT = 4_000;

const SUMMARY = z.object({ about: z.string(), text: z.string(), evidence: z.array(z.string()).min(1) });
const ANSWER = z.object({ summaries: z.array(z.unknown()) });

/**
 * Reads the summary that a model wrote: the first about whom was asked, with no evidence but what was given.
 *
 * @returns undefined where there is none
 */
export function readSummary(
  output: JsonValue,
  { owner, sources }: Group,
): { answer: string; dropped: number } | undefined {
  const read = ANSWER.safeParse(output);
  if (!read.success) return undefined;
  const given = new Set(sources.map(({ id }) => id));
  for (const said of read.data.summaries) {
    const summary = SUMMARY.safeParse(said);
    if (!summary.success || summary.data.about !== owner) continue;
    const text = cleanText(summary.data.text);
    if (text !== '' && text.length <= MAX_TEXT && summary.data.evidence.every((id) => given.has(id)))
      return { answer: text, dropped: read.data.summaries.length - 1 };
  }
  return undefined;
}
