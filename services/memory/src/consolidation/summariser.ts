import type { Group } from './groups.js';

/** Makes summaries. Pure as it stands; a model may stand behind it, at the cost of its calls: the same is not asked twice. */
export interface Summariser {
  /** A text alone was written by rules. */
  summarise(group: Group): Promise<string | Written>;
}

/** What an agent wrote, and in which run. */
export interface Written {
  text: string;
  agent: string;
  runId: string;
}

/**
 * Without a model: one text with all that holds of somebody, and what was so before. Nothing is put into other words, so
 * that nothing is said that was not.
 */
export class ExtractiveSummariser implements Summariser {
  summarise({ owner, sources }: Group): Promise<string> {
    const holds = sources.filter(({ state }) => state === 'current').map(({ text }) => `- ${clause(text)}`);
    const held = sources.filter(({ state }) => state !== 'current').map(({ text }) => `- before: ${clause(text)}`);
    return Promise.resolve([`About ${owner}:`, ...holds, ...held].join('\n'));
  }
}

function clause(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/[.!]+$/, '')
    .trim();
}
