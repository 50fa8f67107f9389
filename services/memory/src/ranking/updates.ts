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
    // An agent explains, and says what was said to it: that it says so later makes nothing new.
    .filter(({ kind, source }) => kind === 'episode' && source !== 'agent')
    .slice(0, MAX_LATER)
    .map((hit) => ({ hit, sentences: bearingOn(hit.text, asked, speakers) }));
  const worn = wornWords(about.map(({ sentences }) => sentences));
  return about.slice(0, MAX_EARLIER).flatMap(({ hit: one, sentences }): [string, string][] => {
    const later = about.filter(({ hit: other, sentences: others }) => {
      const near = other.score / one.score;
      if (near < HARDLY || !isAfter(other, one) || !isOfOne(other, one)) return false;
      return others.some((now) => sentences.some((then) => replaces(now, then, { asked, worn, near })));
    });
    return later.slice(0, MAX_NEWS).map(({ hit }): [string, string] => [one.id, hit.id]);
  });
}

/** Words that so many hits have that they do not tell one topic from another: "project", where all is about projects. */
function wornWords(hits: readonly (readonly Sentence[])[]): ReadonlySet<string> {
  const counts = new Map<string, number>();
  for (const sentences of hits)
    for (const word of new Set(sentences.flatMap(({ topic, values }) => [...topic, ...values])))
      counts.set(word, (counts.get(word) ?? 0) + 1);
  const most = Math.max(WORN_LEAST, WORN_SHARE * hits.length);
  return new Set([...counts].flatMap(([word, count]) => (count > most ? [word] : [])));
}

/** What is looked at as said before, and as said later: what is asked of is among the first, and what changed it may be far. */
const MAX_EARLIER = 8;
const MAX_LATER = 60;
/** Of one, the nearest to the query: who tells much of one thing changes little of it. */
const MAX_NEWS = 3;
/** Of all hits, the part that may have a word which still tells what they are about, and so many at least. */
const WORN_SHARE = 0.25;
const WORN_LEAST = 4;
/** Sentences of one text. */
const MAX_SENTENCES = 8;
/** Of the score of the older one: what says the old value and that it changed need not be like the query. */
const HARDLY = 0.2;
const NEARLY = 0.4;
const AS_NEAR = 0.6;
/** Of the words of two sentences without their values, the part that both have: of the longer one, or of the shorter one where the later says that something changed. */
const SAME_TOPIC = 0.5;
/** Of the words of the shorter sentence, the part that both must have where the old value is named, or both are as near. */
const RELATED = 0.25;
/** Words that both must have beside those of the query: a topic is more than one word. */
const MIN_COMMON = 2;
/** Words of the query that both must have, where the later one says that something changed. */
const MIN_ASKED = 2;
/** The same where the later one as a whole is far from the query: a long message says much besides. */
const MUCH_ASKED = 3;

/** What people say when something is otherwise than it was. */
const CHANGED =
  /\b(?:now|these days|changed?|moved|relocated|updated?|adjusted|corrected|instead|no longer|any ?more|not any|actually|pushed|extended|postponed|rescheduled|increased|decreased|reduced|raised|lowered|renamed|revised|switched|improved|grown|reached|up to|currently|latest|recently|quit|left|stopped|cancell?ed|called off|off the table|forget what|mistake|fell through|backed out|after all|turns out|wrong about|does not|never|given up|took over|instead|replaced|dropped|gave up|got rid of|used to|changed (?:my|our|his|her|their) mind|, not)\b/i;
const VALUE =
  /\d|^(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenti?|thirti?|forti?|fifti?|hundr|thousand|januari|februari|march|april|june|juli|august|septemb|octob|novemb|decemb|mondai?|tuesdai?|wednesdai?|thursdai?|fridai?|saturdai?|sundai?|mondays?|tuesdays?|wednesdays?|thursdays?|fridays?|saturdays?|sundays?|weekday)/;
/** What two statements of two things seldom share: not a month, a year or a number of one digit. */
const TELLING =
  /^(?!(?:januari|februari|march|april|june|juli|august|septemb|octob|novemb|decemb)|(?:19|20)\d\d$|.$).*/;
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

interface Bearing {
  asked: ReadonlySet<string>;
  worn: ReadonlySet<string>;
  /** The score of the later one, in that of the older one. */
  near: number;
}

function replaces(now: Sentence, then: Sentence, { asked, worn, near }: Bearing): boolean {
  const shared = [...now.topic].filter((word) => then.topic.has(word));
  const common = shared.filter((word) => asked.has(word) || !worn.has(word));
  const told = common.filter((word) => !worn.has(word));
  const inQuery = common.filter((word) => asked.has(word));
  const different = now.values.size !== then.values.size || [...now.values].some((value) => !then.values.has(value));
  if (!now.changed) {
    const alike =
      common.length >= MIN_COMMON && common.length >= SAME_TOPIC * Math.max(now.topic.size, then.topic.size);
    return near >= NEARLY && different && now.values.size > 0 && inQuery.length > 0 && alike;
  }
  const shorter = Math.min(now.topic.size, then.topic.size);
  // "It is 310 now, not 250", after "250".
  const named = [...now.values].filter((value) => then.values.has(value) && !worn.has(value) && TELLING.test(value));
  const aboutIt = shared.length > 0 || near >= AS_NEAR;
  if (named.length > 0 && aboutIt && named.length + told.length >= RELATED * shorter) return true;
  if (told.length === 0 && common.length < MIN_COMMON) return false;
  if (near >= AS_NEAR && different && then.values.size > 0 && told.length >= Math.max(1, RELATED * shorter))
    return true;
  if (!different || common.length < MIN_COMMON || inQuery.length === 0) return false;
  if (near < NEARLY && inQuery.length < MUCH_ASKED) return false;
  return common.length >= SAME_TOPIC * shorter || inQuery.length >= MIN_ASKED;
}
