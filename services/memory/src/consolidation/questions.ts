import { tokenise } from '../text/tokenise.js';
import type { Source } from './groups.js';

/** Something else that was said in the same scope, of any kind but summaries. */
export interface Said {
  id: string;
  text: string;
  /** Facts of the group that rest on it. */
  facts: readonly string[];
}

/** A question, and the memories any of which answers it. */
export interface Question {
  query: string;
  answers: readonly string[];
}

/** Words of one question: as many as people type into a search. */
const TELLING_WORDS = 4;
const TOPIC_WORDS = 2;

/**
 * Held-out questions for a summary: none of them is what it is made of. Of each fact by what it is about; of everything by
 * the words that tell it from the rest (who looks for a detail), and by those that it shares with the most (who asks for all
 * there is on a topic). What users asked is not kept, so it is not asked.
 */
export function questionsAbout(facts: readonly Source[], others: readonly Said[]): Question[] {
  const texts = [
    ...facts.map(({ id, text }) => ({ text, answers: [id] })),
    ...others.map(({ id, text, facts: derived }) => ({ text, answers: [id, ...derived] })),
  ];
  const shares = sharesOf(texts.map(({ text }) => text));
  const questions = [
    ...facts.map(({ id, subject }) => ({ query: subject.replaceAll('|', ' '), answers: [id] })),
    ...texts.map(({ text, answers }) => ({ query: tellingWords(text, shares), answers })),
    ...texts.map(({ text, answers }) => ({ query: topicWords(text, shares), answers })),
  ];
  return questions.filter(({ query }) => tokenise(query).length > 0);
}

/**
 * Whether a summary hides something: a question that was answered without summaries no longer is, and the summary stands
 * among what is found instead.
 *
 * @param without what each question found without summaries, by ids; `with`: what it finds with this one
 */
export function hides(
  summary: string,
  questions: readonly Question[],
  found: { without: readonly (readonly string[])[]; with: readonly (readonly string[])[] },
): boolean {
  return questions.some(({ answers }, index) => {
    const answered = (ids: readonly string[]) => answers.some((id) => ids.includes(id));
    const [before = [], after = []] = [found.without[index], found.with[index]];
    return answered(before) && !answered(after) && after.includes(summary);
  });
}

/** In how many of the texts each term stands. */
function sharesOf(texts: readonly string[]): ReadonlyMap<string, number> {
  const shares = new Map<string, number>();
  for (const text of texts) for (const term of new Set(tokenise(text))) shares.set(term, (shares.get(term) ?? 0) + 1);
  return shares;
}

interface Word {
  word: string;
  place: number;
  share: number;
}

function tellingWords(text: string, shares: ReadonlyMap<string, number>): string {
  return inOrder(
    wordsOf(text, shares)
      .sort((a, b) => a.share - b.share || a.place - b.place)
      .slice(0, TELLING_WORDS),
  );
}

/** Empty: it shares none. */
function topicWords(text: string, shares: ReadonlyMap<string, number>): string {
  const shared = wordsOf(text, shares).filter(({ share }) => share > 1);
  return inOrder(shared.sort((a, b) => b.share - a.share || a.place - b.place).slice(0, TOPIC_WORDS));
}

/** As they stand in it, those of one term once, without those that are not looked up. */
function wordsOf(text: string, shares: ReadonlyMap<string, number>): Word[] {
  const byTerm = new Map<string, Word>();
  text.split(/\s+/).forEach((word, place) => {
    const [term] = tokenise(word);
    if (term !== undefined && !byTerm.has(term)) byTerm.set(term, { word, place, share: shares.get(term) ?? 0 });
  });
  return [...byTerm.values()];
}

function inOrder(words: readonly Word[]): string {
  return [...words]
    .sort((a, b) => a.place - b.place)
    .map(({ word }) => word)
    .join(' ');
}
