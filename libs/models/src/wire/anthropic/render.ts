import type { JsonObject } from '../../json.js';
import type { ImagePart, ReasoningPart, TextPart, ToolResultPart } from '../../messages/message.js';
import type { Turn } from '../../messages/turns.js';
import { imagePlaceholder, toTurns, wellFormed, wellFormedArguments } from '../../messages/turns.js';
import type { ToolNames } from '../../calls/tool-names.js';
import type { ModelRequest, ToolDefinition } from '../../model-request.js';
import type { Profile } from '../../profile/profile.js';
import type { BlockMessage } from '../alternate.js';
import { alternate } from '../alternate.js';
import { plannedRequest } from '../request-plan.js';
import { heldTo } from '../response-schema.js';
import { commonSettings, isStreamed, offeredTools, outputLimit } from '../settings.js';
import type { WireRequest, WireTarget } from '../wire-api.js';

/** The version of the Messages API whose form is written here; the newest one since it was introduced. */
const ANTHROPIC_VERSION = '2023-06-01';

/** Writes a request for `POST /messages`. */
export function renderMessages(asked: ModelRequest, target: WireTarget): WireRequest {
  const { profile } = target;
  const { request, names, output } = plannedRequest(asked, target);
  const offered = offeredTools(request, profile);
  const turns = toTurns(request.messages, profile.callIds, (name) => names.toWire(name));
  const system = turns.flatMap((turn) => (turn.kind === 'system' ? [wellFormed(turn.text)] : [])).join('\n\n');
  const body: JsonObject = {
    model: target.model,
    max_tokens: outputLimit(request, profile),
    messages: messagesOf(turns, profile, names),
    stream: isStreamed(request, profile),
  };
  if (system !== '') body['system'] = system;
  Object.assign(body, toolMembers(request, offered, turns, profile, names));
  Object.assign(body, heldTo('anthropic', output));
  const settings = commonSettings(request, profile);
  if (settings.temperature !== undefined) body['temperature'] = settings.temperature;
  if (settings.topP !== undefined) body['top_p'] = settings.topP;
  if (settings.stop !== undefined) body['stop_sequences'] = [...settings.stop];
  return {
    path: '/messages',
    headers: { 'anthropic-version': ANTHROPIC_VERSION },
    body: { ...body, ...request.extraBody },
  };
}

function messagesOf(turns: readonly Turn[], profile: Profile, names: ToolNames): BlockMessage[] {
  return alternate(turns, {
    text: textBlock,
    user: (part) => renderContent(part, profile),
    said: (part) => renderSaid(part, profile),
    call: ({ call, result, wireId }) => ({
      call: { type: 'tool_use', id: wireId, name: names.toWire(call.name), input: wellFormedArguments(call.arguments) },
      result: renderResult(result, wireId, profile),
    }),
  });
}

function toolMembers(
  request: ModelRequest,
  offered: readonly ToolDefinition[],
  turns: readonly Turn[],
  profile: Profile,
  names: ToolNames,
): JsonObject {
  const choice = request.toolChoice ?? 'auto';
  const called = turns.flatMap((turn) => (turn.kind === 'assistant' ? turn.calls.map(({ call }) => call.name) : []));
  if (offered.length === 0) {
    if (called.length === 0) return {};
    // A history with calls is refused without `tools`: the called ones are named, and may not be called.
    const tools = [...new Set(called)].map((name) => ({ name: names.toWire(name), input_schema: { type: 'object' } }));
    return { tools, tool_choice: { type: 'none' } };
  }
  const tools = offered.map((tool) => ({
    name: names.toWire(tool.name),
    ...(tool.description === undefined ? {} : { description: tool.description }),
    // `type` is required at the root; schemas that only say `properties` are common.
    input_schema: { type: 'object', ...tool.inputSchema },
  }));
  const type = { auto: 'auto', none: 'none', required: 'any' } as const;
  const toolChoice: JsonObject =
    typeof choice === 'object' ? { type: 'tool', name: names.toWire(choice.name) } : { type: type[choice] };
  const sequential = request.parallelToolCalls === false && !profile.unsupported.includes('parallelToolCalls');
  if (sequential && choice !== 'none') toolChoice['disable_parallel_tool_use'] = true;
  const isDefault = choice === 'auto' && !sequential;
  return isDefault ? { tools } : { tools, tool_choice: toolChoice };
}

function textBlock(text: string): JsonObject {
  return { type: 'text', text: wellFormed(text) };
}

/** Empty and blank text blocks are refused. */
function renderContent(part: TextPart | ImagePart, profile: Profile): JsonObject[] {
  if (part.type === 'text') return part.text.trim() === '' ? [] : [textBlock(part.text)];
  if (!profile.capabilities.vision) return [textBlock(imagePlaceholder(part))];
  const source =
    part.url === undefined
      ? { type: 'base64', media_type: part.mediaType, data: part.data ?? '' }
      : { type: 'url', url: part.url };
  return [{ type: 'image', source }];
}

/** What an assistant said. Reasoning goes back only to its signer, and only with its signature or in its sealed form. */
function renderSaid(part: TextPart | ReasoningPart, profile: Profile): JsonObject[] {
  if (part.type === 'text') return renderContent(part, profile);
  const { replay, signer } = profile.reasoning;
  if (replay !== 'signed' || signer === '' || part.signer !== signer) return [];
  if (part.opaque !== undefined) return [{ type: 'redacted_thinking', data: part.opaque }];
  if (part.signature === undefined || part.signature === '') return [];
  // What cannot be sent unchanged no longer fits its signature.
  if (wellFormed(part.text) !== part.text || wellFormed(part.signature) !== part.signature) return [];
  return [{ type: 'thinking', thinking: part.text, signature: part.signature }];
}

function renderResult(result: ToolResultPart, wireId: string, profile: Profile): JsonObject {
  const content = result.parts.flatMap((part) => renderContent(part, profile));
  return {
    type: 'tool_result',
    tool_use_id: wireId,
    ...(content.length === 0 ? {} : { content }),
    ...(result.isError ? { is_error: true } : {}),
  };
}
