/** Sentences of a text, by the rules of Unicode (UAX 29); line breaks end one too. */
export function sentencesOf(text: string): string[] {
  return text
    .split(/\n+/)
    .flatMap((line) => [...SEGMENTER.segment(line)].map(({ segment }) => segment.trim()))
    .filter((sentence) => sentence !== '');
}

const SEGMENTER = new Intl.Segmenter('en', { granularity: 'sentence' });
