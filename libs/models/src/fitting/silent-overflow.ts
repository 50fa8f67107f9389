import type { CanonicalMessage } from '../messages/message.js';
import { ModelError } from '../model-error.js';
import type { OverflowLimits } from '../model-error.js';
import type { ModelRequest } from '../model-request.js';
import type { ModelResponse } from '../model-response.js';
import type { WireTarget } from '../wire/wire-api.js';

/**
 * Characters other than white space that one token holds at most on average, over a whole conversation: no tokenizer of
 * today reaches it with prose (5), code or JSON (3). The check must never doubt a prompt that was read whole.
 */
const MOST_CHARACTERS = 6;
/** Shorter conversations prove nothing: an endpoint may count them otherwise. */
const MIN_TOKENS = 200;

const counted = new WeakMap<CanonicalMessage, number>();

/**
 * The overflow that an endpoint did not tell, seen from the answer; undefined where there is none.
 * - Nothing was written and the output limit is named: there was no room for an answer (Xiaomi MiMo, vLLM with a cut prompt).
 * - `accepts`: more input was counted than the window has (Z.ai).
 * - `truncates`: less input was counted than the messages can be (Ollama).
 */
export function silentOverflow(
  response: ModelResponse,
  request: ModelRequest,
  { name, profile }: WireTarget,
): ModelError | undefined {
  const { usage, message, finishReason, rawFinishReason } = response;
  const reported = usage.source === 'reported' ? usage.inputTokens : 0;
  if (finishReason === 'length' && message.parts.length === 0) {
    const full = usage.source === 'reported' && usage.outputTokens === 0;
    if (full || /context_window|model_length/i.test(rawFinishReason))
      return failure(name, 'it wrote nothing, for want of room', reported > 0 ? { input: reported } : undefined);
  }
  if (reported === 0) return undefined;
  if (profile.overflow === 'accepts' && reported > profile.contextWindow) {
    const limits = { window: profile.contextWindow, input: reported };
    return failure(name, `it counts ${reported} tokens of input, and its window has ${profile.contextWindow}`, limits);
  }
  if (profile.overflow === 'truncates') {
    const least = leastTokens(request.messages);
    if (least >= MIN_TOKENS && reported < least)
      return failure(name, `it read ${reported} tokens of a conversation that has at least ${least}`, {
        window: reported,
      });
  }
  return undefined;
}

/** Fewer tokens than any tokenizer makes of the texts of a conversation. */
function leastTokens(messages: readonly CanonicalMessage[]): number {
  return Math.floor(messages.reduce((sum, message) => sum + charactersOf(message), 0) / MOST_CHARACTERS);
}

function charactersOf(message: CanonicalMessage): number {
  const known = counted.get(message);
  if (known !== undefined) return known;
  let characters = 0;
  for (const part of message.parts) {
    if (part.type === 'text') characters += written(part.text);
    if (part.type === 'tool_result')
      for (const piece of part.parts) if (piece.type === 'text') characters += written(piece.text);
  }
  counted.set(message, characters);
  return characters;
}

/** White space, rules and padding, of which one token may hold a hundred, do not count. */
function written(text: string): number {
  return text.replace(/\s+|(.)\1{3,}/gsu, '').length;
}

function failure(name: string, why: string, limits: OverflowLimits | undefined): ModelError {
  return new ModelError({
    kind: 'overflow',
    code: 'model.overflow.silent',
    message: `Backend ${name} answered a prompt that does not fit its window, and did not say so: ${why}. The answer is not used. Set contextWindow in its profile to what it serves.`,
    limits,
  });
}
