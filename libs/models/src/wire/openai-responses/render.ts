import type { ToolNames } from '../../calls/tool-names.js';
import type { JsonObject } from '../../json.js';
import { toTurns, wellFormed } from '../../messages/turns.js';
import type { ModelRequest, ToolDefinition } from '../../model-request.js';
import type { Profile } from '../../profile/profile.js';
import { heldTo } from '../response-schema.js';
import { plannedRequest } from '../request-plan.js';
import { commonSettings, isStreamed, offeredTools, outputLimit } from '../settings.js';
import type { WireRequest, WireTarget } from '../wire-api.js';
import { renderInput } from './render-input.js';

/** OpenAI answers 400 to a smaller `max_output_tokens`. */
const LEAST_OUTPUT_TOKENS = 16;

/** Writes a request for `POST /responses`. `stop` and `seed` do not exist on this wire. */
export function renderResponses(asked: ModelRequest, target: WireTarget): WireRequest {
  const { profile } = target;
  const { request, names, output } = plannedRequest(asked, target);
  const tools = offeredTools(request, profile);
  const turns = toTurns(request.messages, profile.callIds, (name) => names.toWire(name));
  const body: JsonObject = {
    model: target.model,
    input: renderInput(turns, profile, names),
    // Nothing is kept at the provider: the conversation is ours, and any other backend may answer next.
    store: false,
    stream: isStreamed(request, profile),
  };
  if (profile.system.placement === 'first') {
    const text = turns.flatMap((turn) => (turn.kind === 'system' ? [turn.text] : [])).join('\n\n');
    if (text !== '') body['instructions'] = wellFormed(text);
  }
  // Models that do not reason answer 400 to it.
  if (profile.capabilities.reasoning && profile.reasoning.replay === 'signed')
    body['include'] = ['reasoning.encrypted_content'];
  if (tools.length > 0) Object.assign(body, toolMembers(request, tools, profile, names));
  if (output?.method === 'json_object') body['text'] = { format: { type: 'json_object' } };
  Object.assign(body, heldTo('openai-responses', output));
  if (request.maxOutputTokens !== undefined) {
    const asked = Math.max(request.maxOutputTokens, LEAST_OUTPUT_TOKENS);
    body['max_output_tokens'] = outputLimit({ ...request, maxOutputTokens: asked }, profile);
  }
  const settings = commonSettings(request, profile);
  if (settings.temperature !== undefined) body['temperature'] = settings.temperature;
  if (settings.topP !== undefined) body['top_p'] = settings.topP;
  return { path: '/responses', headers: {}, body: { ...body, ...request.extraBody } };
}

function toolMembers(
  request: ModelRequest,
  tools: readonly ToolDefinition[],
  profile: Profile,
  names: ToolNames,
): JsonObject {
  const choice = request.toolChoice ?? 'auto';
  const parallel = profile.unsupported.includes('parallelToolCalls') ? undefined : request.parallelToolCalls;
  return {
    tools: tools.map((tool) => ({
      type: 'function',
      name: names.toWire(tool.name),
      ...(tool.description === undefined ? {} : { description: tool.description }),
      // The root must be an object that lists its properties; schemas of tools without arguments often say less.
      parameters: { type: 'object', properties: {}, ...tool.inputSchema },
      // This wire's default is true, and refuses most schemas.
      strict: false,
    })),
    ...(choice === 'auto'
      ? {}
      : { tool_choice: typeof choice === 'object' ? { type: 'function', name: names.toWire(choice.name) } : choice }),
    ...(parallel === undefined ? {} : { parallel_tool_calls: parallel }),
  };
}
