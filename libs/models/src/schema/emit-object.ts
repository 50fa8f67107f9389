import type { JsonObject } from '../json.js';
import type { Emitter, Part } from './emitter.js';
import { escapePointer, isAny, isNever, namesAt, objectAt, own, schemaEntriesAt } from './keywords.js';
import { unionOf } from './merge-schemas.js';
import type { Codec, PropertyCodec } from './projection.js';
import { describe } from './tell.js';
import { saysNothing } from './union-parts.js';

/** Rules about an object that no subset here takes. */
const TOLD_OF_OBJECTS = ['minProperties', 'maxProperties', 'propertyNames', 'dependentRequired', 'dependentSchemas'];

/** An object with properties, a map, or both. */
export function emitObject(
  emitter: Emitter,
  node: JsonObject,
  path: string,
  isRoot: boolean,
  rules: readonly string[],
): Part {
  const { objects } = emitter.subset;
  const declared = propertiesOf(node);
  const beyond = beyondProperties(node, isRoot, objects.maps);
  if (declared.length === 0) {
    if (beyond === undefined) {
      if (!objects.mayBeEmpty && !isRoot) return emitter.jsonText(node, 'an empty JSON object', path);
    } else if (!objects.maps) {
      return isAny(beyond)
        ? emitter.jsonText(node, 'a JSON object', path)
        : emitPairs(emitter, node, beyond, path, rules);
    }
  }
  return emitProperties(emitter, node, declared, beyond, path, rules);
}

function emitProperties(
  emitter: Emitter,
  node: JsonObject,
  declared: readonly [string, JsonObject][],
  beyond: JsonObject | undefined,
  path: string,
  rules: readonly string[],
): Part {
  const { objects, keywords } = emitter.subset;
  const required = new Set(namesAt(node, 'required'));
  const properties: [string, JsonObject][] = [];
  const codecs: [string, PropertyCodec][] = [];
  const wireRequired: string[] = [];
  const names = new Set(declared.map(([name]) => name));
  for (const [name, each] of declared) {
    const wireName = nameOnWire(emitter, name, names);
    const { schema: emitted, codec } = emitter.emit(each, `${path}/properties/${escapePointer(name)}`);
    let schema = emitted;
    const property: PropertyCodec = {};
    if (wireName !== name) {
      property.name = name;
      schema = { ...schema, description: describe(schema['description'], [`called ${JSON.stringify(name)}`]) };
      emitter.lose(path, 'properties', `"${name}" is written as "${wireName}"`);
    }
    if (objects.allRequired && !required.has(name)) {
      property.optional = codec?.kind !== 'json_text' && emitter.authorAllowsNull(each) ? 'kept' : 'removed';
      schema = emitter.orNull(schema);
    }
    if (codec !== undefined) property.codec = codec;
    properties.push([wireName, schema]);
    if (objects.allRequired || required.has(name)) wireRequired.push(wireName);
    codecs.push([wireName, property]);
  }
  const codec: Extract<Codec, { kind: 'object' }> = { kind: 'object', properties: {} };
  const schema: JsonObject = { type: 'object' };
  const dropped = TOLD_OF_OBJECTS.filter((keyword) => own(node, keyword) !== undefined);
  if (own(node, 'patternProperties') !== undefined) dropped.push('patternProperties');
  const open = own(node, 'additionalProperties') !== undefined || own(node, 'patternProperties') !== undefined;
  if (objects.maps) {
    if (beyond === undefined) schema['additionalProperties'] = false;
    else if (open && isAny(beyond) && (emitter.subset.any === 'json_text' || Object.keys(beyond).length === 0))
      schema['additionalProperties'] = true;
    else if (open) {
      const value = emitter.emit(beyond, `${path}/additionalProperties`);
      schema['additionalProperties'] = saysNothing(value) ? true : value.schema;
      if (value.codec !== undefined) codec.additional = value.codec;
    }
  } else if (beyond !== undefined && open) {
    const name = freeName('other_properties', names);
    const pairs = emitPairs(emitter, {}, beyond, `${path}/additionalProperties`, []);
    properties.push([name, pairs.schema]);
    codec.rest = {
      name,
      ...(pairs.codec?.kind === 'pairs' && pairs.codec.codec !== undefined ? { codec: pairs.codec.codec } : {}),
    };
    wireRequired.push(name);
  } else if (beyond !== undefined || own(node, 'additionalProperties') === undefined) {
    emitter.lose(path, 'additionalProperties', 'properties that are not declared cannot be sent');
  }
  if (objects.closed) schema['additionalProperties'] = false;
  else if (!keywords.includes('additionalProperties') && beyond === undefined)
    emitter.lose(path, 'additionalProperties', 'not taken; the properties are told by name');
  if (properties.length > 0 || !objects.maps || beyond === undefined)
    schema['properties'] = Object.fromEntries(properties);
  if (objects.allRequired || wireRequired.length > 0) schema['required'] = wireRequired;
  const beyondDiffers = codec.additional !== undefined || codec.rest !== undefined;
  const differing = codecs.filter(([, property]) => beyondDiffers || Object.keys(property).length > 0);
  codec.properties = Object.fromEntries(differing);
  const transformed = differing.length > 0 || beyondDiffers;
  return emitter.described({ schema, dropped, ...(transformed ? { codec } : {}) }, node, path, rules);
}

/** A map as a list of pairs. */
function emitPairs(
  emitter: Emitter,
  node: JsonObject,
  beyond: JsonObject,
  path: string,
  rules: readonly string[],
): Part {
  const { objects } = emitter.subset;
  const value = emitter.emit(beyond, `${path}/additionalProperties`);
  const pair: JsonObject = {
    type: 'object',
    properties: { key: { type: 'string' }, value: value.schema },
    required: ['key', 'value'],
    ...(objects.closed ? { additionalProperties: false } : {}),
  };
  emitter.lose(path, 'additionalProperties', 'the map is written as a list of pairs');
  const dropped = ['patternProperties', ...TOLD_OF_OBJECTS, 'required'].filter(
    (keyword) => own(node, keyword) !== undefined,
  );
  const codec: Codec = { kind: 'pairs', ...(value.codec === undefined ? {} : { codec: value.codec }) };
  const told = ['a map, written as a list of key and value, no key twice', ...rules];
  return emitter.described({ schema: { type: 'array', items: pair }, codec, dropped }, node, path, told);
}

/** Properties by name, without those that nothing satisfies, and with those that are only required. */
function propertiesOf(node: JsonObject): [string, JsonObject][] {
  const declared = schemaEntriesAt(node, 'properties');
  const required = new Set(namesAt(node, 'required'));
  const names = new Set(declared.map(([name]) => name));
  const beyond = own(node, 'patternProperties') === undefined ? (objectAt(node, 'additionalProperties') ?? {}) : {};
  const isMap = declared.length === 0 && objectAt(node, 'additionalProperties') !== undefined;
  const missing = isMap && !isNever(beyond) ? [] : [...required].filter((name) => !names.has(name));
  const all = [...declared, ...missing.map((name): [string, JsonObject] => [name, beyond])];
  return all.filter(([name, schema]) => required.has(name) || !isNever(schema));
}

/** What properties that are not declared have to be; undefined where there can be none. */
function beyondProperties(node: JsonObject, isRoot: boolean, maps: boolean): JsonObject | undefined {
  const additional = objectAt(node, 'additionalProperties');
  const byPattern = schemaEntriesAt(node, 'patternProperties').map(([, schema]) => schema);
  if (byPattern.length > 0) {
    const union = unionOf('anyOf', [...byPattern, additional ?? {}], {});
    return isNever(union) ? undefined : union;
  }
  // Where objects cannot be left open, one of which only is said that it has no properties is one without, and so is a tool's root.
  if (!maps && additional === undefined && (objectAt(node, 'properties') !== undefined || isRoot))
    return propertiesOf(node).length === 0 ? undefined : {};
  return additional === undefined ? {} : isNever(additional) ? undefined : additional;
}

function nameOnWire(emitter: Emitter, name: string, taken: Set<string>): string {
  const { names, reservedNames } = emitter.subset.objects;
  if ((names === undefined || names.test(name)) && !reservedNames.includes(name)) return name;
  const plain = name.replace(/[^a-zA-Z0-9_.-]/g, '_').slice(0, 56) || 'property';
  return freeName(reservedNames.includes(plain) ? `${plain}_` : plain, taken);
}

function freeName(name: string, taken: Set<string>): string {
  let free = name;
  for (let count = 2; taken.has(free); count++) free = `${name}_${count}`;
  taken.add(free);
  return free;
}
