import { bounded } from '../calls/bounded.js';
import type { JsonObject, JsonValue } from '../json.js';
import { isJsonObject, nestsDeeperThan, parseJson, stableStringify } from '../json.js';
import { TIME_LIMIT_MS, fitsSchema } from './check-value.js';
import { own } from './keywords.js';
import type { Codec, CoercionPlan, Projected } from './projection.js';

export type CoercionCode =
  /** Null stood for an optional property that was left out. */
  | 'null_removed'
  /** The text of a member of an enum stood for it. */
  | 'choice_read'
  | 'json_text_read'
  /** A list of pairs stood for a map. */
  | 'pairs_read'
  /** The value was a member of an object. */
  | 'root_unwrapped'
  /** A property had another name on the wire. */
  | 'name_restored';

/** Something that was brought back to the author's form. */
export interface Coercion {
  code: CoercionCode;
  detail: string;
}

export type Coerced =
  | { ok: true; value: JsonValue; coercions: Coercion[] }
  /** There is no one value that was meant. The reason is written for the model. */
  | { ok: false; path: string; reason: string };

/** Deeper arguments are refused before anything walks over them (as by settleArguments). */
const MAX_LEVELS = 200;
/** So that a thousand nulls are one line. */
const MAX_COERCIONS = 50;

class Unclear extends Error {
  constructor(
    readonly path: string,
    reason: string,
    /** Whether there are several readings, and not none. */
    readonly ambiguous = false,
  ) {
    super(reason);
  }
}

/**
 * Arguments that were written for the wire's schema, in the author's form. Only what has one possible meaning is changed: what already has
 * the author's form stays, and what has none is left for the check against the author's schema, which has to follow. Pairs with one key
 * twice, text that is no JSON, and a value that two alternatives read differently are refused.
 */
export function coerceArguments({ coerce }: Projected, args: JsonValue): Coerced {
  if (nestsDeeperThan(args, MAX_LEVELS))
    return { ok: false, path: '', reason: `The arguments nest deeper than ${MAX_LEVELS} levels.` };
  if (coerce === undefined) return { ok: true, value: args, coercions: [] };
  const coercions: Coercion[] = [];
  try {
    const value = new Decoder(coerce).decode(coerce.root, args, '', coercions);
    return { ok: true, value, coercions: coercions.slice(0, MAX_COERCIONS) };
  } catch (error) {
    if (!(error instanceof Unclear)) throw error;
    return { ok: false, path: error.path, reason: error.message };
  }
}

class Decoder {
  /** Alternatives within alternatives could go on for ever: the outermost ones are watched. */
  private watched = false;

  constructor(private readonly plan: CoercionPlan) {}

  decode(codec: Codec | null | undefined, value: JsonValue, path: string, done: Coercion[]): JsonValue {
    switch (codec?.kind) {
      case 'object':
        return isJsonObject(value) ? this.object(codec, value, path, done) : value;
      case 'array':
        if (!Array.isArray(value)) return value;
        return value.map((item, index) => this.decode(itemCodec(codec, index), item, `${path}/${index}`, done));
      case 'choice': {
        const choice = codec.choices.find(({ text }) => text === value);
        if (choice === undefined || choice.value === value) return value;
        done.push({
          code: 'choice_read',
          detail: `${where(path)}: the text "${choice.text}" stands for ${JSON.stringify(choice.value)}`,
        });
        return choice.value;
      }
      case 'json_text': {
        if (typeof value !== 'string') return value;
        const read = parseJson(value);
        if (read === undefined || nestsDeeperThan(read, MAX_LEVELS))
          throw new Unclear(
            path,
            `${where(path)} has to be JSON text, and is not. A text is written with its quotation marks: "\\"text\\"".`,
          );
        done.push({ code: 'json_text_read', detail: where(path) });
        return read;
      }
      case 'pairs': {
        if (!Array.isArray(value)) return value;
        const map = this.pairs(codec.codec, value, path, done);
        done.push({ code: 'pairs_read', detail: where(path) });
        return map;
      }
      case 'union':
        return this.watch(() => this.union(codec, value, path, done), path);
      case 'wrapped': {
        const inner = isJsonObject(value) ? own(value, 'value') : undefined;
        if (!isJsonObject(value) || inner === undefined || Object.keys(value).length !== 1) return value;
        done.push({ code: 'root_unwrapped', detail: 'the value was the member "value" of an object' });
        return this.decode(codec.codec, inner, `${path}/value`, done);
      }
      case 'reference':
        return this.decode(own(this.plan.definitions, codec.name), value, path, done);
      default:
        return value;
    }
  }

  private object(
    codec: Extract<Codec, { kind: 'object' }>,
    value: JsonObject,
    path: string,
    done: Coercion[],
  ): JsonObject {
    const members: [string, JsonValue][] = [];
    for (const [wireName, member] of Object.entries(value)) {
      if (member === undefined) continue;
      const at = `${path}/${wireName}`;
      if (codec.rest?.name === wireName && Array.isArray(member)) {
        members.push(...Object.entries(this.pairs(codec.rest.codec, member, at, done)).flatMap(present));
        done.push({ code: 'pairs_read', detail: where(at) });
        continue;
      }
      const property = own(codec.properties, wireName);
      if (property?.optional === 'removed' && member === null) {
        done.push({ code: 'null_removed', detail: `${where(at)} is optional` });
        continue;
      }
      const name = property?.name ?? wireName;
      if (name !== wireName) done.push({ code: 'name_restored', detail: `${where(at)} is ${JSON.stringify(name)}` });
      members.push([name, this.decode(property === undefined ? codec.additional : property.codec, member, at, done)]);
    }
    return withoutRepeats(members, path);
  }

  private pairs(codec: Codec | undefined, list: readonly JsonValue[], path: string, done: Coercion[]): JsonObject {
    const members = list.map((pair, index): [string, JsonValue] => {
      const key = isJsonObject(pair) ? own(pair, 'key') : undefined;
      const value = isJsonObject(pair) ? own(pair, 'value') : undefined;
      if (typeof key !== 'string' || value === undefined)
        throw new Unclear(
          `${path}/${index}`,
          `${where(`${path}/${index}`)} has to be an object with "key" and "value".`,
        );
      return [key, this.decode(codec, value, `${path}/${index}/value`, done)];
    });
    return withoutRepeats(members, path);
  }

  private watch(read: () => JsonValue, path: string): JsonValue {
    if (this.watched) return read();
    this.watched = true;
    const result = bounded(TIME_LIMIT_MS, read);
    this.watched = false;
    if (result === undefined)
      throw new Unclear(path, `${where(path)} could not be read within ${TIME_LIMIT_MS} ms. Send less.`, true);
    return result.value;
  }

  /**
   * What the alternatives make of the value, if that is one thing: those that it fits on the wire, or where it fits none as it is, those
   * whose reading the author allows.
   */
  private union(codec: Extract<Codec, { kind: 'union' }>, value: JsonValue, path: string, done: Coercion[]): JsonValue {
    const onWire = codec.branches.filter(({ wire }) => fits(wire, this.plan.wireSchemas, value));
    const readings = new Map<string, { value: JsonValue; coercions: Coercion[] }>();
    let unclear: Unclear | undefined;
    for (const branch of onWire.length > 0 ? onWire : codec.branches) {
      const coercions: Coercion[] = [];
      try {
        const read = this.decode(branch.codec, value, path, coercions);
        if (!fits(branch.schema, this.plan.schemas, read)) continue;
        const key = stableStringify(read);
        const known = readings.get(key);
        if (known === undefined || known.coercions.length > coercions.length)
          readings.set(key, { value: read, coercions });
      } catch (error) {
        if (!(error instanceof Unclear) || error.ambiguous) throw error;
        unclear ??= error;
      }
    }
    const [reading, ...others] = readings.values();
    if (others.length > 0)
      throw new Unclear(path, `${where(path)} can be read as more than one of its alternatives.`, true);
    if (reading === undefined) {
      if (unclear !== undefined) throw unclear;
      return value;
    }
    done.push(...reading.coercions);
    return reading.value;
  }
}

export function itemCodec(codec: Extract<Codec, { kind: 'array' }>, index: number): Codec | null | undefined {
  return codec.prefix !== undefined && index < codec.prefix.length ? codec.prefix[index] : codec.items;
}

const standalone = new WeakMap<JsonObject, JsonObject>();

/** Whether a value fits one alternative, on the wire or as the author wrote it. To be called within `bounded`. */
export function fits(schema: JsonObject, definitions: JsonObject, value: JsonValue): boolean {
  // One object a schema, so that it is compiled once.
  const whole = standalone.get(schema) ?? { ...schema, $defs: definitions };
  standalone.set(schema, whole);
  return fitsSchema(whole, value);
}

function withoutRepeats(members: readonly [string, JsonValue][], path: string): JsonObject {
  const names = new Set<string>();
  for (const [name] of members) {
    if (names.has(name)) throw new Unclear(path, `${where(path)} has ${JSON.stringify(name)} twice.`);
    names.add(name);
  }
  // Not by assignment: a name may be `__proto__`.
  return Object.fromEntries(members);
}

function present([name, value]: [string, JsonValue | undefined]): [string, JsonValue][] {
  return value === undefined ? [] : [[name, value]];
}

function where(path: string): string {
  return path === '' ? 'The value' : path.slice(1).replaceAll('/', '.');
}
