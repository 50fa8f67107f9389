import type { JsonObject } from '../../json.js';
import { userMessage } from '../../messages/message-helpers.js';
import { projectSchema } from '../../schema/project-schema.js';
import type { SubsetName } from '../../schema/projection.js';
import type { Experiment } from '../experiment.js';
import { isRefusal, refusalOf } from '../experiment.js';

const common: JsonObject = {
  label: { anyOf: [{ type: 'string', minLength: 1 }, { type: 'null' }] },
  kind: { const: 'outline' },
};

/** What tools written by others have: references, constants, alternatives, and a schema that holds itself. */
const WHOLE: JsonObject = {
  type: 'object',
  properties: { ...common, root: { $ref: '#/$defs/node' } },
  required: ['kind', 'root'],
  additionalProperties: false,
  $defs: {
    node: {
      type: 'object',
      properties: { title: { type: 'string' }, children: { type: 'array', items: { $ref: '#/$defs/node' } } },
      required: ['title'],
      additionalProperties: false,
    },
  },
};

const FLAT: JsonObject = {
  type: 'object',
  properties: { ...common, title: { type: 'string' } },
  required: ['kind', 'title'],
  additionalProperties: false,
};

/** What an endpoint takes of JSON Schema in a tool. */
export const toolSchemas: Experiment = {
  name: 'a schema with references, constants and recursion',
  fields: ['tools.subset'],
  ask: ({ sawCall }) => (sawCall ? { request: offer(WHOLE) } : 'the model called no tool'),
  judge: (seen) => {
    if (seen.ok)
      return {
        findings: [
          {
            field: 'tools.subset',
            value: 'json-schema',
            how: 'a tool with $ref, const, anyOf and recursion was accepted',
            confidence: 'likely',
          },
        ],
      };
    if (!isRefusal(seen.error)) return { findings: [] };
    const how = `a tool with $ref, const, anyOf and recursion was refused (${refusalOf(seen.error)})`;
    return { findings: [], next: projected(order(seen.error.message), how) };
  },
};

function projected([subset, ...others]: readonly SubsetName[], how: string): Experiment {
  return {
    name: `a schema as ${subset ?? 'nobody'} takes it`,
    fields: ['tools.subset'],
    ask: () => {
      if (subset === undefined) return 'no subset is left';
      const projection = projectSchema(FLAT, subset);
      return projection.ok ? { request: offer(projection.schema) } : 'the schema has no such form';
    },
    judge: (seen) => {
      if (subset === undefined) return { findings: [] };
      if (seen.ok)
        return {
          findings: [
            {
              field: 'tools.subset',
              value: subset,
              how: `${how}; a smaller one in the form of ${subset} was accepted`,
              confidence: 'likely',
            },
          ],
          members: { tools: { subset } },
        };
      if (others.length > 0 && isRefusal(seen.error)) return { findings: [], next: projected(others, how) };
      return { findings: [{ field: 'tools.schemas', value: 'refused', how, confidence: 'likely' }] };
    },
  };
}

/** Two at most: whose words the refusal has, and the narrowest. */
function order(said: string): SubsetName[] {
  const likely: SubsetName = /grammar|guided|xgrammar|outlines/iu.test(said)
    ? 'grammar'
    : /moonshot|kimi/iu.test(said)
      ? 'moonshot'
      : /unknown name|function_?declarations|proto|INVALID_ARGUMENT/iu.test(said)
        ? 'gemini'
        : 'openai-strict';
  return likely === 'gemini' ? ['gemini', 'openai-strict'] : [likely, 'gemini'];
}

function offer(inputSchema: JsonObject) {
  return {
    messages: [userMessage('Call no tool. Reply with the one word: ready')],
    tools: [{ name: 'save_outline', description: 'Saves an outline.', inputSchema }],
    maxOutputTokens: 256,
  };
}
