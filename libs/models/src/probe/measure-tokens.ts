import type { ModelRequest } from '../model-request.js';
import type { Judgement } from './experiment.js';

/** A prompt that was counted by the endpoint. */
export interface CountedPrompt {
  characters: number;
  inputTokens: number;
}

/** What estimates take for granted. */
const USUAL = 4;
/** So that the counts of a few words, which say little, are not measured by. */
const LEAST = { characters: 500, tokens: 50 };

/** Characters a token, by the difference of two prompts: what a template adds to both is not in it. Undefined where they are too alike. */
export function measureTokens(counted: readonly CountedPrompt[]): Judgement | undefined {
  const known = [...counted].sort((a, b) => a.characters - b.characters);
  const [shortest, longest] = [known[0], known.at(-1)];
  if (shortest === undefined || longest === undefined) return undefined;
  const characters = longest.characters - shortest.characters;
  const tokens = longest.inputTokens - shortest.inputTokens;
  if (characters < LEAST.characters || tokens < LEAST.tokens) return undefined;
  const value = Math.round((characters / tokens) * 100) / 100;
  // Nobody's tokenizer: the count is of something else.
  if (value < 0.5 || value > 10) return undefined;
  const differs = Math.abs(value - USUAL) > USUAL / 10;
  const how = `${characters} characters more were ${tokens} tokens more`;
  return {
    findings: [{ field: 'tokens.charactersPerToken', value, how, confidence: 'likely' }],
    ...(differs ? { members: { tokens: { charactersPerToken: value } } } : {}),
  };
}

/** Of all texts of a prompt. */
export function charactersOf(request: ModelRequest): number {
  return request.messages.reduce(
    (sum, { parts }) => sum + parts.reduce((all, part) => all + (part.type === 'text' ? part.text.length : 0), 0),
    0,
  );
}
