import type { JsonObject, JsonValue } from '../json.js';
import type { Emitter, Part } from './emitter.js';
import { isNever, numberAt, objectAt, own, schemasAt } from './keywords.js';
import { unionOf } from './merge-schemas.js';
import type { Codec } from './projection.js';
import { saysNothing } from './union-parts.js';

/** A list, or a tuple as a list of whatever its places hold. */
export function emitArray(emitter: Emitter, node: JsonObject, path: string, rules: readonly string[]): Part {
  const { arrays, keywords } = emitter.subset;
  const schema: JsonObject = { type: 'array' };
  const places = schemasAt(node, 'prefixItems').map((each) => (isNever(each) ? {} : each));
  const further = objectAt(node, 'items');
  const closed = further !== undefined && isNever(further);
  const codec: Extract<Codec, { kind: 'array' }> = { kind: 'array' };
  const told = [...rules];
  const limits: Record<string, JsonValue> = {};
  for (const keyword of ['minItems', 'maxItems']) {
    const value = numberAt(node, keyword);
    if (value !== undefined) limits[keyword] = value;
  }
  if (closed) limits['maxItems'] = Math.min(places.length, numberAt(node, 'maxItems') ?? places.length);

  const union = unionOf('anyOf', closed ? places : [...places, further ?? {}], {});
  const item = isNever(union) ? {} : union;
  const omitted = Object.keys(item).length === 0 && !arrays.itemsRequired;
  if (!omitted) {
    const items = emitter.emit(item, `${path}/items`);
    if (arrays.itemsRequired || !saysNothing(items)) schema['items'] = items.schema;
    if (places.length > 0) Object.assign(codec, tupleCodec(emitter, places, closed ? undefined : further, items, path));
    else if (items.codec !== undefined) codec.items = items.codec;
  }
  if (places.length > 0) {
    emitter.lose(path, 'prefixItems', 'told in the description');
    told.unshift(`the items are, in order: ${places.map(nameOf).join(', ')}`);
  }
  const dropped: string[] = ['uniqueItems', 'contains', 'minContains', 'maxContains'].filter(
    (keyword) => own(node, keyword) !== undefined,
  );
  for (const [keyword, value] of Object.entries(limits)) {
    const highest = keyword === 'minItems' ? arrays.highestMinItems : undefined;
    if (!keywords.includes(keyword)) dropped.push(keyword);
    else if (highest !== undefined && typeof value === 'number' && value > highest) {
      schema[keyword] = highest;
      dropped.push(keyword);
    } else schema[keyword] = value;
  }
  const transformed = codec.items !== undefined || (codec.prefix ?? []).some((each) => each !== null);
  return emitter.described({ schema, dropped, ...(transformed ? { codec } : {}) }, { ...node, ...limits }, path, told);
}

/** The wire has one schema for all places; each value is read by the schema of its own. */
function tupleCodec(
  emitter: Emitter,
  places: readonly JsonObject[],
  further: JsonObject | undefined,
  items: Part,
  path: string,
): { prefix?: (Codec | null)[]; items?: Codec } {
  // Where the places together became JSON text, each is read from it.
  if (items.codec?.kind === 'json_text')
    return { prefix: places.map(() => ({ kind: 'json_text' })), items: items.codec };
  const before = emitter.losses.length;
  const prefix = places.map((each) => emitter.emit(each, path).codec ?? null);
  const rest = further === undefined ? undefined : emitter.emit(further, path).codec;
  emitter.losses.length = before;
  return { prefix, ...(rest === undefined ? {} : { items: rest }) };
}

function nameOf(schema: JsonObject): string {
  const { title, description } = schema;
  if (typeof title === 'string') return title;
  const types = schema['type'];
  const type = Array.isArray(types) ? types.join(' or ') : 'a value';
  return typeof description === 'string' ? `${type} (${description.replace(/[.\s]+$/, '')})` : type;
}
