import type { JsonObject } from '../json.js';
import { isJsonObject } from '../json.js';
import type { Emitted } from './emit-scalar.js';
import { emitEnum, emitScalar } from './emit-scalar.js';
import { emitArray } from './emit-array.js';
import { emitObject } from './emit-object.js';
import type { TypeName } from './keywords.js';
import { ANNOTATIONS, ASSERTED_TYPE, TYPES, isAny, isNever, listAt, own, schemasAt, typesOf } from './keywords.js';
import { annotationsOf, unionKeyword, withoutAnnotations } from './merge-schemas.js';
import type { NormalSchema } from './normalise-schema.js';
import type { Codec, Loss } from './projection.js';
import { SchemaRefusal } from './projection.js';
import type { Subset } from './subset.js';
import { describeBoth, tell, tellCondition, tellResidual } from './tell.js';
import { areAlike, areDisjoint, takesAll, unionCodec, unlike } from './union-parts.js';
import { acceptsNull } from './wire-schema.js';

/** Schemas on the wire; references have been written out where the subset takes none. */
const MAX_SCHEMAS = 10_000;
const SCALARS: ReadonlySet<string> = new Set(['string', 'number', 'integer', 'boolean']);

export interface Part {
  schema: JsonObject;
  codec?: Codec;
}

/** Writes a normal schema in the words of a subset. Throws a `SchemaRefusal`. */
export class Emitter {
  readonly losses: Loss[] = [];
  private definitions: Record<string, JsonObject> = {};
  private readonly wanted: string[] = [];
  private schemas = 0;

  constructor(readonly subset: Subset) {}

  run(normal: NormalSchema): Part & { definitions: Record<string, Codec> } {
    this.definitions = normal.definitions;
    const root = this.asRoot(this.emit(normal.root, '', true));
    const codecs: Record<string, Codec> = {};
    const emitted: [string, JsonObject][] = [];
    for (const name of this.wanted) {
      const { schema, codec } = this.emit(this.definition(name), `/$defs/${name}`);
      emitted.push([name, schema]);
      if (codec !== undefined) codecs[name] = codec;
    }
    const schema = emitted.length === 0 ? root.schema : { ...root.schema, $defs: Object.fromEntries(emitted) };
    return { ...root, schema, definitions: codecs };
  }

  emit(node: JsonObject, path: string, isRoot = false): Part {
    if (++this.schemas > MAX_SCHEMAS)
      throw new SchemaRefusal(
        'too_large',
        path,
        `Written for this backend the schema holds more than ${MAX_SCHEMAS} schemas.`,
      );
    if (isNever(node)) throw new SchemaRefusal('unsatisfiable', path, 'No value satisfies this part of the schema.');
    if (own(node, '$ref') !== undefined) return this.emitReference(node, path);
    if (isAny(node)) return this.emitAny(node, path, []);
    const keyword = unionKeyword(node);
    const alternatives = keyword === undefined ? [withoutAnnotations(node)] : schemasAt(node, keyword);
    return this.emitAlternatives(node, alternatives, path, isRoot);
  }

  /** A value written as JSON text, for which the subset has no other form. */
  jsonText(node: JsonObject, what: string, path: string): Part {
    const rules = withoutAnnotations(node);
    const asked =
      isAny(rules) || what !== ''
        ? what || 'a JSON value'
        : (tell('a value that fits the JSON Schema', rules, path) ?? '');
    this.lose(path, 'type', 'written as JSON text');
    return this.finish({ schema: { type: 'string' }, codec: { kind: 'json_text' } }, annotationsOf(node), path, [
      `${asked}, written as JSON text`,
    ]);
  }

  lose(path: string, keyword: string, why: string): void {
    this.losses.push({ path, keyword, why });
  }

  /** Tells of keywords of a node that the wire does not say; with everything that no subset says. */
  tellDropped(node: JsonObject, dropped: readonly string[], path: string): string[] {
    const rules: string[] = [];
    for (const keyword of dropped) {
      const value = node[keyword];
      const words = value === undefined ? undefined : tell(keyword, value, path);
      this.lose(path, keyword, words === undefined ? 'not taken' : 'told in the description');
      if (words !== undefined) rules.push(words);
    }
    return rules;
  }

  authorAllowsNull(node: JsonObject, seen: readonly string[] = []): boolean {
    const keyword = unionKeyword(node);
    if (keyword !== undefined) {
      const allowing = schemasAt(node, keyword).filter((each) => this.authorAllowsNull(each, seen));
      return keyword === 'anyOf' ? allowing.length > 0 : allowing.length === 1;
    }
    const reference = own(node, '$ref');
    if (typeof reference === 'string') {
      const name = reference.slice('#/$defs/'.length);
      return !seen.includes(name) && this.authorAllowsNull(this.definition(name), [...seen, name]);
    }
    const values = listAt(node, 'enum');
    return values?.includes(null) ?? typesOf(node)?.includes('null') ?? true;
  }

  /** Makes `null` one of the values of a schema on the wire. */
  orNull(schema: JsonObject): JsonObject {
    const { nulls } = this.subset;
    const alternatives = listAt(schema, 'anyOf');
    if (nulls === 'nullable') {
      if (alternatives === undefined) return { ...schema, nullable: true };
      const [first, ...others] = alternatives.filter(isJsonObject);
      return { ...schema, anyOf: [{ ...first, nullable: true }, ...others] };
    }
    if (acceptsNull(schema)) return schema;
    if (alternatives !== undefined) return { ...schema, anyOf: [...alternatives, { type: 'null' }] };
    const type = own(schema, 'type');
    const types: unknown[] = Array.isArray(type) ? type : [type];
    const scalars = types.filter((each) => typeof each === 'string').filter((each) => SCALARS.has(each));
    if (nulls === 'type_list' && scalars.length === types.length) {
      const values = listAt(schema, 'enum');
      return { ...schema, type: [...scalars, 'null'], ...(values === undefined ? {} : { enum: [...values, null] }) };
    }
    const { description, ...rest } = schema;
    return { anyOf: [rest, { type: 'null' }], ...(description === undefined ? {} : { description }) };
  }

  private definition(name: string): JsonObject {
    const definition = own(this.definitions, name);
    return isJsonObject(definition) ? definition : {};
  }

  private emitReference(node: JsonObject, path: string): Part {
    const name = String(node['$ref']).slice('#/$defs/'.length);
    if (!this.subset.recursion)
      throw new SchemaRefusal('recursive_schema', path, `"${name}" contains itself, which this backend does not take.`);
    if (!this.wanted.includes(name)) this.wanted.push(name);
    const part: Part = { schema: { $ref: `#/$defs/${name}` }, codec: { kind: 'reference', name } };
    return this.finish(part, node, path, this.residual(node, path));
  }

  private emitAny(node: JsonObject, path: string, rules: readonly string[]): Part {
    const { any } = this.subset;
    if (any === 'json_text') {
      this.lose(path, 'type', 'written as JSON text');
      const part: Part = { schema: { type: 'string' }, codec: { kind: 'json_text' } };
      return this.finish(part, node, path, ['a JSON value, written as JSON text', ...rules]);
    }
    const schema: JsonObject = any === 'empty' ? {} : { type: TYPES.filter((type) => type !== 'integer') };
    return this.finish({ schema }, node, path, rules);
  }

  private emitAlternatives(node: JsonObject, alternatives: readonly JsonObject[], path: string, isRoot: boolean): Part {
    const rules: string[] = [];
    if (unionKeyword(node) !== undefined) rules.push(...this.residual(node, path));
    if (unionKeyword(node) === 'oneOf' && !areDisjoint(alternatives)) {
      this.lose(path, 'oneOf', 'told in the description');
      rules.push('exactly one of the alternatives fits');
    }
    const nodes = unlike(alternatives.flatMap((each) => this.single(each, path)));
    const isNull = (each: JsonObject): boolean => typesOf(each)?.join() === 'null';
    const others = nodes.filter((each) => !isNull(each));
    const parts = others.map((each) => ({ node: each, part: this.emitOne(each, path, isRoot && others.length === 1) }));
    const nullable = nodes.some(isNull);
    if (parts.length === 0) return this.finish(this.onlyNull(), node, path, rules);
    if (parts.length > 1 && areAlike(parts.map(({ part }) => part))) return this.jsonText(node, '', path);
    const schema = this.unionOnWire(parts.map(({ part }) => part.schema));
    const codec = unionCodec(parts);
    const part: Part = { schema: nullable ? this.orNull(schema) : schema, ...(codec === undefined ? {} : { codec }) };
    return this.finish(part, node, path, rules);
  }

  private unionOnWire(schemas: readonly JsonObject[]): JsonObject {
    const distinct = unlike(schemas);
    const [only] = distinct;
    if (only !== undefined && distinct.length === 1) return only;
    // Beside an alternative that any value fits the others say nothing.
    const everything = distinct.find(takesAll);
    if (everything !== undefined) return { type: everything['type'] ?? null };
    const bare = distinct.flatMap((each) =>
      Object.keys(each).join() === 'type' && typeof each['type'] === 'string' && SCALARS.has(each['type'])
        ? [each['type']]
        : [],
    );
    if (bare.length < distinct.length || !this.subset.typeLists) return { anyOf: distinct };
    const types = TYPES.filter((type) => bare.includes(type) && (type !== 'integer' || !bare.includes('number')));
    return { type: types.length === 1 ? (types[0] ?? 'number') : types };
  }

  /** Subsets that take no type for null get another that allows it. */
  private onlyNull(): Part {
    if (this.subset.nulls !== 'nullable') return { schema: { type: 'null' } };
    return { schema: { type: 'string', nullable: true, description: 'Always null.' } };
  }

  /** An alternative as schemas of one type each. Unions within it are taken apart where they cannot be described. */
  private single(node: JsonObject, path: string): JsonObject[] {
    const keyword = unionKeyword(node);
    const describable = this.subset.besideUnion.includes('description');
    if (keyword !== undefined) {
      const annotated = Object.keys(node).some((each) => each !== keyword);
      if ((annotated && describable) || own(node, 'allOf') !== undefined) return [node];
      return schemasAt(node, keyword).flatMap((each, index) =>
        this.single(index === 0 ? { ...annotationsOf(node), ...each } : each, path),
      );
    }
    if (own(node, '$ref') !== undefined) return [node];
    const values = listAt(node, 'enum');
    if (values !== undefined) {
      const others = values.filter((value) => value !== null);
      if (others.length === values.length) return [node];
      return others.length === 0 ? [{ type: ['null'] }] : [{ ...node, enum: others }, { type: ['null'] }];
    }
    const types = typesOf(node) ?? this.impliedTypes(node, path);
    if (types.length === 0) return [node];
    return types.map((type, index) => {
      const about = type === 'integer' ? 'number' : type;
      const kept = Object.entries(node).filter(([each]) => {
        const asserted = ASSERTED_TYPE[each];
        return (index === 0 || !ANNOTATIONS.has(each)) && (asserted === undefined || asserted === about);
      });
      return type === 'null' ? { type: [type] } : { ...Object.fromEntries(kept), type: [type] };
    });
  }

  /** A schema with rules about one kind of value and no type is meant for that kind. */
  private impliedTypes(node: JsonObject, path: string): TypeName[] {
    const implied = new Set<TypeName>();
    for (const keyword of Object.keys(node)) {
      const type = ASSERTED_TYPE[keyword];
      if (type !== undefined) implied.add(type);
    }
    if (implied.size > 0) this.lose(path, 'type', `no type is given; taken as ${[...implied].join(' or ')}`);
    return [...implied];
  }

  /** A schema of one type, a reference, or a union with a description. */
  private emitOne(node: JsonObject, path: string, isRoot: boolean): Part {
    if (own(node, '$ref') !== undefined || unionKeyword(node) !== undefined) return this.emit(node, path);
    const values = listAt(node, 'enum');
    const [type] = typesOf(node) ?? [];
    const rules = [...this.residual(node, path)];
    if (values !== undefined) return this.described(emitEnum(values, this.subset), node, path, rules);
    if (type === undefined) return this.emitAny(node, path, rules);
    if (type === 'object') return emitObject(this, node, path, isRoot, rules);
    if (type === 'array') return emitArray(this, node, path, rules);
    return this.described(emitScalar(node, type, this.subset), node, path, rules);
  }

  described({ schema, codec, dropped }: Emitted, node: JsonObject, path: string, rules: readonly string[]): Part {
    const told = this.tellDropped(node, dropped, path);
    return this.finish({ schema, ...(codec === undefined ? {} : { codec }) }, node, path, [...told, ...rules]);
  }

  /** Rules that no subset takes, in words. */
  private residual(node: JsonObject, path: string): string[] {
    const rules = this.tellDropped(node, own(node, 'not') === undefined ? [] : ['not'], path);
    const condition = own(node, 'if') === undefined ? undefined : tellCondition(node, path);
    if (condition !== undefined) {
      this.lose(path, 'if', 'told in the description');
      rules.push(condition);
    }
    const merged = tellResidual(node, path);
    if (merged.length > 0) this.lose(path, 'allOf', 'told in the description');
    return [...rules, ...merged];
  }

  /** Adds the annotations of a node, and rules in words, to what it became. */
  private finish(part: Part, node: JsonObject, path: string, rules: readonly string[]): Part {
    const { keywords, besideUnion } = this.subset;
    const { description, title } = node;
    const takesTitle = keywords.includes('title');
    const said = typeof description === 'string' ? description : takesTitle ? undefined : title;
    const extra = ['default', 'examples'].filter((keyword) => own(node, keyword) !== undefined);
    const told = [
      ...rules,
      ...this.tellDropped(node, extra, path),
      ...(node['deprecated'] === true ? ['deprecated'] : []),
    ];
    const { description: before, ...schema } = part.schema;
    const text = describeBoth(said, before, told);
    const titled = takesTitle && typeof title === 'string' && own(schema, '$ref') === undefined ? { title } : {};
    if (text === undefined) return { ...part, schema: { ...schema, ...titled } };
    if (own(schema, '$ref') !== undefined) return { ...part, schema: { anyOf: [schema], description: text } };
    const union = listAt(schema, 'anyOf');
    if (union === undefined || besideUnion.includes('description'))
      return { ...part, schema: { ...schema, ...titled, description: text } };
    const [first, ...others] = union.filter(isJsonObject);
    const described = { ...first, description: describeBoth(text, first?.['description'], []) };
    return { ...part, schema: { ...schema, anyOf: [described, ...others] } };
  }

  private asRoot(part: Part): Part {
    if (this.subset.root === 'any' || part.schema['type'] === 'object') return part;
    this.lose('', 'type', 'written as the member "value" of an object');
    const schema: JsonObject = { type: 'object', properties: { value: part.schema }, required: ['value'] };
    if (this.subset.objects.closed) schema['additionalProperties'] = false;
    return { schema, codec: { kind: 'wrapped', ...(part.codec === undefined ? {} : { codec: part.codec }) } };
  }
}
