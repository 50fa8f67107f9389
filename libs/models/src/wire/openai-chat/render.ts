import type { JsonObject, JsonValue } from '../../json.js';
import { bridgeTurns } from '../../messages/bridge-turns.js';
import { textOf } from '../../messages/message-helpers.js';
import type { ImagePart, TextPart, ToolCallPart } from '../../messages/message.js';
import { systemFirst } from '../../messages/settle-turns.js';
import type { Turn } from '../../messages/turns.js';
import { imagePlaceholder, toTurns, wellFormed, wellFormedArguments } from '../../messages/turns.js';
import type { ToolNames } from '../../calls/tool-names.js';
import type { ModelRequest } from '../../model-request.js';
import type { Profile } from '../../profile/profile.js';
import { functionTools } from '../function-tools.js';
import { heldTo } from '../response-schema.js';
import { ownReasoning } from '../own-reasoning.js';
import { plannedRequest } from '../request-plan.js';
import { resultText } from '../result-text.js';
import { commonSettings, isStreamed, offeredTools, outputLimit } from '../settings.js';
import type { WireRequest, WireTarget } from '../wire-api.js';
import type { ChatVariant } from './variant.js';
import { OPENAI_VARIANT } from './variant.js';

/** Writes a request for `POST /chat/completions`. */
export function renderChat(
  asked: ModelRequest,
  target: WireTarget,
  variant: ChatVariant = OPENAI_VARIANT,
): WireRequest {
  const { profile } = target;
  const { request, names, output } = plannedRequest(asked, target);
  const tools = offeredTools(request, profile);
  // Some chat templates raise on a system message that is not the first, or on a second one.
  const messages = profile.system.placement === 'first' ? systemFirst(request.messages) : request.messages;
  const arranged = variant.arrange(toTurns(messages, profile.callIds, (name) => names.toWire(name)));
  const turns = profile.userAfterResults ? arranged : bridgeTurns(arranged);
  const stream = isStreamed(request, profile);
  const body: JsonObject = {
    model: target.model,
    messages: turns.flatMap((turn) => renderTurn(turn, profile, names, variant)),
    stream,
  };
  if (stream && profile.streamUsage) body['stream_options'] = { include_usage: true };
  if (tools.length > 0) {
    body['tools'] = functionTools(tools, names);
    const choice = request.toolChoice ?? 'auto';
    if (typeof choice === 'object') {
      body['tool_choice'] = { type: 'function', function: { name: names.toWire(choice.name) } };
    } else if (choice !== 'auto') body['tool_choice'] = choice === 'required' ? variant.requiredChoice : choice;
    if (request.parallelToolCalls !== undefined && !profile.unsupported.includes('parallelToolCalls')) {
      body['parallel_tool_calls'] = request.parallelToolCalls;
    }
  }
  if (output?.method === 'json_object') body['response_format'] = { type: 'json_object' };
  Object.assign(body, heldTo('openai-chat', output));
  if (request.maxOutputTokens !== undefined) body[profile.maxTokensField] = outputLimit(request, profile);
  const settings = commonSettings(request, profile);
  if (settings.temperature !== undefined) body['temperature'] = settings.temperature;
  if (settings.topP !== undefined) body['top_p'] = settings.topP;
  if (settings.stop !== undefined) body['stop'] = [...settings.stop];
  if (settings.seed !== undefined) body[variant.seedField] = settings.seed;
  return { path: '/chat/completions', headers: {}, body: { ...body, ...request.extraBody } };
}

function renderTurn(turn: Turn, profile: Profile, names: ToolNames, variant: ChatVariant): JsonObject[] {
  switch (turn.kind) {
    case 'system':
      return [{ role: profile.system.role, content: wellFormed(turn.text) }];
    case 'user':
      return [{ role: 'user', content: renderUserContent(turn.parts, profile) }];
    case 'assistant': {
      const text = textOf(turn.parts);
      if (turn.calls.length === 0 && text === '') return [];
      const message: JsonObject = {
        role: 'assistant',
        ...variant.said(text, ownReasoning(turn.parts, profile), profile),
      };
      if (turn.calls.length > 0) {
        message['tool_calls'] = turn.calls.map(({ call, wireId }, position) => ({
          id: wireId,
          type: 'function',
          function: { name: names.toWire(call.name), arguments: writtenArguments(call, profile) },
          ...sealOf(call, position, profile),
        }));
      }
      const results = turn.calls.map(({ result, wireId, call }) => ({
        role: 'tool',
        tool_call_id: wireId,
        ...(variant.namesResults(profile) ? { name: names.toWire(call.name) } : {}),
        content: resultText(result),
      }));
      return [message, ...results];
    }
  }
}

/** OpenAI's own form is text; some servers hand them to a template that wants the object. */
function writtenArguments(call: ToolCallPart, profile: Profile): JsonValue {
  const args = wellFormedArguments(call.arguments);
  return profile.tools.arguments === 'object' ? args : JSON.stringify(args);
}

function renderUserContent(parts: readonly (TextPart | ImagePart)[], profile: Profile): JsonValue {
  if (!profile.capabilities.vision || parts.every((part) => part.type === 'text')) {
    return parts.map((part) => (part.type === 'text' ? wellFormed(part.text) : imagePlaceholder(part))).join('\n\n');
  }
  return parts.map((part) =>
    part.type === 'text'
      ? { type: 'text', text: wellFormed(part.text) }
      : { type: 'image_url', image_url: { url: part.url ?? `data:${part.mediaType};base64,${part.data ?? ''}` } },
  );
}

function sealOf(call: ToolCallPart, position: number, profile: Profile): JsonObject {
  const { callSeal, reasoning } = profile;
  if (callSeal === null) return {};
  if (call.seal !== undefined && call.seal.signer === reasoning.signer) return { [callSeal.field]: call.seal.value };
  // Only a turn's first call must carry one.
  return position === 0 && callSeal.placeholder !== null ? { [callSeal.field]: callSeal.placeholder } : {};
}
