/** A value of JSON. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

export type TypeName = 'object' | 'array' | 'string' | 'number' | 'integer' | 'boolean' | 'null';

/**
 * The part of JSON Schema 2020-12 that arguments are checked against here. A schema with another keyword that would restrict is refused when
 * the tool is offered, so that nothing is promised and not checked.
 */
export interface JsonSchema {
  readonly type?: TypeName | readonly TypeName[];
  readonly properties?: { readonly [name: string]: JsonSchema };
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonSchema;
  readonly minProperties?: number;
  readonly maxProperties?: number;
  readonly items?: JsonSchema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: boolean;
  readonly enum?: readonly Json[];
  readonly const?: Json;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly multipleOf?: number;
  /** In Unicode code points. */
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
  readonly not?: JsonSchema;
  readonly title?: string;
  readonly description?: string;
  readonly default?: Json;
  readonly examples?: readonly Json[];
  readonly format?: string;
  readonly deprecated?: boolean;
  readonly $comment?: string;
  readonly $schema?: string;
}

interface ByName {
  string: string;
  number: number;
  integer: number;
  boolean: boolean;
  null: null;
}

/** The type of the values that a schema written in place lets through, as far as types can say it. */
export type FromSchema<Schema> = Schema extends { const: infer Value }
  ? Value
  : Schema extends { enum: readonly (infer Value)[] }
    ? Value
    : Schema extends { type: 'object'; properties: infer Properties }
      ? ObjectFrom<Properties, Schema extends { required: readonly (infer Name)[] } ? Name : never>
      : Schema extends { type: 'array'; items: infer Item }
        ? FromSchema<Item>[]
        : Schema extends { type: infer Name extends keyof ByName }
          ? ByName[Name]
          : Json;

type ObjectFrom<Properties, Required> = {
  [Name in keyof Properties as Name extends Required ? Name : never]: FromSchema<Properties[Name]>;
} & { [Name in keyof Properties as Name extends Required ? never : Name]?: FromSchema<Properties[Name]> };
