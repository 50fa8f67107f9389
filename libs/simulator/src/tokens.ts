import type { SimulatedAnswer, SimulatedRequest } from './conversation.js';

/** A rough rule, good enough to see costs move: four characters a token. */
export function tokensOf(value: unknown): number {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text === '' ? 0 : Math.ceil(text.length / 4);
}

export interface TokenCount {
  input: number;
  output: number;
  reasoning: number;
}

export function countTokens(request: SimulatedRequest, answer: SimulatedAnswer): TokenCount {
  const reasoning = tokensOf(answer.reasoning);
  const calls = answer.calls.map(({ name, arguments: given }) => ({ name, arguments: given }));
  return {
    input: inputTokens(request),
    output: tokensOf(answer.text) + reasoning + (calls.length === 0 ? 0 : tokensOf(calls)),
    reasoning,
  };
}

export function inputTokens(request: SimulatedRequest): number {
  const tools = request.tools.length === 0 ? 0 : tokensOf(request.tools);
  return request.messages.reduce((sum, message) => sum + tokensOf(message.parts), tools);
}

/** Cuts an answer at the output limit, as a model would. */
export function limitAnswer(answer: SimulatedAnswer, maxTokens: number): SimulatedAnswer {
  const whole =
    tokensOf(answer.reasoning) + tokensOf(answer.text) + (answer.calls.length === 0 ? 0 : tokensOf(answer.calls));
  if (whole <= maxTokens) return answer;
  return { ...answer, text: answer.text.slice(0, maxTokens * 4), finish: 'length' };
}

/** A text in the pieces in which it is streamed: about three words each, or so many characters. */
export function pieces(text: string, length?: number): string[] {
  if (length !== undefined) {
    const characters = [...text];
    return Array.from({ length: Math.ceil(characters.length / length) }, (_, index) =>
      characters.slice(index * length, (index + 1) * length).join(''),
    );
  }
  // One word a match: repeated within the pattern, a long word would be tried in every way to split it, for minutes.
  const words = text.match(/\s*\S+|\s+$/g) ?? [];
  return Array.from({ length: Math.ceil(words.length / WORDS_A_PIECE) }, (_, index) =>
    words.slice(index * WORDS_A_PIECE, (index + 1) * WORDS_A_PIECE).join(''),
  );
}

const WORDS_A_PIECE = 3;
