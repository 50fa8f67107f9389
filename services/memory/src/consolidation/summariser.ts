import { groupBy } from '../group-by.js';

/** A fact that may become part of a summary. */
export interface Source {
  id: string;
  text: string;
  /** Whose it is, and of what: "ada|favorit color". */
  subject: string;
  state: string;
  trust: number;
  validFrom: Date;
}

/** A summary that is not stored yet. */
export interface Draft {
  /** Two of one subject: the later takes the place of the earlier. */
  subject: string;
  text: string;
  evidence: Source[];
}

/** Makes summaries. Pure as it stands; a model may stand behind it, at the cost of its calls. */
export interface Summariser {
  summarise(facts: readonly Source[]): Promise<Draft[]>;
}

/** Facts that a summary is worth making of. */
const MIN_FACTS = 3;
/** Of longer ones the newest are told: a summary is read whole. */
const MAX_FACTS = 24;

/**
 * Without a model: who or what has several facts gets one text with all that holds of it, and what was so before. Nothing is
 * put into other words, so that nothing is said that was not.
 */
export class ExtractiveSummariser implements Summariser {
  summarise(facts: readonly Source[]): Promise<Draft[]> {
    const drafts = [...groupBy(facts, ({ subject }) => subject.split('|')[0] ?? '')]
      .filter(([owner]) => owner !== '' && owner !== 'all')
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([owner, all]): Draft[] => {
        const told = [...all].sort((a, b) => b.validFrom.getTime() - a.validFrom.getTime()).slice(0, MAX_FACTS);
        return told.length < MIN_FACTS
          ? []
          : [{ subject: `summary|${owner}`, text: textOf(owner, told), evidence: told }];
      });
    return Promise.resolve(drafts);
  }
}

function textOf(owner: string, facts: readonly Source[]): string {
  const holds = facts.filter(({ state }) => state === 'current').map(({ text }) => clause(text));
  const held = facts.filter(({ state }) => state !== 'current').map(({ text }) => clause(text));
  return [`About ${owner}:`, ...holds.map((text) => `- ${text}`), ...held.map((text) => `- before: ${text}`)].join(
    '\n',
  );
}

function clause(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/[.!]+$/, '')
    .trim();
}
