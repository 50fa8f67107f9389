import type { ToolNames } from '../../calls/tool-names.js';
import type { JsonObject } from '../../json.js';
import { textOf } from '../../messages/message-helpers.js';
import type { ImagePart, TextPart } from '../../messages/message.js';
import type { Turn } from '../../messages/turns.js';
import { imagePlaceholder, toTurns, wellFormed, wellFormedArguments } from '../../messages/turns.js';
import type { ModelRequest } from '../../model-request.js';
import type { Profile } from '../../profile/profile.js';
import { functionTools } from '../function-tools.js';
import { ownReasoning } from '../own-reasoning.js';
import { plannedRequest } from '../request-plan.js';
import { resultText } from '../result-text.js';
import { heldTo } from '../response-schema.js';
import { commonSettings, isStreamed, offeredTools, outputLimit } from '../settings.js';
import type { WireRequest, WireTarget } from '../wire-api.js';

/** Writes a request for `POST /api/chat`. It has no word for `parallelToolCalls`. */
export function renderOllama(asked: ModelRequest, target: WireTarget): WireRequest {
  const { profile } = target;
  const { request, names, output } = plannedRequest(asked, target);
  const tools = offeredTools(request, profile);
  const turns = toTurns(request.messages, profile.callIds, (name) => names.toWire(name));
  const messages = turns.flatMap((turn) => renderTurn(turn, profile, names));
  const body: JsonObject = {
    model: target.model,
    // Without messages the server only loads the model, and answers nothing.
    messages: messages.length === 0 ? [{ role: 'user', content: 'Continue.' }] : messages,
    stream: isStreamed(request, profile),
    ...(tools.length === 0 ? {} : { tools: functionTools(tools, names) }),
    ...(output?.method === 'json_object' ? { format: 'json' } : {}),
    ...heldTo('ollama', output),
    // A prompt that is too long loses its front without a word, instructions first: since 0.12.6 it can be an error instead.
    truncate: false,
    shift: false,
    options: options(request, profile),
  };
  return { path: '/api/chat', headers: {}, body: { ...body, ...request.extraBody } };
}

function options(request: ModelRequest, profile: Profile): JsonObject {
  const settings = commonSettings(request, profile);
  return {
    // Always said: the server's default is 4,096 tokens, whatever the model could take.
    num_ctx: profile.contextWindow,
    ...(request.maxOutputTokens === undefined ? {} : { num_predict: outputLimit(request, profile) }),
    ...(settings.temperature === undefined ? {} : { temperature: settings.temperature }),
    ...(settings.topP === undefined ? {} : { top_p: settings.topP }),
    ...(settings.stop === undefined ? {} : { stop: [...settings.stop] }),
    ...(settings.seed === undefined ? {} : { seed: settings.seed }),
  };
}

function renderTurn(turn: Turn, profile: Profile, names: ToolNames): JsonObject[] {
  switch (turn.kind) {
    case 'system':
      return [{ role: profile.system.role, content: wellFormed(turn.text) }];
    case 'user':
      return [{ role: 'user', ...renderUserContent(turn.parts, profile) }];
    case 'assistant': {
      const content = wellFormed(textOf(turn.parts));
      if (turn.calls.length === 0 && content === '') return [];
      const thinking = wellFormed(ownReasoning(turn.parts, profile));
      return [
        {
          role: 'assistant',
          content,
          ...(thinking === '' ? {} : { thinking }),
          ...(turn.calls.length === 0
            ? {}
            : {
                tool_calls: turn.calls.map(({ call, wireId }) => ({
                  id: wireId,
                  function: { name: names.toWire(call.name), arguments: wellFormedArguments(call.arguments) },
                })),
              }),
        },
        ...turn.calls.map(({ call, result, wireId }) => ({
          role: 'tool',
          // Older servers match results by name, newer ones by id.
          tool_name: names.toWire(call.name),
          tool_call_id: wireId,
          content: resultText(result),
        })),
      ];
    }
  }
}

/** Images stand beside the text, in base64; the server fetches nothing, so an address becomes words. */
function renderUserContent(parts: readonly (TextPart | ImagePart)[], profile: Profile): JsonObject {
  const images: string[] = [];
  const texts = parts.flatMap((part) => {
    if (part.type === 'text') return [wellFormed(part.text)];
    const data = profile.capabilities.vision ? dataOf(part) : undefined;
    if (data === undefined) return [imagePlaceholder(part)];
    images.push(data);
    return [];
  });
  return { content: texts.join('\n\n'), ...(images.length === 0 ? {} : { images }) };
}

function dataOf(image: ImagePart): string | undefined {
  if (image.data !== undefined) return image.data;
  const { url = '' } = image;
  const head = /^data:[^,]{0,200};base64,/.exec(url)?.[0];
  return head === undefined || head.length === url.length ? undefined : url.slice(head.length);
}
