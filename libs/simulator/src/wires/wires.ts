import type { WireApiName } from '@switchyard/models';
import { anthropicWire } from './anthropic.js';
import { bedrockWire } from './bedrock.js';
import { cohereWire } from './cohere.js';
import { completionWire } from './completion.js';
import { geminiWire } from './gemini.js';
import { mistralWire } from './mistral.js';
import { ollamaWire } from './ollama.js';
import { openaiChatWire } from './openai-chat.js';
import { openaiResponsesWire } from './openai-responses.js';
import type { ServerWire } from './wire.js';

/** All wires that the simulator serves: those that the library speaks. */
export const SERVER_WIRES: Readonly<Record<WireApiName, ServerWire>> = {
  'openai-chat': openaiChatWire,
  anthropic: anthropicWire,
  'openai-responses': openaiResponsesWire,
  gemini: geminiWire,
  bedrock: bedrockWire,
  mistral: mistralWire,
  cohere: cohereWire,
  ollama: ollamaWire,
  completion: completionWire,
};

/** The wire that is served at a path; undefined for none. */
export function wireAt(path: string): ServerWire | undefined {
  return Object.values(SERVER_WIRES).find((wire) =>
    typeof wire.path === 'string' ? wire.path === path : wire.path.test(path),
  );
}
