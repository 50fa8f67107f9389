import type { JsonObject } from '../../json.js';
import { bridgeTurns } from '../../messages/bridge-turns.js';
import { settleTurns } from '../../messages/settle-turns.js';
import { wellFormed } from '../../messages/turns.js';
import type { ModelRequest } from '../../model-request.js';
import { renderChat } from '../openai-chat/render.js';
import type { ChatVariant } from '../openai-chat/variant.js';
import type { WireRequest, WireTarget } from '../wire-api.js';

/** The rules are those of `mistral-common`, the validator that Mistral publishes and serves with. */
const MISTRAL_VARIANT: ChatVariant = {
  arrange: (turns) => bridgeTurns(settleTurns(turns)),
  requiredChoice: 'any',
  seedField: 'random_seed',
  namesResults: () => true,
  said: (text, reasoning) => ({ content: content(wellFormed(text), wellFormed(reasoning)) }),
};

/** Writes a request for `POST /chat/completions` of `api.mistral.ai`. */
export function renderMistral(request: ModelRequest, target: WireTarget): WireRequest {
  return renderChat(request, target, MISTRAL_VARIANT);
}

function content(text: string, reasoning: string): string | JsonObject[] {
  if (reasoning === '') return text;
  return [
    { type: 'thinking', thinking: [{ type: 'text', text: reasoning }] },
    ...(text === '' ? [] : [{ type: 'text', text }]),
  ];
}
