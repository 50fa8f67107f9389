import type { JsonObject } from '../../json.js';
import { parseJson } from '../../json.js';
import { textOf, userMessage } from '../../messages/message-helpers.js';
import { API_DEFAULTS } from '../../profile/api-defaults.js';
import type { WireApiName } from '../../profile/profile.js';
import { checkValue } from '../../schema/check-value.js';
import type { OutputMethod } from '../../schema/structured-output.js';
import { responseSchemaMembers } from '../../wire/response-schema.js';
import type { Experiment, ProbeState } from '../experiment.js';
import { isRefusal, refusalOf } from '../experiment.js';
import type { ProfileMembers } from '../finding.js';

/** In the narrowest form that all who take schemas take. */
const SCHEMA: JsonObject = {
  type: 'object',
  properties: { city: { type: 'string' }, population: { type: 'integer' } },
  required: ['city', 'population'],
  additionalProperties: false,
};

/** An answer that is held to a schema, or at least to JSON. The prompt asks for neither, so that only the endpoint can be why. */
export const structuredAnswers: Experiment = asked('json_schema');

function asked(method: 'json_schema' | 'json_object'): Experiment {
  return {
    name: method === 'json_schema' ? 'an answer held to a schema' : 'an answer held to JSON',
    fields: ['output.methods'],
    ask: ({ api, outputTokens }) => {
      const extraBody = bodyOf(api, method);
      if (extraBody === undefined) return 'the wire API has no member for it that is written here';
      // OpenAI wants the word in the prompt where any JSON will do.
      const text = method === 'json_schema' ? 'Name one city.' : 'Name one city and its population, as JSON.';
      return { request: { messages: [userMessage(text)], maxOutputTokens: outputTokens, extraBody } };
    },
    judge: (seen, state) => {
      if (seen.ok) {
        const value = parseJson(textOf(seen.response.message).trim());
        const held = method === 'json_schema' ? checkValue(SCHEMA, value ?? null).ok : value !== undefined;
        if (held)
          return {
            findings: [
              {
                field: 'output.methods',
                value: [method],
                how:
                  method === 'json_schema'
                    ? 'the answer fitted a schema of which the prompt said nothing'
                    : 'the answer was JSON and nothing else',
                confidence: 'likely',
              },
            ],
            members: members(method, state),
          };
        if (seen.response.finishReason === 'length') return { findings: [] };
      }
      if (!seen.ok && !isRefusal(seen.error)) return { findings: [] };
      const how = seen.ok
        ? `${method} was accepted and not followed`
        : `${method} was refused (${refusalOf(seen.error)})`;
      return {
        findings: [{ field: `output.methods.${method}`, value: false, how, confidence: seen.ok ? 'likely' : 'proved' }],
        ...(method === 'json_schema' && hasJsonObject(state.api) ? { next: asked('json_object') } : {}),
      };
    },
  };
}

function members(method: OutputMethod, { api, members }: ProbeState): ProfileMembers {
  const methods = [method, ...(members.output?.methods ?? API_DEFAULTS[api].output.methods)];
  // Without tools of its own, a model that is held to a schema can still call: the schema has a place for it.
  const constrained = method === 'json_schema' && members.capabilities?.tools === false;
  return {
    output: { methods },
    ...(constrained ? { tools: { mode: 'constrained' as const }, capabilities: { tools: true } } : {}),
  };
}

function hasJsonObject(api: WireApiName): boolean {
  return bodyOf(api, 'json_object') !== undefined;
}

/** Asked as a request with a result asks, so that what is found out is what will happen; undefined where there is no such way. */
function bodyOf(api: WireApiName, method: 'json_schema' | 'json_object'): JsonObject | undefined {
  if (method === 'json_object') return JSON_OBJECT[api];
  return HELD.has(api) ? responseSchemaMembers(api, { name: 'result', schema: SCHEMA }) : undefined;
}

/** Wires over which some endpoints hold an answer to a schema, and some do not. */
const HELD: ReadonlySet<WireApiName> = new Set<WireApiName>([
  'openai-chat',
  'mistral',
  'openai-responses',
  'gemini',
  'cohere',
  'ollama',
]);

const JSON_OBJECT: Partial<Record<WireApiName, JsonObject>> = {
  'openai-chat': { response_format: { type: 'json_object' } },
  mistral: { response_format: { type: 'json_object' } },
  gemini: { generationConfig: { responseMimeType: 'application/json' } },
  cohere: { response_format: { type: 'json_object' } },
  ollama: { format: 'json' },
};
