import type { TokenizerName } from './tokenizer-names.js';

/**
 * Longer texts are counted in pieces: the search for the best merge is quadratic in the length of what has no boundary
 * (20,000 equal letters take a second), and a cut costs one token at most.
 */
const PIECE = 1_024;
const PIECES = new RegExp(`[^]{1,${PIECE}}(?=\\s|$)|[^]{1,${PIECE}}`, 'g');

/** Counts of one text. */
export type CountText = (text: string) => number;

const loading = new Map<TokenizerName, Promise<CountText>>();

/** Loads a vocabulary (2 MB, a third of a second) at its first use; what counts nothing never pays for it. */
export function loadTokenizer(name: Exclude<TokenizerName, 'estimate'>): Promise<CountText> {
  const known = loading.get(name);
  if (known !== undefined) return known;
  const loaded = load(name);
  loading.set(name, loaded);
  return loaded;
}

async function load(name: Exclude<TokenizerName, 'estimate'>): Promise<CountText> {
  const { countTokens } =
    name === 'o200k_base'
      ? await import('gpt-tokenizer/encoding/o200k_base')
      : await import('gpt-tokenizer/encoding/cl100k_base');
  // Whatever looks like a special token within a text is text, as it is for the endpoints.
  const options = { disallowedSpecial: new Set<string>() };
  return (text) => {
    if (text.length <= PIECE) return countTokens(text, options);
    return (text.match(PIECES) ?? []).reduce((sum, piece) => sum + countTokens(piece, options), 0);
  };
}
