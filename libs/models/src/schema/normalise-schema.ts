import type { JsonObject, JsonValue } from '../json.js';
import { isJsonObject } from '../json.js';
import { ANNOTATIONS, ASSERTED_TYPE, NEVER, escapePointer, listAt, own } from './keywords.js';
import { mergeSchemas } from './merge-schemas.js';
import { addUnion, closeUnevaluated, isPattern, refuseEndless, tidy } from './normal-form.js';
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

function at(place: Place, path: string): Place {
  return { ...place, path: place.path + path };
}
