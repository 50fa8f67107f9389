import type { JsonValue } from '@switchyard/contracts';
import { z } from 'zod';
import { TRUST } from '../records/trust.js';
import { cleanText } from '../text/clean-text.js';

/** Characters of one statement. What a model needs more for is no fact but a text. */
const MAX_STATEMENT = 2_000;
/** Of one answer; a model that goes round in circles gives thousands. */
const MAX_FACTS = 64;
const MAX_SUBJECT = 512;

/** What the agent was given. */
export interface GivenEpisode {
  id: string;
  trust: number;
  occurredAt: Date;
  expiresAt: Date | undefined;
}

/** A fact of an answer that may be stored. */
export interface AnsweredFact {
  text: string;
  /** Empty: rules find it. */
  subject: string;
  evidence: string[];
  trust: number;
  validFrom: Date;
  validTo: Date | undefined;
  expiresAt: Date | undefined;
  /** Ids of known facts in whose place it stands. */
  replaces: string[];
}

/** An answer as it may be taken. */
export interface FactsAnswer {
  facts: AnsweredFact[];
  /** Facts that were not taken. */
  dropped: number;
}

const FACT = z.object({
  statement: z.string(),
  subject: z.string().max(MAX_SUBJECT).nullish(),
  evidence: z.array(z.string()).min(1).max(MAX_FACTS),
  valid_from: z.string().nullish(),
  valid_to: z.string().nullish(),
  replaces: z.array(z.string()).nullish(),
});
const ANSWER = z.object({ facts: z.array(z.unknown()) });

/**
 * Reads what a model says that it found. It was given what strangers said and may have been talked into anything, so each
 * fact has to rest on episodes that it was given, is believed no more than the least of them and no more than an agent's
 * word, and stands in the place of nothing that it was not shown.
 *
 * @returns undefined where it is no answer
 */
export function readFactsAnswer(
  output: JsonValue,
  episodes: readonly GivenEpisode[],
  known: readonly string[],
): FactsAnswer | undefined {
  const answer = ANSWER.safeParse(output);
  if (!answer.success) return undefined;
  const given = new Map(episodes.map((episode) => [episode.id, episode]));
  const shown = new Set(known);
  const facts = answer.data.facts.slice(0, MAX_FACTS).flatMap((said) => readFact(said, given, shown) ?? []);
  return { facts, dropped: answer.data.facts.length - facts.length };
}

function readFact(
  said: unknown,
  given: ReadonlyMap<string, GivenEpisode>,
  shown: ReadonlySet<string>,
): AnsweredFact | undefined {
  const parsed = FACT.safeParse(said);
  if (!parsed.success) return undefined;
  const { statement, subject, evidence, valid_from: from, valid_to: to, replaces } = parsed.data;
  const text = cleanText(statement);
  const rests = [...new Set(evidence)].map((id) => given.get(id));
  if (text === '' || text.length > MAX_STATEMENT || !rests.every((episode) => episode !== undefined)) return undefined;
  const saidAt = new Date(Math.max(...rests.map(({ occurredAt }) => occurredAt.getTime())));
  const validFrom = from ? readTime(from) : saidAt;
  const validTo = to ? readTime(to) : undefined;
  if (validFrom === undefined || (to && validTo === undefined) || (validTo && validTo <= validFrom)) return undefined;
  const ends = rests.flatMap(({ expiresAt }) => (expiresAt ? [expiresAt.getTime()] : []));
  const replaced = [...new Set(replaces ?? [])];
  if (!replaced.every((id) => shown.has(id))) return undefined;
  return {
    text,
    subject: cleanText(subject ?? '').toLowerCase(),
    evidence: rests.map(({ id }) => id).sort(),
    trust: Math.min(TRUST.medium, ...rests.map(({ trust }) => trust)),
    validFrom,
    validTo,
    // What was said in confidence for some days is not kept longer in other words.
    expiresAt: ends.length === 0 ? undefined : new Date(Math.min(...ends)),
    replaces: replaced,
  };
}

/** Of a date or a moment in ISO 8601, with a year that Postgres and people can use. */
function readTime(text: string): Date | undefined {
  if (!/^\d{4}-\d{2}(?:-\d{2}(?:T[\d:.]+(?:Z|[+-]\d{2}:?\d{2})?)?)?$/.test(text)) return undefined;
  const time = new Date(text);
  return Number.isNaN(time.getTime()) || time.getUTCFullYear() < 1 ? undefined : time;
}
