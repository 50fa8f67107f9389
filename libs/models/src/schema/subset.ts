import type { SubsetName } from './projection.js';

/**
 * What a backend takes of JSON Schema: data, read by one engine. A rule that is not listed here does not exist; a new backend is a new
 * table.
 */
export interface Subset {
  name: SubsetName;
  /** Every keyword that may stand in a schema; `all` where nothing is changed. */
  keywords: readonly string[] | 'all';
  /** What the root may be: a plain object only (neither a union nor a reference), or anything. */
  root: 'object' | 'any';
  /** How a place where any value may stand is written: `{}`, all types listed, or a string that holds JSON text. */
  any: 'empty' | 'type_list' | 'json_text';
  /** How a value that may be null is written: in a list of types, as OpenAPI's `nullable`, or as an alternative. */
  nulls: 'type_list' | 'nullable' | 'any_of';
  /** Whether `type` may list several plain types. */
  typeLists: boolean;
  enums: {
    /** `any` values, `primitive` ones, ones of `one_type` (strings or numbers), or only `strings`. */
    of: 'any' | 'primitive' | 'one_type' | 'strings';
    /** Whether the empty string may be one. */
    emptyText: boolean;
    /** A `format` that has to stand beside. */
    format?: string;
  };
  /** Values of `format`, by type of value. */
  formats: Readonly<Partial<Record<'string' | 'number' | 'integer', readonly string[]>>>;
  patterns: {
    /** No back-references, look-around, word boundaries or Unicode classes. */
    plain: boolean;
    /** No `{n,m}`. */
    uncounted: boolean;
    /** From `^` to `$`. */
    anchored: boolean;
  };
  /** Types whose `minimum` and the like are taken. */
  bounds: readonly ('number' | 'integer')[];
  objects: {
    /** `additionalProperties: false` has to stand everywhere. */
    closed: boolean;
    /** Every property has to be in `required`. */
    allRequired: boolean;
    /** `additionalProperties` may be a schema. */
    maps: boolean;
    /** An object without properties may stand within a schema. */
    mayBeEmpty: boolean;
    /** What a name of a property has to match. */
    names?: RegExp;
    reservedNames: readonly string[];
  };
  arrays: {
    itemsRequired: boolean;
    tuples: boolean;
    /** The highest `minItems` that is taken. */
    highestMinItems?: number;
  };
  /** Annotations that may stand beside `anyOf`. */
  besideUnion: readonly string[];
  recursion: boolean;
  limits: {
    /** Objects within each other, the root included. */
    objectLevels?: number;
    properties?: number;
    enumValues?: number;
    /** Values of one enum. */
    enumValuesEach?: number;
    /** Characters of the strings of one enum, where it has more than `above` values. */
    enumText?: { above: number; characters: number };
    alternatives?: number;
    /** Properties that are not required, in all. */
    optionalProperties?: number;
    /** Properties that are unions, in all. */
    unionProperties?: number;
    /** Characters of all names, enum values and definitions' names. */
    names?: number;
    /** Characters of the schema as JSON. */
    characters?: number;
  };
}
