import type { JsonObject, JsonValue } from '../../json.js';
import { isJsonObject } from '../../json.js';
import { VALIDATORS } from '../../schema/validate.fixture.js';

const NAME = /^[a-zA-Z_][a-zA-Z0-9_.:-]{0,63}$/;
const BASE64 = /^[a-zA-Z0-9+/_-]+={0,2}$/;
const MEDIA = ['image/png', 'image/jpeg', 'image/webp', 'image/heic', 'image/heif'];
const MEMBERS: Readonly<Record<string, readonly string[]>> = {
  request: ['contents', 'systemInstruction', 'tools', 'toolConfig', 'generationConfig', 'safetySettings'],
  content: ['role', 'parts'],
  part: ['text', 'inlineData', 'fileData', 'functionCall', 'functionResponse', 'thought', 'thoughtSignature'],
  functionCall: ['id', 'name', 'args'],
  functionResponse: ['id', 'name', 'response'],
  inlineData: ['mimeType', 'data'],
  fileData: ['mimeType', 'fileUri'],
  functionDeclaration: ['name', 'description', 'parameters', 'parametersJsonSchema'],
  functionCallingConfig: ['mode', 'allowedFunctionNames'],
  generationConfig: [
    'maxOutputTokens',
    'temperature',
    'topP',
    'stopSequences',
    'seed',
    'responseMimeType',
    'responseSchema',
  ],
};
const DATA = ['text', 'inlineData', 'fileData', 'functionCall', 'functionResponse'];

/**
 * The rules of generateContent as Google publishes them and its errors word them. `ids`: Vertex knows no ids of calls, the
 * Gemini API takes them on both sides. @throws Error with the reason for which the provider answers 400
 */
export function validateGenerateContent(body: JsonObject, options: { ids: boolean }): void {
  if (/\\ud[89a-f]/i.test(JSON.stringify(body))) throw new Error('Invalid JSON payload received: lone surrogate.');
  known(body, 'request');
  const contents = list(body['contents'], 'contents is not specified');
  let open: JsonObject[] = [];
  contents.forEach((content, index) => {
    known(content, 'content');
    const role = index % 2 === 0 ? 'user' : 'model';
    if (content['role'] !== role) throw new Error(`contents[${index}]: roles must alternate, beginning with user.`);
    const parts = list(content['parts'], `contents[${index}].parts must not be empty.`);
    parts.forEach((part, place) => validatePart(part, `contents[${index}].parts[${place}]`, options));
    const calls = membersOf(parts, 'functionCall');
    const responses = membersOf(parts, 'functionResponse');
    if (role === 'model' && responses.length > 0) throw new Error('A function response turn has the role user.');
    if (role === 'user' && calls.length > 0) throw new Error('A function call turn has the role model.');
    if (role === 'user') validateResponses(open, parts, responses);
    const first = parts.find((part) => part['functionCall'] !== undefined);
    if (first !== undefined && first['thoughtSignature'] === undefined)
      throw new Error(`Function call in contents[${index}] is missing a thought_signature in functionCall parts.`);
    open = calls;
  });
  if (contents.length % 2 === 0) throw new Error('Please ensure that the request ends with a user turn.');
  validateSystem(body['systemInstruction']);
  validateTools(body);
  known(body['generationConfig'], 'generationConfig');
  validateFormat(body);
}

function validateResponses(
  open: readonly JsonObject[],
  parts: readonly JsonObject[],
  responses: readonly JsonObject[],
): void {
  if (open.length === 0 && responses.length > 0)
    throw new Error('Please ensure that function response turn comes immediately after a function call turn.');
  if (open.length !== responses.length) {
    throw new Error(
      'Please ensure that the number of function response parts is equal to the number of function call parts of the function call turn.',
    );
  }
  if (parts.slice(0, open.length).some((part) => part['functionResponse'] === undefined))
    throw new Error('Function responses come first in their turn.');
  responses.forEach((response, place) => {
    if (response['name'] !== open[place]?.['name'])
      throw new Error('Function responses are in the order of the calls.');
    if (response['id'] !== open[place]?.['id']) throw new Error('A function response has the id of its call.');
  });
}

function validatePart(part: JsonObject, where: string, options: { ids: boolean }): void {
  known(part, 'part');
  const data = DATA.filter((name) => part[name] !== undefined);
  if (data.length !== 1) throw new Error(`${where}.data: required oneof field 'data' must have one initialized field`);
  const [kind = ''] = data;
  const signature = part['thoughtSignature'];
  if (signature !== undefined && (typeof signature !== 'string' || !BASE64.test(signature)))
    throw new Error(`${where}.thought_signature: Base64 decoding failed`);
  if (kind === 'text') {
    if (typeof part['text'] !== 'string') throw new Error(`${where}.text: not a string`);
    if (part['text'] === '' && signature === undefined) throw new Error(`${where}.text: must not be empty`);
    if (part['thought'] !== undefined && signature === undefined)
      throw new Error(`${where}: a thought without signature`);
    return;
  }
  const value = part[kind];
  known(value, kind);
  if (!isJsonObject(value)) throw new Error(`${where}.${kind}: not an object`);
  if (kind === 'functionCall' || kind === 'functionResponse') {
    if (typeof value['name'] !== 'string' || !NAME.test(value['name']))
      throw new Error(`${where}: Invalid function name.`);
    if (!isJsonObject(value[kind === 'functionCall' ? 'args' : 'response']))
      throw new Error(`${where}.${kind}: Proto field is not repeating, a struct is expected.`);
    if (options.ids !== (typeof value['id'] === 'string' && value['id'] !== ''))
      throw new Error(options.ids ? `${where}: id is missing` : `Unknown name "id" at '${where}': Cannot find field.`);
  } else {
    if (!MEDIA.includes(String(value['mimeType'])))
      throw new Error(`Unsupported MIME type: ${String(value['mimeType'])}`);
    const payload = String(value[kind === 'inlineData' ? 'data' : 'fileUri'] ?? '');
    if (payload === '' || (kind === 'inlineData' && !BASE64.test(payload))) throw new Error(`${where}: no image`);
  }
}

function validateSystem(system: JsonValue | undefined): void {
  if (system === undefined) return;
  const parts = isJsonObject(system) ? list(system['parts'], 'system_instruction.parts must not be empty.') : [];
  if (parts.length === 0 || parts.some((part) => typeof part['text'] !== 'string' || part['text'] === ''))
    throw new Error('system_instruction: only text is allowed');
}

function validateFormat({ generationConfig, tools }: JsonObject): void {
  if (!isJsonObject(generationConfig)) return;
  const { responseMimeType, responseSchema } = generationConfig;
  if (responseSchema !== undefined && responseMimeType !== 'application/json')
    throw new Error('Response schema is only supported with the response mime type application/json.');
  if (responseMimeType !== undefined && tools !== undefined)
    throw new Error("Function calling with a response mime type: 'application/json' is unsupported");
  if (isJsonObject(responseSchema)) VALIDATORS.gemini(responseSchema);
}

function validateTools(body: JsonObject): void {
  const declared = (Array.isArray(body['tools']) ? body['tools'] : [])
    .filter(isJsonObject)
    .flatMap((tool) => list(tool['functionDeclarations'], 'tools[0]: one field must be initialized'));
  const names = declared.map((declaration) => {
    known(declaration, 'functionDeclaration');
    const { name, description } = declaration;
    if (typeof name !== 'string' || !NAME.test(name)) throw new Error('Invalid function name.');
    if (typeof description !== 'string' || description === '') throw new Error(`${name}: description is required`);
    if (isJsonObject(declaration['parameters'])) VALIDATORS.gemini(declaration['parameters']);
    const schema = declaration['parametersJsonSchema'];
    if (isJsonObject(schema) && (schema['type'] !== 'object' || schema['$schema'] !== undefined))
      throw new Error(`${name}: parameters_json_schema is not of the type object`);
    return name;
  });
  if (new Set(names).size !== names.length) throw new Error('Duplicate function declaration found.');
  const config = isJsonObject(body['toolConfig']) ? body['toolConfig']['functionCallingConfig'] : undefined;
  if (config === undefined) return;
  known(config, 'functionCallingConfig');
  if (!isJsonObject(config) || !['AUTO', 'ANY', 'NONE'].includes(String(config['mode'])))
    throw new Error('Invalid mode.');
  const allowed = config['allowedFunctionNames'];
  if (Array.isArray(allowed) && (config['mode'] !== 'ANY' || allowed.some((name) => !names.includes(String(name)))))
    throw new Error('allowed_function_names should be a subset of the declared functions, and only with the mode ANY.');
}

function known(value: JsonValue | undefined, kind: string): void {
  if (!isJsonObject(value)) return;
  const strange = Object.keys(value).find((key) => MEMBERS[kind]?.includes(key) !== true);
  if (strange !== undefined)
    throw new Error(`Invalid JSON payload received. Unknown name "${strange}" at '${kind}': Cannot find field.`);
}

function list(value: JsonValue | undefined, reason: string): JsonObject[] {
  if (!Array.isArray(value) || value.length === 0 || !value.every(isJsonObject)) throw new Error(reason);
  return value;
}

function membersOf(parts: readonly JsonObject[], kind: string): JsonObject[] {
  return parts.map((part) => part[kind]).filter(isJsonObject);
}
