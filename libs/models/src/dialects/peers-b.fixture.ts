import type { JsonObject } from '../json.js';
import type { ToolDefinition } from '../model-request.js';
import { type DialectReading, readDialect } from './read-dialect.js';

/** What an answer is expected to say. What is left out is expected to be empty. */
export interface Expected {
  calls?: readonly (readonly [name: string, args: JsonObject])[];
  content?: string;
  reasoning?: string;
  /** The codes of what must not be executed. */
  rejected?: readonly string[];
  /** Only its own dialect knows what it means: without a profile that names it, it is text. */
  own?: boolean;
}

/** `thinking` at the end of the dialect's name says that the prompt opened the reasoning already. */
export type Case = readonly [dialect: string, what: string, text: string, expected: Expected];

const text = { type: 'string' };
const whole = { type: 'integer' };
const number = { type: 'number' };
const yes = { type: 'boolean' };
const list = { type: 'array' };
const object = { type: 'object' };

function tool(name: string, properties: JsonObject, required: string[] = []): ToolDefinition {
  return { name, inputSchema: { type: 'object', properties, required } };
}

/** The tools of the servers' own tests, under their names. */
export const TOOLS: readonly ToolDefinition[] = [
  tool('get_weather', { city: text, location: text, metric: text, unit: text, date: text, data: list }),
  tool('get_time', { timezone: text, city: text, location: text }),
  tool('weather_of', { city: text, date: text }, ['city']),
  tool('search', { query: text, limit: whole, sort: text, config: object, filters: list, nested: object }),
  tool('getOpenIncidentsTool', {}),
  tool('refresh', {}),
  tool('complexTool', { level1: object, nested: object, list }),
  tool('register_user', { name: text, age: whole, address: object, passed_test: yes, aliases: list, role: {} }),
  tool('do_something_cool', { additional_data: object, steps: list }),
  tool('special_function', { arg1: whole }, ['arg1']),
  tool('test_function', {
    ...{ string_field: text, int_field: whole, float_field: number, bool_field: yes, null_field: { type: 'null' } },
    ...{ array_field: list, object_field: object, empty_array: list, empty_object: object },
    ...{ quoted: text, path: text, newline: text, unicode: text },
  }),
  tool('manage_user_memory', { action: text, id: text, content: object }),
  tool('bash', { command: text }),
  tool('process', { items: list, config: object, name: text, count: whole, enabled: yes }),
  tool('set_values', { value: {}, nested: object, left: number, right: number, month: whole, day: whole, map: object }),
  tool('label', { tags: list }),
  tool('get-weather', { location: text }),
  tool('Calendar.create_event', { title: text, participants: list, metadata: object }),
  tool('python', { code: text }),
  tool('sum_values', { nums: list, exact: yes }, ['nums']),
  tool('edit', { edits: list }),
  tool('run_query', { sql: text }),
];

/** What an answer says, in one piece; throws if it says something else in characters. */
export function reading(dialect: string, answer: string): ReturnType<typeof full> {
  const [name, thinking] = dialect.split(' ');
  const options = { dialect: name, tools: TOOLS, thinking: thinking === 'thinking' };
  const said = summary(readDialect([answer], options));
  const byCharacter = summary(readDialect(answer.split(''), options));
  if (JSON.stringify(byCharacter) !== JSON.stringify(said))
    throw new Error(`cut into characters: ${JSON.stringify(byCharacter)}`);
  return said;
}

export function full({
  calls = [],
  content = '',
  reasoning = '',
  rejected = [],
}: Expected): Omit<Required<Expected>, 'own'> {
  return { calls, content: content.trim(), reasoning: reasoning.trim(), rejected };
}

function summary({ calls, content, reasoning, rejected }: DialectReading): ReturnType<typeof full> {
  return full({
    calls: calls.map(({ name, arguments: args }) => [name, args]),
    content,
    reasoning,
    rejected: rejected.map(({ code }) => code),
  });
}
