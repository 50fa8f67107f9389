import type { JsonObject, JsonValue } from '../json.js';

/** The forms of schema that backends take; each is a table in subsets.ts. */
export const SUBSET_NAMES = [
  'json-schema',
  'openai-strict',
  'gemini',
  'anthropic-output',
  'grammar',
  'moonshot',
] as const;

export type SubsetName = (typeof SUBSET_NAMES)[number];

/** Something of the author's schema that the wire does not say. The model is told of it in a description wherever it is a rule. */
export interface Loss {
  /** JSON pointer of the place, as reached from the root with references followed. */
  path: string;
  keyword: string;
  why: string;
}

export type RefusalCode =
  /** Not a JSON Schema: a keyword has a value that it cannot have. */
  | 'invalid_schema'
  /** No value satisfies it. */
  | 'unsatisfiable'
  /** A `$ref` to another document; none is ever fetched. */
  | 'remote_reference'
  /** A `$ref` to nothing, or one that only leads back to itself. */
  | 'dangling_reference'
  /** `$dynamicRef` or `$recursiveRef`. */
  | 'dynamic_reference'
  /** The schema contains itself, and the subset takes no such thing. */
  | 'recursive_schema'
  /** A rule that can be neither written for this backend nor told in words. */
  | 'inexpressible'
  /** A key that no object may safely have: `__proto__`. */
  | 'unsafe_key'
  | 'too_deep'
  | 'too_large'
  | 'too_many_properties'
  | 'too_many_enum_values'
  | 'too_many_alternatives'
  | 'too_many_optional_properties';

/**
 * How a value on the wire and the author's value become each other, as far as they differ; undefined where they do not. Data, so that it can be
 * kept beside the schema.
 */
export type Codec =
  | {
      kind: 'object';
      /** By the name on the wire: those that differ, or all where properties that are not declared do. */
      properties: Record<string, PropertyCodec>;
      /** Of properties that are not declared, where they stand beside the others. */
      additional?: Codec;
      /** Properties that are not declared, written as pairs under this name. */
      rest?: { name: string; codec?: Codec };
    }
  | { kind: 'array'; items?: Codec; prefix?: (Codec | null)[] }
  /** A member of an enum, written as text. */
  | { kind: 'choice'; choices: { text: string; value: JsonValue }[] }
  /** A value written as JSON text. */
  | { kind: 'json_text' }
  /** A map written as a list of `{key, value}`. */
  | { kind: 'pairs'; codec?: Codec }
  /** The alternative is found by the schema of each: the author's, and the one on the wire. */
  | { kind: 'union'; branches: { schema: JsonObject; wire: JsonObject; codec?: Codec }[] }
  /** The root is the member `value` of an object. */
  | { kind: 'wrapped'; codec?: Codec }
  | { kind: 'reference'; name: string };

export interface PropertyCodec {
  /** The author's name, where it is not the one on the wire. */
  name?: string;
  /** Null on the wire stands for absent: `removed` where only for that, `kept` where the author allows null as well. */
  optional?: 'removed' | 'kept';
  codec?: Codec;
}

export interface CoercionPlan {
  root: Codec;
  /** Codecs of the definitions that refer to themselves. */
  definitions: Record<string, Codec>;
  /** The same definitions as the author wrote them, for the schemas of unions. */
  schemas: JsonObject;
  /** And as they are on the wire. */
  wireSchemas: JsonObject;
}

export interface Projected {
  ok: true;
  subset: SubsetName;
  /** What goes on the wire. Everything that the author's schema allows can be written for it; it may allow more. */
  schema: JsonObject;
  losses: Loss[];
  /** Undefined where values are the same on both sides. */
  coerce?: CoercionPlan;
}

export interface Refused {
  ok: false;
  code: RefusalCode;
  /** JSON pointer of the place. */
  path: string;
  reason: string;
}

export type Projection = Projected | Refused;

/** Ends a projection from within; `projectSchema` turns it into a result. */
export class SchemaRefusal extends Error {
  override readonly name = 'SchemaRefusal';

  constructor(
    readonly code: RefusalCode,
    readonly path: string,
    reason: string,
  ) {
    super(reason);
  }
}
