import type { JsonObject } from '../../json.js';
import { settleTurns } from '../../messages/settle-turns.js';
import type { Turn } from '../../messages/turns.js';
import { wellFormed } from '../../messages/turns.js';
import type { ModelRequest } from '../../model-request.js';
import { renderChat } from '../openai-chat/render.js';
import type { ChatVariant } from '../openai-chat/variant.js';
import type { WireRequest, WireTarget } from '../wire-api.js';

/** Stands between results and a user's next words, where Mistral wants an assistant's turn: it adds nothing to either. */
const BRIDGE: Turn = { kind: 'assistant', parts: [{ type: 'text', text: 'Understood.' }], calls: [] };

/** The rules are those of `mistral-common`, the validator that Mistral publishes and serves with. */
const MISTRAL_VARIANT: ChatVariant = {
  arrange: (turns) => bridged(settleTurns(turns)),
  requiredChoice: 'any',
  seedField: 'random_seed',
  namesResults: () => true,
  said: (text, reasoning) => ({ content: content(wellFormed(text), wellFormed(reasoning)) }),
};

/** Writes a request for `POST /chat/completions` of `api.mistral.ai`. */
export function renderMistral(request: ModelRequest, target: WireTarget): WireRequest {
  return renderChat(request, target, MISTRAL_VARIANT);
}

/** "Unexpected role 'user' after role 'tool'" (code 3230): the API and several templates refuse it. */
function bridged(turns: readonly Turn[]): Turn[] {
  return turns.flatMap((turn, index) => {
    const before = turns[index - 1];
    const followsResults = turn.kind === 'user' && before?.kind === 'assistant' && before.calls.length > 0;
    return followsResults ? [BRIDGE, turn] : [turn];
  });
}

function content(text: string, reasoning: string): string | JsonObject[] {
  if (reasoning === '') return text;
  return [
    { type: 'thinking', thinking: [{ type: 'text', text: reasoning }] },
    ...(text === '' ? [] : [{ type: 'text', text }]),
  ];
}
