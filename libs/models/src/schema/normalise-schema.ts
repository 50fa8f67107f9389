import type { JsonObject, JsonValue } from '../json.js';
import { isJsonObject } from '../json.js';
import {
  ANNOTATIONS,
  ASSERTED_TYPE,
  NEVER,
  TYPES,
  escapePointer,
  isAny,
  isNever,
  listAt,
  namesAt,
  objectAt,
  own,
  schemaEntriesAt,
  schemasAt,
  typesOf,
  without,
} from './keywords.js';
import { mergeSchemas, unionKeyword, unionOf } from './merge-schemas.js';
import { narrowEnum } from './narrow-enum.js';
import { SchemaRefusal } from './projection.js';
import { References } from './references.js';

/** Schemas that one may become when its references are written out in place. */
const MAX_SCHEMAS = 10_000;
/** Levels of schemas, references followed; providers stop at 10 to 30. */
const MAX_LEVELS = 100;

/**
 * A schema in one form, whatever draft it was written in, with exactly its meaning: every schema within it is an object; `type` is a list;
 * `const` is an `enum`; tuples are `prefixItems`; `allOf` is merged, and holds only what cannot be; a union holds nothing beside its
 * alternatives; references are written out, except to what contains itself.
 */
export interface NormalSchema {
  root: JsonObject;
  /** What contains itself, by the name that `#/$defs/…` has in the schemas. */
  definitions: Record<string, JsonObject>;
}

/** Throws a `SchemaRefusal`. The schema must have passed `checkInput`. */
export function normaliseSchema(schema: JsonObject): NormalSchema {
  return new Normaliser(schema).run();
}

interface Place {
  path: string;
  /** What `#` means here. */
  resource: JsonObject;
  levels: number;
}

class Normaliser {
  private readonly references: References;
  private readonly pending: { name: string; schema: JsonObject; place: Place }[] = [];
  private readonly seen = new Set<string>();
  private schemas = 0;

  constructor(private readonly schema: JsonObject) {
    this.references = new References(schema);
  }

  run(): NormalSchema {
    const place: Place = { path: '', resource: this.schema, levels: 0 };
    const root = this.normalise(this.schema, place);
    const definitions: Record<string, JsonObject> = {};
    for (let next = this.pending.shift(); next !== undefined; next = this.pending.shift())
      definitions[next.name] = this.normalise(next.schema, next.place);
    refuseEndless(definitions);
    return { root, definitions };
  }

  private normalise(schema: JsonValue, outer: Place): JsonObject {
    const place = { ...outer, levels: outer.levels + 1 };
    if (place.levels > MAX_LEVELS)
      throw new SchemaRefusal('too_deep', place.path, `The schema nests deeper than ${MAX_LEVELS} levels.`);
    if (++this.schemas > MAX_SCHEMAS)
      throw new SchemaRefusal(
        'too_large',
        place.path,
        `With its references written out the schema holds more than ${MAX_SCHEMAS} schemas.`,
      );
    if (typeof schema === 'boolean') return schema ? {} : NEVER;
    if (!isJsonObject(schema))
      throw new SchemaRefusal('invalid_schema', place.path, 'A schema is an object or a boolean.');
    const id = own(schema, '$id');
    if (typeof id === 'string' && !id.startsWith('#')) place.resource = schema;

    let result = this.plain(schema, place);
    for (const [index, each] of (listAt(schema, 'allOf') ?? []).entries())
      result = mergeSchemas(result, this.normalise(each, at(place, `/allOf/${index}`)));
    for (const keyword of ['anyOf', 'oneOf'] as const) {
      const listed = listAt(schema, keyword);
      if (listed === undefined) continue;
      const alternatives = listed.map((each, index) => this.normalise(each, at(place, `/${keyword}/${index}`)));
      result = addUnion(result, keyword, alternatives);
    }
    const reference = own(schema, '$ref');
    if (typeof reference === 'string') result = mergeSchemas(result, this.follow(reference, place));
    return closeUnevaluated(result, this.unevaluated(schema, place));
  }

  private follow(reference: string, place: Place): JsonObject {
    const target = this.references.resolve(reference, place.resource, place.path);
    if (!this.references.isRecursive(target.schema))
      return this.normalise(target.schema, { ...place, resource: target.resource });
    const name = this.references.nameOf(target.schema, reference);
    if (!this.seen.has(name)) {
      this.seen.add(name);
      const { resource } = target;
      this.pending.push({ name, schema: target.schema, place: { path: `/$defs/${name}`, resource, levels: 0 } });
    }
    return { $ref: `#/$defs/${name}` };
  }

  /** Everything but unions, `allOf` and references. */
  private plain(schema: JsonObject, place: Place): JsonObject {
    const result: Record<string, JsonValue | undefined> = {};
    const rest: JsonObject[] = [];
    const inner = (value: JsonValue, path: string): JsonObject => this.normalise(value, at(place, path));
    for (const [keyword, value] of Object.entries(schema)) {
      if (value === undefined) continue;
      switch (keyword) {
        case '$dynamicRef':
        case '$recursiveRef':
          throw new SchemaRefusal(
            'dynamic_reference',
            place.path,
            `${keyword} leads to different schemas from different places.`,
          );
        case 'items':
          if (Array.isArray(value)) result['prefixItems'] = value.map((each, index) => inner(each, `/items/${index}`));
          else result['items'] = inner(value, '/items');
          break;
        case 'additionalItems':
          // Says nothing without a list of items before it.
          if (Array.isArray(schema['items'])) result['items'] = inner(value, '/additionalItems');
          break;
        case 'prefixItems':
          result[keyword] = (Array.isArray(value) ? value : []).map((each, index) =>
            inner(each, `/prefixItems/${index}`),
          );
          break;
        case 'properties':
        case 'patternProperties':
        case 'dependentSchemas':
          result[keyword] = this.byName(value, place, keyword);
          break;
        case 'dependencies':
          Object.assign(result, this.dependencies(value, place));
          break;
        case 'additionalProperties':
        case 'contains':
        case 'else':
        case 'if':
        case 'not':
        case 'propertyNames':
        case 'then':
          result[keyword] = inner(value, `/${keyword}`);
          break;
        case 'const':
          rest.push({ enum: [value] });
          break;
        case 'unevaluatedItems':
        case 'unevaluatedProperties':
          // Applied when everything beside them has become one.
          break;
        case 'type':
          result['type'] = Array.isArray(value) ? value : [value];
          break;
        case 'pattern':
          if (!isPattern(value))
            throw new SchemaRefusal('invalid_schema', place.path, 'The pattern is no regular expression.');
          result[keyword] = value;
          break;
        default:
          // Unions and references follow; what is no keyword says nothing.
          if (ANNOTATIONS.has(keyword) || keyword === 'enum' || Object.hasOwn(ASSERTED_TYPE, keyword))
            result[keyword] = value;
      }
    }
    return rest.reduce(mergeSchemas, tidy(schema, result));
  }

  private byName(value: JsonValue, place: Place, keyword: string): JsonObject {
    const entries = isJsonObject(value) ? Object.entries(value) : [];
    return Object.fromEntries(
      entries.map(([name, each]) => [
        name,
        this.normalise(each ?? {}, at(place, `/${keyword}/${escapePointer(name)}`)),
      ]),
    );
  }

  /** What was one keyword until draft-07 is two. */
  private dependencies(value: JsonValue, place: Place): JsonObject {
    const entries = isJsonObject(value) ? Object.entries(value) : [];
    const names = entries.filter(([, each]) => Array.isArray(each));
    const schemas = Object.fromEntries(entries.filter(([, each]) => !Array.isArray(each)));
    return {
      ...(names.length > 0 ? { dependentRequired: Object.fromEntries(names) } : {}),
      ...(names.length < entries.length ? { dependentSchemas: this.byName(schemas, place, 'dependencies') } : {}),
    };
  }

  private unevaluated(schema: JsonObject, place: Place): JsonObject {
    const keywords = ['unevaluatedItems', 'unevaluatedProperties'].filter(
      (keyword) => own(schema, keyword) !== undefined,
    );
    return Object.fromEntries(
      keywords.map((keyword) => [keyword, this.normalise(schema[keyword] ?? {}, at(place, `/${keyword}`))]),
    );
  }
}

function isPattern(value: JsonValue): boolean {
  try {
    return typeof value === 'string' && new RegExp(value) instanceof RegExp;
  } catch {
    // Not being one is the answer here.
    return false;
  }
}

/** A definition that says of a value no more than that the same definition fits it says nothing, and no check of it ends. */
function refuseEndless(definitions: Readonly<Record<string, JsonObject>>): void {
  const left = new Map(Object.entries(definitions).map(([name, schema]) => [name, sameValueReferences(schema)]));
  for (let before = -1; before !== left.size;) {
    before = left.size;
    for (const [name, references] of left) if (!references.some((each) => left.has(each))) left.delete(name);
  }
  const [name] = left.keys();
  if (name !== undefined)
    throw new SchemaRefusal('dangling_reference', `/$defs/${name}`, `"${name}" leads only back to itself.`);
}

/** The definitions that are applied to the same value as the schema itself. */
function sameValueReferences(schema: JsonObject): string[] {
  const reference = own(schema, '$ref');
  const applied = ['allOf', 'anyOf', 'oneOf'].flatMap((keyword) => schemasAt(schema, keyword));
  for (const keyword of ['not', 'if', 'then', 'else']) {
    const each = objectAt(schema, keyword);
    if (each !== undefined) applied.push(each);
  }
  applied.push(...schemaEntriesAt(schema, 'dependentSchemas').map(([, each]) => each));
  const direct = typeof reference === 'string' ? [reference.slice('#/$defs/'.length)] : [];
  return [...direct, ...applied.flatMap(sameValueReferences)];
}

function at(place: Place, path: string): Place {
  return { ...place, path: place.path + path };
}

/** Adds a union to what stands beside it. Alternatives that only name required properties stay a rule in words: see `allOf`. */
function addUnion(beside: JsonObject, keyword: 'anyOf' | 'oneOf', alternatives: JsonObject[]): JsonObject {
  const union = unionOf(keyword, alternatives, {});
  const choosesPresence =
    objectAt(beside, 'properties') !== undefined &&
    alternatives.every((each) =>
      Object.keys(each).every((key) => key === 'required' || key === 'type' || ANNOTATIONS.has(key)),
    );
  if (choosesPresence && unionKeyword(union) !== undefined)
    return { ...beside, allOf: [...schemasAt(beside, 'allOf'), union] };
  return mergeSchemas(beside, union);
}

/** Puts what is read differently by nobody into its one form. */
function tidy(schema: JsonObject, result: Record<string, JsonValue | undefined>): JsonObject {
  const silent: string[] = [];
  if (result['if'] === undefined || (result['then'] === undefined && result['else'] === undefined))
    silent.push('if', 'then', 'else');
  if (result['contains'] === undefined) silent.push('minContains', 'maxContains');
  if (listAt(result, 'prefixItems')?.length === 0) silent.push('prefixItems');
  if (listAt(result, 'required')?.length === 0) silent.push('required');
  if (result['uniqueItems'] === false) silent.push('uniqueItems');
  // OpenAPI's word, which ajv reads too; an enum that does not list null is taken to mean it as well, as Gemini does.
  if (schema['nullable'] === true) {
    if (Array.isArray(result['type']) && !result['type'].includes('null')) result['type'] = [...result['type'], 'null'];
    if (Array.isArray(result['enum']) && !result['enum'].includes(null)) result['enum'] = [...result['enum'], null];
  }
  const types = typesOf(result);
  if (types !== undefined)
    result['type'] = types.includes('number') ? types.filter((type) => type !== 'integer') : types;
  if (types !== undefined && EVERY_TYPE.every((type) => types.includes(type))) silent.push('type');
  if (result['not'] !== undefined && isJsonObject(result['not']) && isAny(result['not'])) return NEVER;
  if (impossible(result)) return NEVER;
  return narrowEnum(without(result, silent));
}

function impossible(result: JsonObject): boolean {
  const required = new Set(namesAt(result, 'required'));
  const objectsOnly = typesOf(result)?.every((type) => type === 'object') ?? false;
  return (
    objectsOnly && schemaEntriesAt(result, 'properties').some(([name, each]) => required.has(name) && isNever(each))
  );
}

/** Of an enum what the rules beside it allow, so that they need not be told. */
/**
 * `unevaluatedProperties` and `unevaluatedItems` of a schema all of whose parts have become one. Beside alternatives they depend on which of
 * them fit, which no merged schema says: there they are only told.
 */
function closeUnevaluated(schema: JsonObject, unevaluated: JsonObject): JsonObject {
  if (Object.keys(unevaluated).length === 0 || isNever(schema)) return schema;
  const conditional = ['allOf', 'anyOf', 'oneOf', '$ref', 'if', 'dependentSchemas', 'contains'];
  if (conditional.some((keyword) => own(schema, keyword) !== undefined)) {
    const told = typeof schema['description'] === 'string' ? `${schema['description']} ` : '';
    return { ...schema, description: `${told}Nothing beyond what is described here.` };
  }
  const { unevaluatedProperties: properties, unevaluatedItems: items } = unevaluated;
  return {
    ...schema,
    ...(properties === undefined || own(schema, 'additionalProperties') !== undefined
      ? {}
      : { additionalProperties: properties }),
    ...(items === undefined || own(schema, 'items') !== undefined ? {} : { items }),
  };
}

const EVERY_TYPE = TYPES.filter((type) => type !== 'integer');
