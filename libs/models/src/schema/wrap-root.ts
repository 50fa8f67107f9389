import type { JsonObject } from '../json.js';
import { own, typesOf } from './keywords.js';
import type { Projected } from './projection.js';

/**
 * What OpenAI and Anthropic refuse at the root of a tool's schema, strict or not ("must have type 'object' and not have
 * 'oneOf'/'anyOf'/'allOf'/'enum'/'not' at the top level"), and what says as much.
 */
const NOT_AT_ROOT = ['oneOf', 'anyOf', 'allOf', 'enum', 'not', 'const', '$ref'];

/** Whether a schema can be the root of arguments everywhere: of an object, and not of alternatives. */
export function isPlainObject(schema: JsonObject): boolean {
  return typesOf(schema)?.join() === 'object' && NOT_AT_ROOT.every((keyword) => own(schema, keyword) === undefined);
}

/** Where only a plain object can be sent, the value is its one member. */
export function wrapRoot(usable: Projected): Projected {
  const { $schema: dialect, ...whole } = usable.schema;
  // Definitions stay where references look for them; other references go on meaning the value's own root.
  const references = [...JSON.stringify(whole).matchAll(/"\$ref":"([^"]*)/g)].map(([, target = '']) => target);
  const isFlat = whole['$id'] === undefined && references.every((each) => /^#\/(?:\$defs|definitions)\//.test(each));
  const { $defs, definitions, ...inner } = whole;
  const lifted: JsonObject = {
    ...($defs === undefined ? {} : { $defs }),
    ...(definitions === undefined ? {} : { definitions }),
  };
  const value = isFlat ? inner : { $id: 'urn:switchyard:result', ...whole };
  const schema: JsonObject = {
    ...(dialect === undefined ? {} : { $schema: dialect }),
    type: 'object',
    properties: { value },
    required: ['value'],
    additionalProperties: false,
    ...(isFlat ? lifted : {}),
  };
  const { root: codec, ...known } = usable.coerce ?? { root: undefined, definitions: {}, schemas: {}, wireSchemas: {} };
  return {
    ...usable,
    schema,
    coerce: { ...known, root: { kind: 'wrapped', ...(codec === undefined ? {} : { codec }) } },
  };
}
