import { ToolNames } from '../../calls/tool-names.js';
import type { JsonObject } from '../../json.js';
import { isJsonObject } from '../../json.js';
import { toTurns, wellFormed } from '../../messages/turns.js';
import type { ModelRequest, ToolDefinition } from '../../model-request.js';
import type { Profile } from '../../profile/profile.js';
import { commonSettings, isStreamed, offeredTools, outputLimit } from '../settings.js';
import type { WireRequest, WireTarget } from '../wire-api.js';
import { renderContents } from './contents.js';
import { FunctionNames } from './function-names.js';

/** Writes a request for `POST /models/<model>:generateContent`, or `:streamGenerateContent` for server-sent events. */
export function renderGenerateContent(request: ModelRequest, target: WireTarget): WireRequest {
  const { profile } = target;
  const tools = offeredTools(request, profile);
  const offered = tools.map((tool) => tool.name);
  const names = new FunctionNames(offered, new ToolNames(offered));
  const turns = toTurns(request.messages, profile.callIds, (name) => names.ofTool(name));
  const system = turns.flatMap((turn) => (turn.kind === 'system' ? [wellFormed(turn.text)] : [])).join('\n\n');
  const body: JsonObject = { contents: renderContents(turns, profile, names) };
  if (system.trim() !== '') body['systemInstruction'] = { parts: [{ text: system }] };
  if (tools.length > 0) {
    body['tools'] = [{ functionDeclarations: tools.map((tool) => renderTool(tool, names)) }];
    const config = callingConfig(request, names);
    if (config !== undefined) body['toolConfig'] = { functionCallingConfig: config };
  }
  const { generationConfig, ...extra } = request.extraBody ?? {};
  const generation = {
    ...renderGeneration(request, profile),
    ...(isJsonObject(generationConfig) ? generationConfig : {}),
  };
  if (Object.keys(generation).length > 0) body['generationConfig'] = generation;
  const operation = isStreamed(request, profile) ? 'streamGenerateContent?alt=sse' : 'generateContent';
  return { path: `${pathOf(target.model)}:${operation}`, headers: {}, body: { ...body, ...extra } };
}

/** A model id that has slashes is a resource name already: `models/x`, `tunedModels/x`, `endpoints/123`. */
function pathOf(model: string): string {
  const segments = model.split('/').map((segment) => encodeURIComponent(segment).replaceAll('%40', '@'));
  return segments.length > 1 ? `/${segments.join('/')}` : `/models/${segments.join('')}`;
}

function renderTool(tool: ToolDefinition, names: FunctionNames): JsonObject {
  // The dialect is no part of the schema here: an unknown keyword is refused.
  const { $schema: _dialect, ...schema } = tool.inputSchema;
  return {
    name: names.ofTool(tool.name),
    // Required, unlike elsewhere.
    description: tool.description === undefined || tool.description === '' ? tool.name : wellFormed(tool.description),
    parametersJsonSchema: { type: 'object', ...schema },
  };
}

function callingConfig(request: ModelRequest, names: FunctionNames): JsonObject | undefined {
  const choice = request.toolChoice ?? 'auto';
  if (typeof choice === 'object') return { mode: 'ANY', allowedFunctionNames: [names.ofTool(choice.name)] };
  return { auto: undefined, none: { mode: 'NONE' }, required: { mode: 'ANY' } }[choice];
}

function renderGeneration(request: ModelRequest, profile: Profile): JsonObject {
  const { temperature, topP, stop, seed } = commonSettings(request, profile);
  return {
    ...(request.maxOutputTokens === undefined ? {} : { maxOutputTokens: outputLimit(request, profile) }),
    ...(temperature === undefined ? {} : { temperature }),
    ...(topP === undefined ? {} : { topP }),
    ...(stop === undefined ? {} : { stopSequences: [...stop] }),
    ...(seed === undefined ? {} : { seed }),
  };
}
