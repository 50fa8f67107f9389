import { ToolNames } from '../calls/tool-names.js';
import type { JsonObject, JsonValue } from '../json.js';
import { isJsonObject } from '../json.js';
import { bridgeTurns } from '../messages/bridge-turns.js';
import type { ImagePart, ReasoningPart, TextPart } from '../messages/message.js';
import { settleTurns, systemFirst } from '../messages/settle-turns.js';
import type { AnsweredCall, Turn } from '../messages/turns.js';
import { imagePlaceholder, spokenIn, toTurns, wellFormed, wellFormedArguments } from '../messages/turns.js';
import type { ModelRequest } from '../model-request.js';
import type { Profile } from '../profile/profile.js';
import { commonSettings, offeredTools, outputLimit } from '../wire/settings.js';
import type {
  AiSdkCallOptions,
  AiSdkFile,
  AiSdkMessage,
  AiSdkReasoning,
  AiSdkText,
  AiSdkTool,
  AiSdkToolCall,
} from './ai-sdk-model.js';

/**
 * A canonical request as the call options of an AI SDK model. The SDK has no word for `parallelToolCalls`; `extraBody` goes to
 * the options of its provider, under `optionsKey`.
 */
export function callOptions(request: ModelRequest, profile: Profile, optionsKey: string): AiSdkCallOptions {
  const offered = offeredTools(request, profile);
  const names = new ToolNames(
    [...(request.tools ?? []), ...(request.unshownTools ?? [])].map((tool) => tool.name),
    profile.tools,
  );
  const settings = commonSettings(request, profile);
  const { extraBody, maxOutputTokens } = request;
  return {
    prompt: promptOf(request, profile, names),
    ...(offered.length === 0 ? {} : { tools: toolsOf(request, names), toolChoice: choiceOf(request, names) }),
    ...(maxOutputTokens === undefined ? {} : { maxOutputTokens: outputLimit(request, profile) }),
    ...(settings.temperature === undefined ? {} : { temperature: settings.temperature }),
    ...(settings.topP === undefined ? {} : { topP: settings.topP }),
    ...(settings.stop === undefined ? {} : { stopSequences: [...settings.stop] }),
    ...(settings.seed === undefined ? {} : { seed: settings.seed }),
    ...(extraBody === undefined ? {} : { providerOptions: { [optionsKey]: extraBody } }),
  };
}

function toolsOf(request: ModelRequest, names: ToolNames): AiSdkTool[] {
  return (request.tools ?? []).map((tool) => ({
    type: 'function',
    name: names.toWire(tool.name),
    ...(tool.description === undefined ? {} : { description: tool.description }),
    inputSchema: tool.inputSchema,
  }));
}

function choiceOf(request: ModelRequest, names: ToolNames): NonNullable<AiSdkCallOptions['toolChoice']> {
  const choice = request.toolChoice ?? 'auto';
  return typeof choice === 'object' ? { type: 'tool', toolName: names.toWire(choice.name) } : { type: choice };
}

/** Instructions come first and once, because several providers of the SDK throw for any other place. */
function promptOf(request: ModelRequest, profile: Profile, names: ToolNames): AiSdkMessage[] {
  const turns = toTurns(systemFirst(request.messages), profile.callIds, (name) => names.toWire(name));
  const settled = settleTurns(turns);
  const arranged = profile.userAfterResults ? settled : bridgeTurns(settled);
  return arranged.flatMap((turn) => messagesOf(turn, profile, names));
}

function messagesOf(turn: Turn, profile: Profile, names: ToolNames): AiSdkMessage[] {
  switch (turn.kind) {
    case 'system':
      return [{ role: 'system', content: wellFormed(turn.text) }];
    case 'user':
      return [{ role: 'user', content: turn.parts.map((part) => userPart(part, profile)) }];
    case 'assistant': {
      const said = spokenIn(turn).flatMap((part) => saidPart(part, profile));
      const calls = turn.calls.map((each) => callPart(each, profile, names));
      const results = turn.calls.map(({ call, result, wireId }) => ({
        type: 'tool-result' as const,
        toolCallId: wireId,
        toolName: names.toWire(call.name),
        output: {
          type: result.isError ? ('error-text' as const) : ('text' as const),
          value: textOfParts(result.parts),
        },
      }));
      const message: AiSdkMessage = { role: 'assistant', content: [...said, ...calls] };
      return results.length === 0 ? [message] : [message, { role: 'tool', content: results }];
    }
  }
}

function userPart(part: TextPart | ImagePart, profile: Profile): AiSdkText | AiSdkFile {
  if (part.type === 'text') return { type: 'text', text: wellFormed(part.text) };
  const data = profile.capabilities.vision ? imageData(part) : undefined;
  if (data === undefined) return { type: 'text', text: imagePlaceholder(part) };
  return { type: 'file', mediaType: part.mediaType, data };
}

function imageData({ data, url }: ImagePart): string | URL | undefined {
  if (data !== undefined) return data;
  return url !== undefined && URL.canParse(url) ? new URL(url) : undefined;
}

/** Reasoning goes back to the provider that gave it, with what it gave along (a signature, a sealed form). */
function saidPart(part: TextPart | ReasoningPart, profile: Profile): (AiSdkText | AiSdkReasoning)[] {
  if (part.type === 'text') return part.text === '' ? [] : [{ type: 'text', text: wellFormed(part.text) }];
  const { signer, replay } = profile.reasoning;
  if (replay === 'none' || part.signer !== signer) return [];
  const given = metadataOf(part.opaque);
  return replay === 'signed' && given === undefined
    ? []
    : [{ type: 'reasoning', text: wellFormed(part.text), ...(given === undefined ? {} : { providerOptions: given }) }];
}

function callPart({ call, wireId }: AnsweredCall, profile: Profile, names: ToolNames): AiSdkToolCall {
  const seal = call.seal?.signer === profile.reasoning.signer ? metadataOf(call.seal.value) : undefined;
  return {
    type: 'tool-call',
    toolCallId: wireId,
    toolName: names.toWire(call.name),
    input: wellFormedArguments(call.arguments),
    ...(seal === undefined ? {} : { providerOptions: seal }),
  };
}

function textOfParts(parts: readonly (TextPart | ImagePart)[]): string {
  return wellFormed(parts.map((part) => (part.type === 'text' ? part.text : imagePlaceholder(part))).join('\n'));
}

/** Metadata of a provider: an object by provider, each holding an object. Undefined where it says nothing. */
export function metadataOf(value: unknown): Record<string, JsonObject> | undefined {
  if (!isJsonObject(value)) return undefined;
  const entries = Object.entries(value).filter((entry): entry is [string, JsonObject] => holdsSomething(entry[1]));
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

function holdsSomething(value: JsonValue | undefined): boolean {
  return isJsonObject(value) && Object.values(value).some((member) => member !== undefined && member !== null);
}
