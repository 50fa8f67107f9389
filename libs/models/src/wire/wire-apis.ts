import type { WireApiName } from '../profile/profile.js';
import { anthropic } from './anthropic/anthropic.js';
import { bedrock } from './bedrock/bedrock.js';
import { cohere } from './cohere/cohere.js';
import { completion } from './completion/completion.js';
import { gemini } from './gemini/gemini.js';
import { mistral } from './mistral/mistral.js';
import { ollama } from './ollama/ollama.js';
import { openaiChat } from './openai-chat/openai-chat.js';
import { openaiResponses } from './openai-responses/openai-responses.js';
import type { WireApi } from './wire-api.js';

const WIRE_APIS: Readonly<Record<WireApiName, WireApi>> = {
  'openai-chat': openaiChat,
  anthropic,
  'openai-responses': openaiResponses,
  gemini,
  bedrock,
  mistral,
  cohere,
  ollama,
  completion,
};

/** The adapter of a wire API. */
export function wireApi(name: WireApiName): WireApi {
  return WIRE_APIS[name];
}
