import type { JsonObject, JsonValue } from '@switchyard/models';
import { asObject } from './schema.js';

/** Words that say what somebody is, has or likes, with the form that they take when it is told of him. */
const TOLD: readonly (readonly [pattern: RegExp, told: string])[] = [
  [/^I(?:'m| am) (allergic to .+|(?:a )?(?:vegetarian|vegan)\b.*|afraid of .+)$/i, 'is'],
  [/^I have ((?:an?|one|two|three|four|\d+) .+)$/i, 'has'],
  [/^I (?:really )?(prefer) (.+)$/i, 'prefers'],
  [/^I (?:really )?(like|love|hate|need|play|drive|speak|own) (.+)$/i, ''],
];
/** Of what one prefers the last said holds. */
const ONE_AT_A_TIME = 'prefers';

/**
 * What Switchyard's memory asks agents for, answered by simple rules: facts in what was said, the order of what was found,
 * summaries of what is known. Undefined: it is no such ask.
 */
export function answerMemoryAsk(text: string): JsonObject | undefined {
  const ask = parse(text);
  if (!ask) return undefined;
  if (Array.isArray(ask['episodes']) && Array.isArray(ask['known']))
    return { facts: factsIn(objects(ask['episodes']), objects(ask['known'])) };
  if (typeof ask['query'] === 'string' && Array.isArray(ask['candidates']))
    return { order: inOrder(ask['query'], objects(ask['candidates'])) };
  const facts = objects(ask['facts']);
  if (facts.length > 0 && facts.every(({ id, about, statement }) => id && about && statement))
    return { summaries: summariesOf(facts) };
  return undefined;
}

function factsIn(episodes: readonly JsonObject[], known: readonly JsonObject[]): JsonObject[] {
  return episodes.flatMap(({ id, speaker, text }) =>
    String(text)
      .split(/(?<=[.!?])\s+|\n+|,? and (?=I )/)
      .flatMap((sentence) => {
        const said = toldOf(String(speaker), sentence.replace(/[.!\s]+$/, ''));
        if (said === undefined) return [];
        const before = `${String(speaker)} ${ONE_AT_A_TIME} `;
        const replaces = !said.startsWith(before)
          ? []
          : known.filter(({ statement }) => String(statement).startsWith(before) && statement !== said);
        return [
          {
            statement: said,
            evidence: [String(id)],
            ...(replaces.length > 0 && { replaces: replaces.map((one) => String(one['id'])) }),
          },
        ];
      }),
  );
}

function toldOf(speaker: string, sentence: string): string | undefined {
  for (const [pattern, told] of TOLD) {
    const [, first = '', second] = pattern.exec(sentence.trim()) ?? [];
    if (first === '') continue;
    if (second === undefined) return `${speaker} ${told} ${first}`;
    return `${speaker} ${told || `${first.toLowerCase()}s`} ${second}`;
  }
  return undefined;
}

/** Those first that have most of the query's words, else as they came. */
function inOrder(query: string, candidates: readonly JsonObject[]): string[] {
  const asked = stemsOf(query);
  const share = ({ text }: JsonObject) => [...stemsOf(String(text))].filter((stem) => asked.has(stem)).length;
  return [...candidates].sort((a, b) => share(b) - share(a)).map(({ id }) => String(id));
}

function summariesOf(facts: readonly JsonObject[]): JsonObject[] {
  return [...new Set(facts.map(({ about }) => String(about)))].flatMap((about): JsonObject[] => {
    const all = facts.filter((fact) => fact['about'] === about);
    const holds = all.filter((fact) => fact['holds'] !== false).map(({ statement }) => clause(statement));
    const held = all.filter((fact) => fact['holds'] === false).map(({ statement }) => clause(statement));
    const before = held.length === 0 ? '' : ` Before: ${held.join('; ')}.`;
    return all.length < 3
      ? []
      : [
          {
            about,
            text: `What is known of ${about}: ${holds.join('; ')}.${before}`,
            evidence: all.map(({ id }) => String(id)),
          },
        ];
  });
}

function clause(statement: JsonValue | undefined): string {
  return String(statement).replace(/[.!\s]+$/, '');
}

/** Word beginnings, so that "flies" finds "fly". */
function stemsOf(text: string): Set<string> {
  return new Set((text.toLowerCase().match(/[\p{L}\p{N}]{3,}/gu) ?? []).map((word) => word.slice(0, 4)));
}

function objects(value: JsonValue | undefined): JsonObject[] {
  return Array.isArray(value) ? value.map(asObject).filter((one) => one !== undefined) : [];
}

function parse(text: string): JsonObject | undefined {
  if (!text.startsWith('{')) return undefined;
  try {
    return asObject(JSON.parse(text) as JsonValue);
  } catch {
    // A person who begins with a brace asks for something else.
    return undefined;
  }
}
