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
 * Among what was said: pairs of which the second says anew what the first said, with another value. Found by comparing
 * the sentences that bear on the query: alike in what they are about, different in numbers, dates or names, or with a word
 * that says that something changed. Only the same one takes his word back, and only a hit that bears on the query nearly as
 * much as the older one stands in its way.
 *
 * @param terms of the query, as `queryTerms` gives them
 * @returns ids, the older first
 */
export function updatesAmong(hits: readonly Said[], terms: readonly string[]): [string, string][] {
  const episodes = hits.filter(({ kind }) => kind === 'episode').slice(0, MAX_COMPARED);
  const asked = new Set(terms);
  const about = episodes.map((hit) => ({ hit, sentences: bearingOn(hit.text, terms) }));
  return about.flatMap(({ hit: one, sentences }) =>
    about
      .filter(
        ({ hit: other, sentences: others }) =>
          isAfter(other, one) &&
          isOfOne(other, one) &&
          other.score >= NEARLY * one.score &&
          updates(others, sentences, asked),
      )
      .map(({ hit: other }): [string, string] => [one.id, other.id]),
  );
}

/** Pairs grow with the square. */
const MAX_COMPARED = 30;
/** Of the words of two sentences without their values, the part that both have. */
const SAME_TOPIC = 0.5;
/** The same where the later one says that something changed. */
const SAME_TOPIC_CHANGED = 0.34;
/** Words of the query that both must have, where the later one says that something changed. */
const MIN_ASKED = 2;
/** Of the score of the older one. */
const NEARLY = 0.4;
/** Words that both must have beside those of the query: a topic is more than one word. */
const MIN_COMMON = 2;

const CHANGED =
  /\b(?:now|changed?|moved|updated?|adjusted|corrected|instead|no longer|any ?more|actually|pushed|extended|postponed|rescheduled|increased|decreased|reduced|raised|lowered|new|revised|switched|improved|grown|reached|up to|currently|latest|recently)\b/i;
const VALUE =
  /\d|^(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenti?|thirti?|forti?|fifti?|hundr|thousand|januari|februari|march|april|june|juli|august|septemb|octob|novemb|decemb|mondai|tuesdai|wednesdai|thursdai|fridai|saturdai|sundai)/;

interface Sentence {
  topic: ReadonlySet<string>;
  values: string;
  changed: boolean;
}

function bearingOn(text: string, terms: readonly string[]): Sentence[] {
  return sentencesOf(text).flatMap((sentence): Sentence[] => {
    const words = tokenise(sentence);
    if (!terms.some((term) => words.includes(term))) return [];
    return [
      {
        topic: new Set(words.filter((word) => !VALUE.test(word))),
        values: words.filter((word) => VALUE.test(word)).join(' '),
        changed: CHANGED.test(sentence),
      },
    ];
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

function updates(later: readonly Sentence[], earlier: readonly Sentence[], asked: ReadonlySet<string>): boolean {
  return later.some((now) => earlier.some((then) => replaces(now, then, asked)));
}

function replaces(now: Sentence, then: Sentence, asked: ReadonlySet<string>): boolean {
  const common = [...now.topic].filter((word) => then.topic.has(word));
  if (common.length < MIN_COMMON || now.values === then.values) return false;
  if (now.values === '' && !now.changed) return false;
  const share = common.length / Math.min(now.topic.size, then.topic.size);
  if (!now.changed) return share >= SAME_TOPIC;
  return share >= SAME_TOPIC_CHANGED || common.filter((word) => asked.has(word)).length >= MIN_ASKED;
}
