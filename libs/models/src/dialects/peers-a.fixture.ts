import type { JsonObject } from '../json.js';
import type { RejectionCode } from '../model-response.js';

/** A text that the public tests of an inference server read, and what it says by our rules. */
export interface PeerCase {
  dialect: string;
  /** What it shows. */
  what: string;
  text: string;
  /** Default none. */
  calls?: readonly (readonly [name: string, args: JsonObject])[];
  /** Default empty. Compared without the space around it, as is `reasoning`. */
  content?: string;
  reasoning?: string;
  /** Why calls are refused, in order; default none. */
  rejected?: readonly RejectionCode[];
  /** The prompt opened the reasoning. */
  thinking?: true;
  /** Where a server reads it otherwise: what it does, and why we do not. */
  ours?: string;
}

const string: JsonObject = { type: 'string' };
const optional = (type: string): JsonObject => ({ anyOf: [{ type }, { type: 'null' }] });
const tool = (properties: JsonObject = {}, required: readonly string[] = []): JsonObject => ({
  type: 'object',
  properties,
  required: [...required],
});

/** The tools of the servers' tests, put together: where one name has several schemas, all of their parameters. */
export const PEER_TOOLS: Readonly<Record<string, JsonObject>> = {
  get_weather: tool({ city: string, location: string, date: string, unit: string, days: { type: 'integer' } }),
  get_current_weather: tool({ city: string, state: string, unit: { type: 'string', enum: ['fahrenheit', 'celsius'] } }),
  get_time: tool({ timezone: string }),
  get_current_date: tool(),
  refresh: tool(),
  final_answer: tool({ trigger: { type: 'boolean' } }),
  get_db_config: tool({ param: string }),
  search: tool({ query: string, topn: { type: 'integer' }, source: string }),
  add: tool({ a: { type: 'number' }, b: { type: 'number' } }),
  get_age: tool({ name: string }),
  echo: tool({ text: string, path: string, message: string, command: string }),
  'get current temperature': tool({ 'location with spaces': string, 'unit with spaces': string }),
  获取天气: tool({ 城市: string, message: string }),
  calculate_area: tool({ shape: string, dimensions: { type: 'object' }, precision: { type: 'integer' } }),
  configure: tool({
    enabled: { type: 'boolean' },
    ratio: { type: 'number' },
    count: { type: 'integer' },
    value: { type: ['integer', 'null'] },
    label: string,
    port: optional('string'),
    limit: optional('integer'),
    list: optional('array'),
  }),
  todo_write: tool({ todos: { type: 'array', items: { type: 'object' } } }),
  write_file: tool({ content: string, mode: { type: 'integer' } }, ['content']),
  edit_file: tool({ old_string: string, indent: { type: 'integer' }, enabled: { type: 'boolean' } }),
  calc: tool({ x: { type: 'number' }, flag: { type: 'boolean' }, text: string }),
  'a&b"c': tool({ 'k&q': string }),
  'calc<beta': tool({ 'foo<bar': string }),
  create_order: tool({
    user_id: { type: 'integer' },
    urgent: { type: 'boolean' },
    note: string,
    shipping: { type: 'object', properties: { city: string, zip: { type: 'integer' } } },
    items: { type: 'array', items: { type: 'object', properties: { sku: string, qty: { type: 'integer' } } } },
    metadata: { type: 'object', additionalProperties: string },
    duplicate_demo: { type: 'object' },
  }),
  strict_weather: { ...tool({ location: string }, ['location']), additionalProperties: false },
  find_bbox: tool({ coordinates: { type: 'array' }, coordinate_type: string }),
  get_stock_price: tool({ symbol: string }),
  register_user: tool({ name: string, age: { type: 'integer' }, role: { type: ['string', 'null'] } }),
  complex_tool: tool({ level1: { type: 'object' } }),
  skill: tool({ name: string }),
};
