import type { JsonObject, ToolDefinition } from '@switchyard/models';
import type { SimulatedCall } from '../conversation.js';
import { propertiesOf, typesOf } from '../rules/schema.js';

/**
 * Arguments that the tool's schema refuses, as models get them wrong: a required one has another name, a number is a word, or
 * there is one that the schema does not know. A schema that takes anything cannot be violated: the call stays as it is then.
 */
export function withWrongArguments(call: SimulatedCall, tools: readonly ToolDefinition[]): SimulatedCall {
  const schema = tools.find(({ name }) => name === call.name)?.inputSchema;
  // Of a tool that it was told of in words that no rule reads, a model knows as much as it calls: all of it is needed then.
  return { ...call, arguments: wrong(call.arguments, schema ?? schemaOf(call.arguments)) };
}

function schemaOf(args: JsonObject): JsonObject {
  const names = Object.keys(args);
  return { type: 'object', properties: Object.fromEntries(names.map((name) => [name, {}])), required: names };
}

function wrong(args: JsonObject, schema: JsonObject): JsonObject {
  const properties = propertiesOf(schema);
  const required = properties.find((property) => property.required && Object.hasOwn(args, property.name));
  if (required !== undefined) {
    const { [required.name]: value, ...others } = args;
    return { ...others, [`the_${required.name}`]: value };
  }
  const typed = properties.find(({ schema: each }) => !typesOf(each).includes('string'));
  if (typed !== undefined) return { ...args, [typed.name]: 'about right' };
  return schema['additionalProperties'] === false ? { ...args, unknown_argument: 'x' } : args;
}
