import type { JsonObject } from '../../json.js';
import { parseJson } from '../../json.js';
import { textOf, userMessage } from '../../messages/message-helpers.js';
import { API_DEFAULTS } from '../../profile/api-defaults.js';
import type { WireApiName } from '../../profile/profile.js';
import { checkValue } from '../../schema/check-value.js';
import type { OutputMethod } from '../../schema/structured-output.js';
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

function bodyOf(api: WireApiName, method: 'json_schema' | 'json_object'): JsonObject | undefined {
  const whole = method === 'json_schema';
  switch (api) {
    case 'openai-chat':
    case 'mistral':
      return {
        response_format: whole
          ? { type: 'json_schema', json_schema: { name: 'result', strict: true, schema: SCHEMA } }
          : { type: 'json_object' },
      };
    case 'openai-responses':
      return whole
        ? { text: { format: { type: 'json_schema', name: 'result', strict: true, schema: SCHEMA } } }
        : undefined;
    case 'gemini':
      return whole
        ? { generationConfig: { responseMimeType: 'application/json', responseJsonSchema: SCHEMA } }
        : { generationConfig: { responseMimeType: 'application/json' } };
    case 'cohere':
      return { response_format: { type: 'json_object', ...(whole ? { schema: SCHEMA } : {}) } };
    case 'ollama':
      return { format: whole ? SCHEMA : 'json' };
    default:
      return undefined;
  }
}
