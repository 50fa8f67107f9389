import type { CanonicalMessage, JsonObject, Part, ToolDefinition } from '@switchyard/models';
import type { SimulatedRequest } from '../conversation.js';
import { WireRefusal } from '../conversation.js';
import { asObject } from '../rules/schema.js';
import { decodeSegment } from './decode-segment.js';
import { fits } from './gemini-signature.js';

/** The Gemini API and Vertex: `/v1beta/models/<model>:generateContent`, with or without a project before it. */
export const GEMINI_PATHS = /^\/v1(?:beta1?)?\/(?:[^/]+\/)*models\/([^/:]+):(generateContent|streamGenerateContent)$/;

const NAME = /^[a-zA-Z_][a-zA-Z0-9_.:-]{0,63}$/;
const MEMBERS = {
  request:
    'contents systemInstruction tools toolConfig generationConfig safetySettings cachedContent labels store serviceTier',
  content: 'role parts',
  part: 'text inlineData fileData functionCall functionResponse executableCode codeExecutionResult thought thoughtSignature videoMetadata partMetadata mediaResolution',
  functionCall: 'id name args',
  functionResponse: 'id name response parts scheduling willContinue',
  tool: 'functionDeclarations googleSearch codeExecution urlContext',
  declaration: 'name description parameters parametersJsonSchema response responseJsonSchema behavior',
  toolConfig: 'functionCallingConfig retrievalConfig',
  callingConfig: 'mode allowedFunctionNames streamFunctionCallArguments',
  generation:
    'maxOutputTokens temperature topP topK stopSequences seed candidateCount presencePenalty frequencyPenalty responseMimeType responseSchema responseJsonSchema responseModalities responseLogprobs logprobs thinkingConfig mediaResolution',
} as const;
const DATA = [
  'text',
  'inlineData',
  'fileData',
  'functionCall',
  'functionResponse',
  'executableCode',
  'codeExecutionResult',
];

interface Open {
  id: string;
  name: string;
  given: unknown;
}

/** Reads a request as Gemini 3 does. Throws `WireRefusal` where it answers 400. */
export function readGenerateContent(body: unknown, path: string): SimulatedRequest {
  const [, model = '', operation] = GEMINI_PATHS.exec(path) ?? [];
  const request = object(body, 'request', '');
  const tools = (Array.isArray(request['tools']) ? request['tools'] : []).flatMap(readTool);
  const system = asObject(request['systemInstruction'])?.['parts'];
  const generation = object(request['generationConfig'] ?? {}, 'generation', 'generation_config');
  const limit = generation['maxOutputTokens'];
  const instructions = Array.isArray(system)
    ? system.map((part): Part => ({ type: 'text', text: String(asObject(part)?.['text'] ?? '') }))
    : [];
  return {
    model: decodeSegment(model),
    messages: [
      ...(instructions.length === 0 ? [] : [{ role: 'system' as const, parts: instructions }]),
      ...readContents(request['contents']),
    ],
    tools,
    toolChoice: readChoice(request['toolConfig'], tools),
    parallelToolCalls: true,
    stream: operation === 'streamGenerateContent',
    streamUsage: true,
    maxOutputTokens: typeof limit === 'number' ? limit : Number.POSITIVE_INFINITY,
  };
}

function readTool(entry: unknown): ToolDefinition[] {
  const declarations = object(entry, 'tool', 'tools[0]')['functionDeclarations'];
  return (Array.isArray(declarations) ? declarations : []).map((each, index) => {
    const where = `tools[0].function_declarations[${index}]`;
    const declaration = object(each, 'declaration', where);
    const { name, description } = declaration;
    if (typeof name !== 'string' || !NAME.test(name))
      throw refusal(
        `${where}.name: Invalid function name. Must start with a letter or an underscore. Must be alphameric (a-z, A-Z, 0-9), underscores (_), dots (.), colons (:), or dashes (-), with a maximum length of 64.`,
      );
    const inputSchema = asObject(declaration['parametersJsonSchema']) ?? asObject(declaration['parameters']) ?? {};
    return { name, ...(typeof description === 'string' ? { description } : {}), inputSchema };
  });
}

function readChoice(config: unknown, tools: readonly ToolDefinition[]): SimulatedRequest['toolChoice'] {
  if (config === undefined) return 'auto';
  const calling = object(config, 'toolConfig', 'tool_config')['functionCallingConfig'];
  const { mode, allowedFunctionNames: allowed } = object(calling ?? {}, 'callingConfig', 'function_calling_config');
  const names = Array.isArray(allowed) ? allowed.map(String) : [];
  if (names.length > 0 && mode !== 'ANY')
    throw refusal('function_calling_config.allowed_function_names should only be set when mode is ANY.');
  if (names.some((name) => !tools.some((tool) => tool.name === name)))
    throw refusal('allowed_function_names should be a subset of the function declarations.');
  const [only] = names;
  if (only !== undefined) return { name: only };
  return mode === 'ANY' ? 'required' : mode === 'NONE' ? 'none' : 'auto';
}

/** Roles alternate, and each call is answered in the turn right after it. */
function readContents(contents: unknown): CanonicalMessage[] {
  if (!Array.isArray(contents) || contents.length === 0) throw refusal('contents is not specified');
  const read = contents.map((entry, index) => {
    const content = object(entry, 'content', `contents[${index}]`);
    const role = content['role'] ?? 'user';
    if (role !== 'user' && role !== 'model') throw refusal('Please use a valid role: user, model.');
    const parts = Array.isArray(content['parts']) ? content['parts'] : [];
    if (parts.length === 0) throw refusal(`contents[${index}].parts must not be empty.`);
    return { role, parts: parts.map((part, place) => readPart(part, `contents[${index}].parts[${place}]`)) };
  });
  const current = read.findLastIndex(({ role, parts }) => role === 'user' && parts.some((part) => 'text' in part));
  const messages: CanonicalMessage[] = [];
  let open: Open[] = [];
  read.forEach(({ role, parts }, index) => {
    const responses = parts.map((part) => asObject(part['functionResponse'])).filter((each) => each !== undefined);
    if (responses.length > 0 && open.length === 0)
      throw refusal('Please ensure that function response turn comes immediately after a function call turn.');
    if (responses.length !== open.length)
      throw refusal(
        'Please ensure that the number of function response parts is equal to the number of function call parts of the function call turn.',
      );
    const results = responses.map((response, place) => readResult(response, open[place]));
    if (results.length > 0) messages.push({ role: 'tool', parts: results });
    open = [];
    const calls = parts.filter((part) => part['functionCall'] !== undefined);
    if (calls.length > 0) {
      if (role !== 'model' || (index > 0 && read[index - 1]?.role !== 'user') || index === 0)
        throw refusal(
          'Please ensure that function call turn comes immediately after a user turn or after a function response turn.',
        );
      checkSignatures(calls, index, index > current);
      open = calls.map((part, place) => openCall(asObject(part['functionCall']) ?? {}, `${index}_${place}`));
    }
    const said = parts.flatMap((part, place) =>
      part['functionResponse'] === undefined ? [partOf(part, place, open, parts)] : [],
    );
    if (said.length > 0) messages.push({ role: role === 'model' ? 'assistant' : 'user', parts: said });
  });
  if (read.at(-1)?.role !== 'user') throw refusal('Please ensure that single turn requests end with a user role.');
  return messages;
}

/** Only the turn that is going on is checked; elsewhere the model knows no signature by heart. */
function checkSignatures(calls: readonly JsonObject[], index: number, isCurrent: boolean): void {
  calls.forEach((part, place) => {
    const call = asObject(part['functionCall']) ?? {};
    const signature = part['thoughtSignature'];
    if (signature === undefined) {
      if (place > 0 || !isCurrent) return;
      throw refusal(
        `Function call is missing a thought_signature in functionCall parts. This is required for tools to work correctly. Function call \`default_api:${String(call['name'])}\`, position ${index + 1}.`,
      );
    }
    const { name, args } = call;
    if (typeof signature !== 'string' || !fits(signature, { name: String(name), args: asObject(args) ?? {} }))
      throw refusal('Corrupted thought signature.');
  });
}

function openCall({ id, name }: JsonObject, place: string): Open {
  return { id: typeof id === 'string' ? id : `call_${place}`, name: String(name), given: id };
}

function readResult(response: JsonObject, call: Open | undefined): Part {
  if (call === undefined || response['name'] !== call.name)
    throw refusal(
      `Function response ${String(response['name'])} does not match the function call ${call?.name ?? ''}.`,
    );
  if (response['id'] !== undefined && response['id'] !== call.given)
    throw refusal('Function response id does not match the id of the function call.');
  const content = asObject(response['response']) ?? {};
  const isError = content['error'] !== undefined;
  const said = content['error'] ?? content['output'] ?? content;
  const text = typeof said === 'string' ? said : JSON.stringify(said);
  return { type: 'tool_result', callId: call.id, name: call.name, parts: [{ type: 'text', text }], isError };
}

function readPart(entry: unknown, where: string): JsonObject {
  const part = object(entry, 'part', where);
  const [kind, ...others] = DATA.filter((name) => part[name] !== undefined);
  if (kind === undefined || others.length > 0)
    throw refusal(
      `* GenerateContentRequest.${where}.data: required oneof field 'data' must have one initialized field`,
    );
  const signature = part['thoughtSignature'];
  if (signature !== undefined && (typeof signature !== 'string' || !/^[\w+/-]+={0,2}$/.test(signature)))
    throw refusal(`Invalid value at '${where}.thought_signature' (TYPE_BYTES), Base64 decoding failed`);
  if (kind === 'text' && part['text'] === '' && signature === undefined)
    throw refusal(`Unable to submit request because it must have a text parameter: ${where}.`);
  if (kind !== 'functionCall' && kind !== 'functionResponse') return part;
  const inner = object(part[kind], kind, `${where}.${kind}`);
  if (typeof inner['name'] !== 'string' || !NAME.test(inner['name']))
    throw refusal(`* GenerateContentRequest.${where}.${kind}.name: Name cannot be empty.`);
  const payload = kind === 'functionCall' ? inner['args'] : inner['response'];
  if (
    kind === 'functionResponse'
      ? asObject(payload) === undefined
      : payload !== undefined && asObject(payload) === undefined
  )
    throw refusal(`Invalid value at '${where}.${kind}' (type.googleapis.com/google.protobuf.Struct)`);
  return part;
}

function partOf(part: JsonObject, place: number, open: readonly Open[], parts: readonly JsonObject[]): Part {
  const call = asObject(part['functionCall']);
  if (call !== undefined) {
    const position = parts.slice(0, place).filter((each) => each['functionCall'] !== undefined).length;
    const { id = '', name = '' } = open[position] ?? {};
    return { type: 'tool_call', id, name, arguments: asObject(call['args']) ?? {} };
  }
  const text = String(part['text'] ?? '');
  if (part['thought'] === true) return { type: 'reasoning', text };
  return part['text'] === undefined
    ? { type: 'image', mediaType: 'image/*', url: 'simulated' }
    : { type: 'text', text };
}

/** Google's parsers refuse every name that they do not know. */
function object(value: unknown, kind: keyof typeof MEMBERS, where: string): JsonObject {
  const found = asObject(value);
  const place = where === '' ? '' : ` at '${where}'`;
  if (found === undefined) throw refusal(`Invalid JSON payload received. Not an object${place}.`);
  const strange = Object.keys(found).find((key) => !MEMBERS[kind].split(' ').includes(key));
  if (strange === undefined) return found;
  throw refusal(`Invalid JSON payload received. Unknown name "${strange}"${place}: Cannot find field.`);
}

function refusal(message: string): WireRefusal {
  return new WireRefusal(400, 'INVALID_ARGUMENT', message);
}
