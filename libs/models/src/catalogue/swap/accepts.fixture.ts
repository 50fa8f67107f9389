import type { JsonObject, JsonValue } from '../../json.js';
import { isJsonObject } from '../../json.js';
import type { Profile, WireApiName } from '../../profile/profile.js';
import { validateConverse } from '../../wire/bedrock/validate.fixture.js';
import { validateCohere } from '../../wire/cohere/validate.fixture.js';
import { validateGenerateContent } from '../../wire/gemini/validate.fixture.js';
import { validateMistral } from '../../wire/mistral/validate.fixture.js';
import { validateOllama } from '../../wire/ollama/validate.fixture.js';
import { validateResponses } from '../../wire/openai-responses/validate.fixture.js';
import type { WireRequest } from '../../wire/wire-api.js';
import { validateChat } from './validate-chat.fixture.js';
import { validateMessagesApi } from './validate-messages.fixture.js';

/** The published rules of each wire. */
const RULES: Readonly<Partial<Record<WireApiName, (request: WireRequest, profile: Profile, text: string) => void>>> = {
  'openai-chat': ({ body }, _profile, text) => validateChat(body, text),
  anthropic: ({ body }) => validateMessagesApi(body),
  'openai-responses': ({ body }, profile) => validateResponses(body, { reasons: profile.capabilities.reasoning }),
  gemini: ({ body }, profile) => validateGenerateContent(body, { ids: profile.callIds !== 'none' }),
  bedrock: (request) => validateConverse(request),
  mistral: ({ body }) => validateMistral(body),
  cohere: ({ body }) => validateCohere(body),
  ollama: ({ body }) => validateOllama(body),
};

const IMAGES = /"(?:image_url|inlineData|fileData|input_image|images|image)":|"type":"(?:image|input_image|image_url)"/;

/**
 * Throws the reason for which the endpoint of a profile would refuse a request, by its wire's rules and by its own. Gives the body as text,
 * since to write it is most of the work.
 */
export function accept(request: WireRequest, profile: Profile): string {
  const rules = RULES[profile.api];
  if (rules === undefined) throw new Error(`no rules are written down for ${profile.api} yet`);
  const { body } = request;
  const text = JSON.stringify(body);
  rules(request, profile, text);
  if (!profile.capabilities.vision && IMAGES.test(text)) throw new Error('an image for a model that does not see');
  checkLimit(body, profile);
  checkNames(body, profile);
  if (profile.api === 'openai-chat') checkChat(body, profile);
  return text;
}

const LIMITS = [
  'max_tokens',
  'max_completion_tokens',
  'max_output_tokens',
  'maxOutputTokens',
  'maxTokens',
  'num_predict',
];

/** No answer that is larger than the endpoint gives, nor than its window. */
function checkLimit(body: JsonObject, { api, maxOutputTokens, contextWindow, maxTokensField }: Profile): void {
  const inner = [body, body['generationConfig'], body['inferenceConfig'], body['options']].filter(isJsonObject);
  const asked = inner.flatMap((object) =>
    LIMITS.flatMap((member) => (object[member] === undefined ? [] : [object[member]])),
  );
  if (asked.length !== 1) throw new Error(`the limit of the output is said ${asked.length} times`);
  if (!(Number(asked[0]) <= Math.min(maxOutputTokens, contextWindow)))
    throw new Error(`${String(asked[0])} tokens are too many`);
  if (api === 'openai-chat' && body[maxTokensField] === undefined)
    throw new Error(`the limit is not in ${maxTokensField}`);
  const window = isJsonObject(body['options']) ? body['options']['num_ctx'] : undefined;
  if (api === 'ollama' && window !== contextWindow) throw new Error(`a window of ${String(window)} is asked for`);
}

/** Names that are sent are as long as the endpoint takes, and begin as it wants. */
function checkNames(body: JsonObject, { tools }: Profile): void {
  for (const name of toolNames(body['tools'] ?? body['toolConfig'] ?? null)) {
    if (name.length > tools.nameLength) throw new Error(`the name ${name} is too long`);
    if (tools.nameStartsWithLetter && !/^[a-zA-Z_]/.test(name)) throw new Error(`the name ${name} begins wrongly`);
  }
}

/** Wherever a definition has its name: beside a schema. */
function toolNames(value: JsonValue | undefined): string[] {
  if (Array.isArray(value)) return value.flatMap(toolNames);
  if (!isJsonObject(value)) return [];
  const own = typeof value['name'] === 'string' ? [value['name']] : [];
  const nested = ['function', 'toolSpec', 'functionDeclarations', 'tools'].flatMap((member) =>
    toolNames(value[member]),
  );
  return [...own, ...nested];
}

/** Members of a body, by the name that a profile gives them. */
const SETTINGS: Readonly<Record<string, string>> = {
  temperature: 'temperature',
  topP: 'top_p',
  stop: 'stop',
  seed: 'seed',
  parallelToolCalls: 'parallel_tool_calls',
};

/** What only profiles tell apart over this wire. */
function checkChat(body: JsonObject, profile: Profile): void {
  const messages = (Array.isArray(body['messages']) ? body['messages'] : []).filter(isJsonObject);
  const systems = messages.flatMap(({ role }, index) => (role === 'system' || role === 'developer' ? [index] : []));
  if (profile.system.placement === 'first' && systems.some((index) => index > 0))
    throw new Error('instructions that are not first');
  if (systems.some((index) => messages[index]?.['role'] !== profile.system.role))
    throw new Error('instructions in a wrong role');
  if (
    !profile.userAfterResults &&
    messages.some(({ role }, index) => role === 'user' && messages[index - 1]?.['role'] === 'tool')
  )
    throw new Error('a user right after results');
  const calls = messages.flatMap(({ tool_calls: made }) => (Array.isArray(made) ? made.filter(isJsonObject) : []));
  calls.forEach((call, index) => checkId(call, index, profile));
  for (const name of profile.unsupported) {
    const member = SETTINGS[name];
    if (member !== undefined && body[member] !== undefined) throw new Error(`${name} is not supported`);
  }
}

function checkId({ id, function: made }: JsonObject, index: number, { callIds }: Profile): void {
  const name = isJsonObject(made) ? String(made['name']) : '';
  const fits = {
    token: /^[a-zA-Z0-9_-]{1,40}$/.test(String(id)),
    alnum9: /^[a-zA-Z0-9]{9}$/.test(String(id)),
    positional: id === `functions.${name}:${index}`,
    none: id === undefined,
  };
  if (!fits[callIds]) throw new Error(`the id ${String(id)} is not ${callIds}`);
}
