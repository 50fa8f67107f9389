import type { ToolNames } from '../../calls/tool-names.js';
import type { JsonObject } from '../../json.js';
import { isJsonObject } from '../../json.js';
import { toTurns, wellFormed } from '../../messages/turns.js';
import type { ModelRequest, ToolDefinition } from '../../model-request.js';
import type { Profile } from '../../profile/profile.js';
import type { OutputPlan } from '../../schema/structured-output.js';
import { plannedRequest } from '../request-plan.js';
import { commonSettings, isStreamed, offeredTools, outputLimit } from '../settings.js';
import type { WireRequest, WireTarget } from '../wire-api.js';
import { renderContents } from './contents.js';

/** Writes a request for `POST /models/<model>:generateContent`, or `:streamGenerateContent` for server-sent events. */
export function renderGenerateContent(asked: ModelRequest, target: WireTarget): WireRequest {
  const { profile } = target;
  const { request, names, output } = plannedRequest(asked, target);
  const tools = offeredTools(request, profile);
  const turns = toTurns(request.messages, profile.callIds, (name) => names.toWire(name));
  const system = turns.flatMap((turn) => (turn.kind === 'system' ? [wellFormed(turn.text)] : [])).join('\n\n');
  const body: JsonObject = { contents: renderContents(turns, profile, names) };
  if (system.trim() !== '') body['systemInstruction'] = { parts: [{ text: system }] };
  if (tools.length > 0) {
    body['tools'] = [{ functionDeclarations: tools.map((tool) => renderTool(tool, profile, names)) }];
    const config = callingConfig(request, names);
    if (config !== undefined) body['toolConfig'] = { functionCallingConfig: config };
  }
  const { generationConfig, ...extra } = request.extraBody ?? {};
  const generation = {
    ...renderGeneration(request, profile),
    ...renderOutput(output, profile),
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

function renderTool(tool: ToolDefinition, profile: Profile, names: ToolNames): JsonObject {
  return {
    name: names.toWire(tool.name),
    // Required, unlike elsewhere.
    description: tool.description === undefined || tool.description === '' ? tool.name : wellFormed(tool.description),
    ...renderParameters(tool.inputSchema, profile),
  };
}

/** The API's own form of schemas has a field of its own, in which an object without properties is refused. */
function renderParameters(schema: JsonObject, profile: Profile): JsonObject {
  if (profile.tools.subset !== 'gemini') return { parametersJsonSchema: withoutDialect({ type: 'object', ...schema }) };
  const { properties } = schema;
  return isJsonObject(properties) && Object.keys(properties).length > 0 ? { parameters: schema } : {};
}

/** The dialect is no part of the schema here: an unknown keyword is refused. */
function withoutDialect({ $schema: _dialect, ...schema }: JsonObject): JsonObject {
  return schema;
}

function renderOutput(output: OutputPlan | undefined, profile: Profile): JsonObject {
  if (output?.method === 'json_object') return { responseMimeType: 'application/json' };
  if (output?.schema === undefined) return {};
  const field = profile.output.subset === 'gemini' ? 'responseSchema' : 'responseJsonSchema';
  return { responseMimeType: 'application/json', [field]: withoutDialect(output.schema) };
}

function callingConfig(request: ModelRequest, names: ToolNames): JsonObject | undefined {
  const choice = request.toolChoice ?? 'auto';
  if (typeof choice === 'object') return { mode: 'ANY', allowedFunctionNames: [names.toWire(choice.name)] };
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
