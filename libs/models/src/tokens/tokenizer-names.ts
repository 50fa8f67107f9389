/**
 * Tokenizers that count: OpenAI's two byte-pair vocabularies, counted exactly, and the estimate by script for every other.
 * Nothing is loaded by naming one.
 */
export const TOKENIZER_NAMES = ['estimate', 'o200k_base', 'cl100k_base'] as const;

export type TokenizerName = (typeof TOKENIZER_NAMES)[number];

/** The tokenizer that a profile names; the estimate where this library does not know the name. */
export function tokenizerNamed(name: string): TokenizerName {
  return TOKENIZER_NAMES.find((known) => known === name) ?? 'estimate';
}
