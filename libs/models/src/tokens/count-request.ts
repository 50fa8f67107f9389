import type { CanonicalMessage, ImagePart, Part } from '../messages/message.js';
import { imagePlaceholder } from '../messages/turns.js';
import { UNTRUSTED_TOKENS } from '../messages/untrusted.js';
import type { ModelRequest, ToolDefinition } from '../model-request.js';
import type { Profile, WireApiName } from '../profile/profile.js';
import { offeredTools } from '../wire/settings.js';
import type { TokenCounter } from './token-counter.js';

/** What templates put around a message: OpenAI's three tokens, up to eight in open models' templates. */
const MESSAGE = 8;
/** Around a call, a result and a tool: ids, names of members, tags. */
const CALL = 16;
const TOOL = 16;
/** What opens the answer. */
const OPENING = 8;

/**
 * Tokens of one image, whatever its size: what the providers' published rules come to at most after they have scaled it
 * (OpenAI 85 + 8 tiles of 170; Anthropic and Bedrock width × height / 750, at most about 1,600; Gemini 258 a tile, 1,120
 * at high resolution). 1,600 where no rule is published.
 */
const IMAGE: Readonly<Partial<Record<WireApiName, number>>> = {
  'openai-chat': 1_600,
  'openai-responses': 1_600,
  anthropic: 1_600,
  bedrock: 1_600,
  gemini: 1_120,
};
const OTHER_IMAGE = 1_600;

/** A message, counted but for what differs between two profiles of one tokenizer. */
interface Tally {
  text: number;
  reasoning: number;
  images: number;
  /** In place of the images, where the endpoint takes none. */
  placeholders: number;
}

// A conversation is counted again with every turn: only what is new in it is looked at.
const tallies = new Map<string, WeakMap<CanonicalMessage, Tally>>();
const toolTallies = new Map<string, WeakMap<ToolDefinition, number>>();

/** Input tokens of a whole request: instructions, messages, calls and results, images, tool definitions. */
export function countRequest(request: ModelRequest, profile: Profile, counter: TokenCounter): number {
  const messages = request.messages.reduce((sum, message) => sum + countMessage(message, profile, counter), 0);
  return OPENING + messages + countTools(request, profile, counter);
}

/** Tokens of one message as the profile's endpoint gets it. */
export function countMessage(message: CanonicalMessage, profile: Profile, counter: TokenCounter): number {
  const known = remembered(tallies, counter.tokenizer);
  let tally = known.get(message);
  if (tally === undefined) {
    tally = tallyOf(message.parts, counter);
    known.set(message, tally);
  }
  const image = IMAGE[profile.api] ?? OTHER_IMAGE;
  const text =
    tally.text +
    (profile.reasoning.replay === 'none' ? 0 : tally.reasoning) +
    (profile.capabilities.vision ? 0 : tally.placeholders);
  return Math.ceil(text * counter.factor) + (profile.capabilities.vision ? tally.images * image : 0);
}

/** Tokens of the tools that are offered; the same whether the endpoint or the prompt holds them. */
export function countTools(request: ModelRequest, profile: Profile, counter: TokenCounter): number {
  const known = remembered(toolTallies, counter.tokenizer);
  const tokens = offeredTools(request, profile).reduce((sum, tool) => {
    const counted = known.get(tool) ?? TOOL + counter.text(JSON.stringify(tool));
    known.set(tool, counted);
    return sum + counted;
  }, 0);
  return Math.ceil(tokens * counter.factor);
}

function tallyOf(parts: readonly Part[], counter: TokenCounter): Tally {
  const tally: Tally = { text: MESSAGE, reasoning: 0, images: 0, placeholders: 0 };
  for (const part of parts) addPart(tally, part, counter);
  return tally;
}

function addPart(tally: Tally, part: Part, counter: TokenCounter): void {
  switch (part.type) {
    case 'text':
      tally.text += counter.text(part.text) + (part.untrusted === true ? UNTRUSTED_TOKENS : 0);
      break;
    case 'image':
      addImage(tally, part, counter);
      break;
    case 'reasoning':
      // A sealed form is about as long as what it seals.
      tally.reasoning += counter.text(part.text) + sealed(part.opaque) + sealed(part.signature);
      break;
    case 'tool_call':
      tally.text += CALL + counter.text(part.name) + counter.text(JSON.stringify(part.arguments));
      break;
    case 'tool_result':
      tally.text += CALL + counter.text(part.name);
      for (const piece of part.parts) addPart(tally, piece, counter);
      break;
  }
}

function addImage(tally: Tally, image: ImagePart, counter: TokenCounter): void {
  tally.images += 1;
  tally.placeholders += counter.text(imagePlaceholder(image));
}

function sealed(value: unknown): number {
  if (value === undefined) return 0;
  return (typeof value === 'string' ? value : JSON.stringify(value)).length / 4;
}

function remembered<K extends object, V>(by: Map<string, WeakMap<K, V>>, tokenizer: string): WeakMap<K, V> {
  const known = by.get(tokenizer) ?? new WeakMap<K, V>();
  by.set(tokenizer, known);
  return known;
}
