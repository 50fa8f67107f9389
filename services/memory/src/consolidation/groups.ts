import { createHash } from 'node:crypto';
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

/** What one summary is made of. */
export interface Group {
  /** Of the summary. Two of one subject: the later takes the place of the earlier. */
  subject: string;
  /** Whom it is about. */
  owner: string;
  /** The newest first. */
  sources: readonly Source[];
}

/** Facts that a summary is worth making of. */
const MIN_FACTS = 3;
/** Of longer ones the newest are told: a summary is read whole. */
const MAX_FACTS = 24;

/** Who or what has several facts, in the order of the names. */
export function groupsOf(facts: readonly Source[]): Group[] {
  return [...groupBy(facts, ({ subject }) => subject.split('|')[0] ?? '')]
    .filter(([owner, all]) => owner !== '' && owner !== 'all' && all.length >= MIN_FACTS)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([owner, all]) => ({
      subject: `summary|${owner}`,
      owner,
      sources: [...all].sort((a, b) => b.validFrom.getTime() - a.validFrom.getTime()).slice(0, MAX_FACTS),
    }));
}

/** The same as one agent sums it up, beside what rules say of it: neither takes the place of the other. */
export function groupFor(group: Group, agent: string): Group {
  return agent === '' ? group : { ...group, subject: `${group.subject}|${agent}` };
}

/** Before the keys of what an agent was asked for. */
export function keyPrefix(agent: string): string {
  return agent === '' ? '' : `${agent}:`;
}

/** Equal for the same facts that hold, or no longer hold, in the same way. Says nothing of what they say. */
export function sourcesKey({ subject, sources }: Group, agent = ''): string {
  const held = sources.map(({ id, state }) => `${id} ${state}`).sort();
  const digest = createHash('sha256').update(JSON.stringify([subject, ...held]));
  return keyPrefix(agent) + digest.digest('hex');
}
