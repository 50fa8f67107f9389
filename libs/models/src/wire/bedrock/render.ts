import type { ToolNames } from '../../calls/tool-names.js';
import type { JsonObject } from '../../json.js';
import { isJsonObject } from '../../json.js';
import type { AnsweredCall, Turn } from '../../messages/turns.js';
import { imagePlaceholder, toTurns, wellFormed, wellFormedArguments } from '../../messages/turns.js';
import type { ModelRequest, ToolDefinition } from '../../model-request.js';
import type { Profile } from '../../profile/profile.js';
import type { BlockMessage } from '../alternate.js';
import { alternate } from '../alternate.js';
import { plannedRequest } from '../request-plan.js';
import { commonSettings, isStreamed, offeredTools, outputLimit } from '../settings.js';
import type { WireRequest, WireTarget } from '../wire-api.js';
import { contentBlocks, limitImages, resultBlock, saidBlocks, textBlock } from './content.js';
import { encodeUriPart } from './sigv4.js';

/** What Converse takes beside the rendered members; anything else in `extraBody` is for the model itself. */
const OWN_MEMBERS: ReadonlySet<string> = new Set([
  'messages',
  'system',
  'inferenceConfig',
  'toolConfig',
  'guardrailConfig',
  'additionalModelRequestFields',
  'additionalModelResponseFieldPaths',
  'promptVariables',
  'requestMetadata',
  'performanceConfig',
  'serviceTier',
  'outputConfig',
]);

/** Writes a request for `POST /model/{modelId}/converse` or `/converse-stream`. */
export function renderConverse(asked: ModelRequest, target: WireTarget): WireRequest {
  const { profile } = target;
  const { request, names } = plannedRequest(asked, target);
  const offered = offeredTools(request, profile);
  const turns = toTurns(request.messages, profile.callIds, (name) => names.toWire(name));
  const system = turns.flatMap((turn) => (turn.kind === 'system' ? [turn.text] : [])).join('\n\n');
  const streamed = isStreamed(request, profile);
  return {
    // An ARN's slashes are part of the id, so they are encoded as well.
    path: `/model/${encodeUriPart(target.model)}/${streamed ? 'converse-stream' : 'converse'}`,
    headers: streamed ? { accept: 'application/vnd.amazon.eventstream, application/json' } : {},
    body: withExtra(
      {
        messages: converse(turns, profile, names),
        ...(system.trim() === '' ? {} : { system: [textBlock(system)] }),
        inferenceConfig: inferenceConfig(request, profile),
        ...toolMembers(request, offered, turns, profile, names),
      },
      request.extraBody ?? {},
    ),
  };
}

function converse(turns: readonly Turn[], profile: Profile, names: ToolNames): BlockMessage[] {
  const messages = alternate(turns, {
    text: textBlock,
    user: (part) => contentBlocks(part, profile),
    said: (part) => saidBlocks(part, profile),
    call: (answered) => exchange(answered, profile, names),
  });
  return messages.map(({ role, content }) => ({ role, content: limitImages(content) }));
}

/** A call and its result. Models without tools refuse the blocks, and are told in words. */
function exchange(
  { call, result, wireId }: AnsweredCall,
  profile: Profile,
  names: ToolNames,
): { call: JsonObject; result: JsonObject } {
  if (!profile.capabilities.tools) {
    const said = result.parts.map((part) => (part.type === 'text' ? part.text : imagePlaceholder(part))).join('\n');
    return {
      call: textBlock(`[Call of ${call.name}] ${JSON.stringify(call.arguments)}`),
      result: textBlock(`[${result.isError ? 'Error' : 'Result'} of ${result.name}] ${said}`),
    };
  }
  return {
    call: { toolUse: { toolUseId: wireId, name: names.toWire(call.name), input: wellFormedArguments(call.arguments) } },
    result: resultBlock(result, wireId, profile),
  };
}

function inferenceConfig(request: ModelRequest, profile: Profile): JsonObject {
  const { temperature, topP, stop } = commonSettings(request, profile);
  const sequences = (stop ?? []).filter((sequence) => sequence !== '').map(wellFormed);
  return {
    maxTokens: outputLimit(request, profile),
    // Both end at 1 here; OpenAI's temperature goes up to 2.
    ...(temperature === undefined ? {} : { temperature: Math.min(temperature, 1) }),
    ...(topP === undefined ? {} : { topP: Math.min(topP, 1) }),
    ...(sequences.length === 0 ? {} : { stopSequences: sequences }),
  };
}

function toolMembers(
  request: ModelRequest,
  offered: readonly ToolDefinition[],
  turns: readonly Turn[],
  profile: Profile,
  names: ToolNames,
): JsonObject {
  if (!profile.capabilities.tools) return {};
  if (offered.length > 0) {
    const tools = offered.map(({ name, description, inputSchema }) => ({
      toolSpec: {
        name: names.toWire(name),
        ...(description === undefined || description === '' ? {} : { description: wellFormed(description) }),
        // The root must be an object; schemas that only say `properties` are common.
        inputSchema: { json: { ...inputSchema, type: 'object' } },
      },
    }));
    return { toolConfig: { tools, ...toolChoice(request, names) } };
  }
  // A history with calls is refused without `toolConfig`: the called tools are named, and their calls will be refused.
  const called = turns.flatMap((turn) => (turn.kind === 'assistant' ? turn.calls.map(({ call }) => call.name) : []));
  const wireNames = [...new Set(called.map((name) => names.toWire(name)))];
  if (wireNames.length === 0) return {};
  const tools = wireNames.map((name) => ({
    toolSpec: {
      name,
      description: 'Not available any more: do not call it, answer with text.',
      inputSchema: { json: { type: 'object' } },
    },
  }));
  return { toolConfig: { tools } };
}

function toolChoice(request: ModelRequest, names: ToolNames): JsonObject {
  const choice = request.toolChoice ?? 'auto';
  if (typeof choice === 'object') return { toolChoice: { tool: { name: names.toWire(choice.name) } } };
  return choice === 'required' ? { toolChoice: { any: {} } } : {};
}

/** The wire's own members win over what was rendered; the rest goes to the model. */
function withExtra(body: JsonObject, extra: JsonObject): JsonObject {
  const own = Object.entries(extra).filter(([name]) => OWN_MEMBERS.has(name));
  const forModel = Object.entries(extra).filter(([name]) => !OWN_MEMBERS.has(name));
  const result: JsonObject = { ...body, ...Object.fromEntries(own) };
  if (forModel.length === 0) return result;
  const given = result['additionalModelRequestFields'];
  result['additionalModelRequestFields'] = {
    ...Object.fromEntries(forModel),
    ...(isJsonObject(given) ? given : {}),
  };
  return result;
}
