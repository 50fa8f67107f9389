import { sentencesOf } from '../derive/sentences.js';
import { tokenise } from '../text/tokenise.js';

/** A hit, as far as it tells whether it brings another one up to date. */
export interface Said {
  id: string;
  text: string;
  kind: string;
  speaker: string;
  source: string;
  score: number;
  occurred_at: Date;
  position: string;
  conversation: string;
}

/**
 * Among what was said: pairs of which the second says anew what the first said. Found by comparing sentences of the same
 * speaker, of hits that both bear on the query: alike in what they are about and different in numbers, dates or names; or
 * with a word that says that something changed, and the old value or a word of the query besides; or, where both are
 * about as near to the query, with such a word alone.
 *
 * @param terms of the query, as `queryTerms` gives them
 * @returns ids, the older first
 */
export function updatesAmong(hits: readonly Said[], terms: readonly string[]): [string, string][] {
  const asked = new Set(terms);
  const speakers = new Set(hits.flatMap(({ speaker }) => tokenise(speaker)));
  const about = hits
    .filter(({ kind }) => kind === 'episode')
    .slice(0, MAX_LATER)
    .map((hit) => ({ hit, sentences: bearingOn(hit.text, asked, speakers) }));
  return about.slice(0, MAX_EARLIER).flatMap(({ hit: one, sentences }) =>
    about
      .filter(({ hit: other, sentences: others }) => {
        const near = other.score / one.score;
        if (!isAfter(other, one) || !isOfOne(other, one) || near < HARDLY) return false;
        return others.some((now) => sentences.some((then) => replaces(now, then, asked, near)));
      })
      .map(({ hit: other }): [string, string] => [one.id, other.id]),
  );
}

/** What is looked at as said before, and as said later: what is asked of is among the first, and what changed it may be far. */
const MAX_EARLIER = 20;
const MAX_LATER = 60;
/** Sentences of one text. */
const MAX_SENTENCES = 8;
/** Of the score of the older one: what says the old value and that it changed need not be like the query. */
const HARDLY = 0.2;
const NEARLY = 0.4;
const AS_NEAR = 0.6;
/** Of the words of two sentences without their values, the part that both have. */
const SAME_TOPIC = 0.5;
/** The same where the later one says that something changed. */
const SAME_TOPIC_CHANGED = 0.34;
/** Words that both must have beside those of the query: a topic is more than one word. */
const MIN_COMMON = 2;
/** Words of the query that both must have, where the later one says that something changed. */
const MIN_ASKED = 2;

/** What people say when something is otherwise than it was. */
const CHANGED =
  /\b(?:now|these days|changed?|moved|relocated|updated?|adjusted|corrected|instead|no longer|any ?more|not any|actually|pushed|extended|postponed|rescheduled|increased|decreased|reduced|raised|lowered|renamed|revised|switched|improved|grown|reached|up to|currently|latest|recently|quit|left|stopped|cancell?ed|called off|off the table|forget what|mistake|fell through|backed out|after all|turns out|wrong about|took over|instead|replaced|dropped|gave up|got rid of|used to|changed (?:my|our|his|her|their) mind|, not)\b/i;
const VALUE =
  /\d|^(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenti?|thirti?|forti?|fifti?|hundr|thousand|januari|februari|march|april|june|juli|august|septemb|octob|novemb|decemb|mondai?|tuesdai?|wednesdai?|thursdai?|fridai?|saturdai?|sundai?|mondays?|tuesdays?|wednesdays?|thursdays?|fridays?|saturdays?|sundays?|weekday)/;
/** Two dates of one month have nothing in common yet. */
const MONTH = /^(?:januari|februari|march|april|june|juli|august|septemb|octob|novemb|decemb)/;
/** A word within a sentence that begins with a capital: mostly a name. */
const NAME = /(?<=[\p{Ll}\d,:;] )\p{Lu}[\p{L}\p{N}]+/gu;

interface Sentence {
  topic: ReadonlySet<string>;
  /** Numbers, dates, names. */
  values: ReadonlySet<string>;
  changed: boolean;
}

/** The sentences that have a word of the query; all, where none has: then it is their meaning that was found. */
function bearingOn(text: string, asked: ReadonlySet<string>, speakers: ReadonlySet<string>): Sentence[] {
  const sentences = sentencesOf(text).map((sentence) => ({ sentence, words: tokenise(sentence) }));
  const bearing = sentences.filter(({ words }) => words.some((word) => asked.has(word)));
  return (bearing.length > 0 ? bearing : sentences).slice(0, MAX_SENTENCES).map(({ sentence, words }) => {
    const names = new Set((sentence.match(NAME) ?? []).flatMap(tokenise).filter((name) => !speakers.has(name)));
    const isValue = (word: string) => VALUE.test(word) || (names.has(word) && !asked.has(word));
    return {
      topic: new Set(words.filter((word) => !isValue(word) && !speakers.has(word))),
      values: new Set(words.filter(isValue)),
      changed: CHANGED.test(sentence),
    };
  });
}

function isAfter(one: Said, other: Said): boolean {
  const [a, b] = [one.occurred_at.getTime(), other.occurred_at.getTime()];
  if (a !== b) return a > b;
  return one.conversation === other.conversation && BigInt(one.position) > BigInt(other.position);
}

function isOfOne(one: Said, other: Said): boolean {
  return one.speaker === other.speaker && one.source === other.source;
}

/** @param near the score of the later one, in that of the older one */
function replaces(now: Sentence, then: Sentence, asked: ReadonlySet<string>, near: number): boolean {
  const common = [...now.topic].filter((word) => then.topic.has(word));
  const different = now.values.size !== then.values.size || [...now.values].some((value) => !then.values.has(value));
  if (!now.changed)
    return (
      near >= NEARLY &&
      different &&
      now.values.size > 0 &&
      common.length >= MIN_COMMON &&
      shareOf(common, now, then) >= SAME_TOPIC
    );
  // "It is 310 now, not 250", after "250".
  const named = [...now.values].some((value) => then.values.has(value) && !MONTH.test(value));
  if (named && (near >= AS_NEAR || common.length > 0)) return true;
  if (near >= AS_NEAR && different && then.values.size > 0) return true;
  if (near < NEARLY || !different || common.length < MIN_COMMON) return false;
  return (
    shareOf(common, now, then) >= SAME_TOPIC_CHANGED || common.filter((word) => asked.has(word)).length >= MIN_ASKED
  );
}

function shareOf(common: readonly string[], now: Sentence, then: Sentence): number {
  return common.length / Math.min(now.topic.size, then.topic.size);
}
