import type { ToolNames } from '../../calls/tool-names.js';
import type { JsonObject, JsonValue } from '../../json.js';
import { textOf } from '../../messages/message-helpers.js';
import type { ImagePart, TextPart } from '../../messages/message.js';
import { settleTurns, systemFirst } from '../../messages/settle-turns.js';
import type { AnsweredCall, Turn } from '../../messages/turns.js';
import { imagePlaceholder, toTurns, wellFormed, wellFormedArguments } from '../../messages/turns.js';
import type { ModelRequest, ToolDefinition } from '../../model-request.js';
import type { Profile } from '../../profile/profile.js';
import { functionTools } from '../function-tools.js';
import { ownReasoning } from '../own-reasoning.js';
import { plannedRequest } from '../request-plan.js';
import { resultText } from '../result-text.js';
import { heldTo } from '../response-schema.js';
import { commonSettings, isStreamed, offeredTools, outputLimit } from '../settings.js';
import type { WireRequest, WireTarget } from '../wire-api.js';

/** What `p` may be: the API refuses the 0 and the 1 that others take. */
const P_RANGE = { least: 0.01, most: 0.99 };

/** Writes a request for `POST /chat` of Cohere's API, version 2. It has no word for `parallelToolCalls`. */
export function renderCohere(asked: ModelRequest, target: WireTarget): WireRequest {
  const { profile } = target;
  const { request, names, output } = plannedRequest(asked, target);
  const tools = offeredTools(request, profile);
  // "system turn must be the first in the list", "message must not be empty in a turn".
  const turns = settleTurns(toTurns(systemFirst(request.messages), profile.callIds, (name) => names.toWire(name)));
  const body: JsonObject = {
    model: target.model,
    messages: turns.flatMap((turn) => renderTurn(turn, profile, names)),
    stream: isStreamed(request, profile),
    ...toolMembers(request, tools, names),
  };
  if (output?.method === 'json_object') body['response_format'] = { type: 'json_object' };
  Object.assign(body, heldTo('cohere', output));
  if (request.maxOutputTokens !== undefined) body['max_tokens'] = outputLimit(request, profile);
  const settings = commonSettings(request, profile);
  if (settings.temperature !== undefined) body['temperature'] = settings.temperature;
  if (settings.topP !== undefined) body['p'] = Math.min(Math.max(settings.topP, P_RANGE.least), P_RANGE.most);
  if (settings.stop !== undefined) body['stop_sequences'] = [...settings.stop];
  if (settings.seed !== undefined) body['seed'] = settings.seed;
  return { path: '/chat', headers: {}, body: { ...body, ...request.extraBody } };
}

/** The API forces some call or forbids all; a certain tool cannot be named, so that it is offered alone. Absent means free. */
function toolMembers(request: ModelRequest, tools: readonly ToolDefinition[], names: ToolNames): JsonObject {
  if (tools.length === 0) return {};
  const choice = request.toolChoice ?? 'auto';
  return {
    tools: functionTools(tools, names),
    ...(choice === 'auto' ? {} : { tool_choice: choice === 'none' ? 'NONE' : 'REQUIRED' }),
  };
}

function renderTurn(turn: Turn, profile: Profile, names: ToolNames): JsonObject[] {
  switch (turn.kind) {
    case 'system':
      return [{ role: profile.system.role, content: wellFormed(turn.text) }];
    case 'user':
      return [{ role: 'user', content: renderUserContent(turn.parts, profile) }];
    case 'assistant': {
      const text = wellFormed(textOf(turn.parts));
      // Without calls there was no plan: past thoughts about a finished answer are of no use to the model.
      if (turn.calls.length === 0) return [{ role: 'assistant', content: text }];
      const plan = [wellFormed(ownReasoning(turn.parts, profile)), text].filter((each) => each.trim() !== '');
      return [
        {
          role: 'assistant',
          // What is said before calls, by whomever, has this place on the wire; `content` is for answers.
          ...(plan.length === 0 ? {} : { tool_plan: plan.join('\n\n') }),
          tool_calls: turn.calls.map(({ call, wireId }) => ({
            id: wireId,
            type: 'function',
            function: { name: names.toWire(call.name), arguments: JSON.stringify(wellFormedArguments(call.arguments)) },
          })),
        },
        ...turn.calls.map(renderResult),
      ];
    }
  }
}

function renderResult({ result, wireId }: AnsweredCall): JsonObject {
  const text = resultText(result);
  return { role: 'tool', tool_call_id: wireId, content: text.trim() === '' ? '(no output)' : text };
}

function renderUserContent(parts: readonly (TextPart | ImagePart)[], profile: Profile): JsonValue {
  const said = parts.filter((part) => part.type !== 'text' || part.text.trim() !== '');
  if (!profile.capabilities.vision || said.every((part) => part.type === 'text')) {
    return said.map((part) => (part.type === 'text' ? wellFormed(part.text) : imagePlaceholder(part))).join('\n\n');
  }
  return said.map((part) =>
    part.type === 'text'
      ? { type: 'text', text: wellFormed(part.text) }
      : { type: 'image_url', image_url: { url: part.url ?? `data:${part.mediaType};base64,${part.data ?? ''}` } },
  );
}
