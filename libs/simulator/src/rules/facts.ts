/** Answers questions about the user from sentences that were said, recalled or found. */

const STOP = new Set(
  'a an the is are was were am be been do does did have has had i me my mine our we you your of to in on at for what whats who where when which how that this it s m and or about tell remember recall know please can could would remind user users like'.split(
    ' ',
  ),
);

/** As a platform marks what was so once. */
const OUTDATED = /^\(no longer so\b/i;

/** How much of a question's words a sentence must hold to be its answer. */
const ENOUGH = 0.6;

/** The sentence that answers the question, said to the user; undefined if none does. Later sentences win: people change. */
export function answerFromFacts(question: string, sources: readonly string[]): string | undefined {
  const wanted = keywords(question);
  if (wanted.length === 0) return undefined;
  let best: { sentence: string; score: number } | undefined;
  for (const sentence of sources.flatMap(sentencesOf)) {
    if (/\?\s*$/.test(sentence) || OUTDATED.test(sentence) || sameWords(sentence, question)) continue;
    const held = new Set(keywords(sentence));
    const score = wanted.filter((word) => held.has(word)).length / wanted.length;
    if (score >= ENOUGH && score >= (best?.score ?? 0)) best = { sentence, score };
  }
  return best === undefined ? undefined : toUser(best.sentence);
}

/** Everything that was found, for a question that asks for nothing in particular: "what do you remember about me?" */
export function allFacts(question: string, found: string): string | undefined {
  if (keywords(question).length > 0 || /^\s*(?:nothing|no )/i.test(found)) return undefined;
  return sentencesOf(found).map(toUser).join('\n') || undefined;
}

/** "My colour is teal" as said to the one whose colour it is. */
export function toUser(fact: string): string {
  const said = fact
    .replace(/^(?:please\s+)?(?:remember|note|keep in mind)(?:\s+that)?[\s:,]+/i, '')
    .replace(/\b(?:the\s+)?user'?s\b/gi, 'your')
    .replace(/\bthe user (?:is)\b/gi, 'you are')
    .replace(/\bthe user (\w+?)s\b/gi, 'you $1')
    .replace(/\bI am\b|\bI'm\b/gi, 'you are')
    .replace(/\bI've\b/gi, 'you have')
    .replace(/\bI was\b/gi, 'you were')
    .replace(/\bI\b/g, 'you')
    .replace(/\bmy\b/gi, 'your')
    .replace(/\bmine\b/gi, 'yours')
    .replace(/\bour\b/gi, 'your')
    .replace(/\bme\b/gi, 'you')
    .trim()
    .replace(/[.!\s]+$/, '');
  return `${said.charAt(0).toUpperCase()}${said.slice(1)}.`;
}

/** The sentences of a text that hold most of a question's words, in their order, at most three. */
export function relevantSentences(question: string, text: string): string[] {
  const wanted = keywords(question);
  const scored = sentencesOf(text).map((sentence, index) => {
    const held = new Set(keywords(sentence));
    return { sentence, index, score: wanted.filter((word) => held.has(word)).length };
  });
  const best = Math.max(0, ...scored.map(({ score }) => score));
  if (best === 0) return [];
  return scored
    .filter(({ score }) => score === best)
    .slice(0, 3)
    .map(({ sentence }) => sentence);
}

/** Sentences and list entries, without their marks. */
export function sentencesOf(text: string): string[] {
  return text
    .split(/\n+|(?<=[.!?])\s+(?=\p{Lu})/u)
    .map((line) =>
      line
        .replace(/^[\s>*#•\d.)-]*(?=\S)/, '')
        .replace(/^\[[^\]]*\]\s*|\s*\[[\w-]+\]$/g, '')
        .trim(),
    )
    .filter((line) => line !== '');
}

function keywords(text: string): string[] {
  return text
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '' && !STOP.has(word))
    .map((word) =>
      word
        .replace(/our(?=s|ite|$)/, 'or')
        .replace(/(?<=\w{3})(?:ies|es|s|ing|ed)$/, '')
        .replace(/(?<=\w{3})e$/, '')
        // A dog that is called Rex has that name.
        .replace(/^call$/, 'nam'),
    );
}

function sameWords(a: string, b: string): boolean {
  return keywords(a).join(' ') === keywords(b).join(' ') && /^(?:what|who|where|when|which|how)\b/i.test(a);
}
