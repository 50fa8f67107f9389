import type { ToolNames } from '../../calls/tool-names.js';
import type { JsonObject, JsonValue } from '../../json.js';
import type { ImagePart, TextPart, ToolResultPart } from '../../messages/message.js';
import type { AnsweredCall, Turn } from '../../messages/turns.js';
import { imagePlaceholder, wellFormed, wellFormedArguments } from '../../messages/turns.js';
import type { Profile } from '../../profile/profile.js';
import { ReasoningReplay } from './reasoning-replay.js';

/** The formats that OpenAI's documentation names. */
const IMAGE_TYPES: ReadonlySet<string> = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp']);

/** Writes the conversation as the items of `input`. It is never empty, which would be refused. */
export function renderInput(turns: readonly Turn[], profile: Profile, names: ToolNames): JsonObject[] {
  const reasoning = new ReasoningReplay(profile);
  const items = turns.flatMap((turn) => renderTurn(turn, profile, names, reasoning));
  return items.length > 0
    ? items
    : [{ type: 'message', role: 'user', content: [inputText('(The conversation begins here.)')] }];
}

function renderTurn(turn: Turn, profile: Profile, names: ToolNames, reasoning: ReasoningReplay): JsonObject[] {
  switch (turn.kind) {
    case 'system':
      // With `first`, all of it is in `instructions`.
      return profile.system.placement === 'first'
        ? []
        : [{ type: 'message', role: profile.system.role, content: [inputText(turn.text)] }];
    case 'user':
      return [{ type: 'message', role: 'user', content: turn.parts.map((part) => inputPart(part, profile)) }];
    case 'assistant':
      return [
        ...reasoning.inOrder(turn).map((entry): JsonObject => {
          if (entry.kind === 'reasoning') return entry.item;
          if (entry.kind === 'call') return renderCall(entry.call, names);
          const text = wellFormed(entry.part.text);
          return { type: 'message', role: 'assistant', content: [{ type: 'output_text', text }] };
        }),
        ...turn.calls.map(({ result, wireId }) => ({
          type: 'function_call_output',
          call_id: wireId,
          output: renderOutput(result, profile),
        })),
      ];
  }
}

/**
 * The item's own id (`fc_…`) is not sent: calls and results meet by `call_id`, and an item with an id is refused without
 * the reasoning that it came with, when it comes twice, and when the id has another vendor's form.
 */
function renderCall({ call, wireId }: AnsweredCall, names: ToolNames): JsonObject {
  return {
    type: 'function_call',
    call_id: wireId,
    name: names.toWire(call.name),
    arguments: JSON.stringify(wellFormedArguments(call.arguments)),
  };
}

/** The wire has no error flag: it becomes a word. Images make the output a list. */
function renderOutput(result: ToolResultPart, profile: Profile): JsonValue {
  const parts = result.parts.map((part) => inputPart(part, profile));
  const texts = parts.map((part) => (part['type'] === 'input_text' ? String(part['text']) : ''));
  const text = texts.join('\n');
  const marked = result.isError && !/^error\b/i.test(text);
  if (parts.every((part) => part['type'] === 'input_text')) return marked ? `Error: ${text}` : text;
  const shown = parts.filter((part) => part['text'] !== '');
  return marked ? [inputText('Error:'), ...shown] : shown;
}

function inputPart(part: TextPart | ImagePart, profile: Profile): JsonObject {
  if (part.type === 'text') return inputText(part.text);
  const url = profile.capabilities.vision ? imageUrl(part) : undefined;
  return url === undefined
    ? inputText(imagePlaceholder(part))
    : { type: 'input_image', image_url: url, detail: 'auto' };
}

/** Undefined for what the endpoint would refuse: no image's media type, or an address that it cannot fetch. */
function imageUrl({ url, mediaType, data }: ImagePart): string | undefined {
  if (url !== undefined) return /^(https?:\/\/|data:image\/)/i.test(url) ? wellFormed(url) : undefined;
  return IMAGE_TYPES.has(mediaType) && data !== undefined && data !== ''
    ? `data:${mediaType};base64,${data}`
    : undefined;
}

function inputText(text: string): JsonObject {
  return { type: 'input_text', text: wellFormed(text) };
}
